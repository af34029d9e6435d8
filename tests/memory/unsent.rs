//! A stanza that waits and is never handed out is the machine's, and is wiped.

use minidom::Element;
use xmpp_registration::{Output, RegistrationMachine};
use zeroize::Zeroize;

use crate::heap::{check, freed, in_use, watch_for};
use crate::wire::*;

fn password_change() -> RegistrationMachine {
    RegistrationMachine::change_password(account(), "juliet", PASSWORD).unwrap()
}

#[test]
fn a_machine_is_dropped() {
    watch_for(&ALL);
    drop(password_change());
    check("a password change", 0);
    drop(RegistrationMachine::register_with_token(server(), TOKEN).unwrap());
    check("a token", 0);
    let (mut client, mut form) = Client::with_form(&x(
        "<field var='username'/><field var='password' type='text-private'/>",
    ));
    let _ = form.fill("juliet", PASSWORD).unwrap();
    client.submits(form);
    check("submitted", 1);
    drop(client);
    check("a submission", 0);
}

#[test]
fn a_task_ends_first() {
    watch_for(&ALL);
    let mut machine = password_change();
    check("queued", 1);
    machine.handle_disconnect();
    check("disconnected", 0);
    assert!(matches!(machine.poll_output(), Some(Output::Event(_))));
    drop(machine);
    check("dropped", 0);
}

/// What the crate's documentation says of stanzas that are in the driver's hands.
#[test]
fn minidom_wipes_nothing_and_a_driver_can() {
    fn wipe(element: &mut Element) {
        element.attrs_mut().values_mut().for_each(Zeroize::zeroize);
        element.texts_mut().for_each(Zeroize::zeroize);
        element.children_mut().for_each(wipe);
    }
    watch_for(&ALL);
    let invited = || RegistrationMachine::register_with_token(server(), TOKEN).unwrap();
    for make in [password_change, invited] {
        let Some(Output::Send(mut stanza)) = make().poll_output() else {
            panic!("nothing to send");
        };
        wipe(&mut stanza);
        drop(stanza);
        check("wiped", 0);
    }
    drop(password_change().poll_output());
    assert_eq!((freed(), in_use()), (1, 0));
}
