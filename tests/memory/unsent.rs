//! A stanza that waits and is never handed out is the machine's, and is wiped.

use xmpp_registration::RegistrationMachine;

use crate::heap::{check, watch_for};
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
    assert!(matches!(
        machine.poll_output(),
        Some(xmpp_registration::Output::Event(_))
    ));
    drop(machine);
    check("dropped", 0);
}
