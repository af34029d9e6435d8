//! CAPTCHAs: pictures that came, are fetched, or cannot be had, and challenges that are used up.

use std::fs;
use std::path::Path;

use crate::fake::{Fake, Session, condition, data_form};
use crate::run::{PASSWORD, call, juliet};

/// One pixel, and its name.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";
const CID: &str = "sha1+c1986af3c26609b8b7d8933f99c51c1a89e9ea6b@bob.xmpp.org";

fn captcha(data: &str) -> String {
    let fields = format!(
        "<field var='username'><required/></field><field var='password' type='text-private'><required/></field>\
         <field var='challenge' type='hidden'><value>c1</value></field><field var='ocr' label='Letters'><required/>\
         <media xmlns='urn:xmpp:media-element'><uri type='image/png'>cid:{CID}</uri></media></field>"
    );
    data_form(&fields) + data
}

fn data() -> String {
    format!("<data xmlns='urn:xmpp:bob' cid='{CID}' type='image/png'>{PNG}</data>")
}

/// The files that the program keeps there: their names and bytes.
fn kept(scratch: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = |folder: &Path| {
        let entries = fs::read_dir(folder).expect("the folder can be read");
        entries.map(|entry| entry.expect("and its entries").path())
    };
    let files = entries(scratch).flat_map(|folder| {
        is_private(&folder);
        entries(&folder).collect::<Vec<_>>()
    });
    let read = |file: std::path::PathBuf| {
        is_private(&file);
        let name = file.file_name().expect("it has a name").to_string_lossy();
        (name.into_owned(), fs::read(&file).expect("it can be read"))
    };
    files.map(read).collect()
}

/// Nobody else may look at it.
fn is_private(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(path)
            .expect("it is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{}: {mode:o}", path.display());
    }
}

#[test]
fn a_picture_is_saved_and_its_answer_asked_for() {
    let scratch = tempfile::tempdir().expect("a folder can be made");
    let folder = scratch.path().to_owned();
    let fake = Fake::offer(&captcha(&data()), move |session| {
        let set = session.set_with(&[
            "<field var='ocr'><value>42</value></field>",
            "<value>c1</value>",
        ]);
        let [(name, bytes)] = &kept(&folder)[..] else {
            panic!("one picture is kept")
        };
        assert_eq!(name, "1.png");
        assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.len() == 68);
        session.result(&set, "");
    });
    let call = juliet().scratch(scratch.path()).input(&["42"]);
    let outcome = call.run(fake, "register");
    outcome.exits(0).prints("registered");
    // The place where it is stands right above the question.
    outcome.shows("/1.png\nLetters:\n");
    assert!(kept(scratch.path()).is_empty(), "it goes with the program");
}

/// What a file may be opened with is not for the server to say.
#[test]
fn only_known_types_give_a_file_its_ending() {
    for (mime_type, name) in [
        ("image/PNG; charset=x", "1.png"),
        ("audio/ogg", "1.ogg"),
        ("text/html", "1.bin"),
        ("../../x.sh", "1.bin"),
        ("", "1.bin"),
    ] {
        let query = captcha(&data()).replace("image/png", mime_type);
        let fake = Fake::offer(&query, |session| {
            let set = session.set_with(&[]);
            session.result(&set, "");
        });
        let outcome = juliet().input(&["42"]).run(fake, "register");
        outcome.exits(0).shows(&format!("/{name}\nLetters:\n"));
    }
}

/// Neither is fetched: the program would tell others where it runs. And nothing is lost by bad data.
#[test]
fn what_cannot_be_shown_is_told() {
    let cid = format!("cid:{CID}");
    for (query, told) in [
        (
            captcha("").replace(&cid, "https://fake.example/a.png"),
            "Letters: see https://fake.example/a.png",
        ),
        (captcha(&data()).replace(PNG, "####"), "cannot be decoded"),
        (
            captcha(&data()).replace(PNG, "AAAA"),
            "not what its name says",
        ),
        (
            captcha("").replace(CID, ""),
            "the server does not give it out",
        ),
    ] {
        let fake = Fake::offer(&query, |session| {
            let set = session.set_with(&["<value>42</value>"]);
            session.result(&set, "");
        });
        let outcome = juliet().input(&["42"]).run(fake, "register");
        outcome.exits(0).shows(told).hides("1.png\nLetters");
    }
}

/// A server gives these to programs that show no pictures.
#[test]
fn what_stands_for_the_picture_is_shown() {
    let fields = "<field type='fixed' var='captcha-fallback-text'><value>Or visit the page</value></field>\
        <field var='captcha-fallback-url' label='Page'><value>https://fake.example/captcha/1</value></field>";
    let query = data_form(fields) + &captcha(&data());
    let fake = Fake::offer(&query, Session::wait_for_the_end);
    let outcome = call().run(fake, "form");
    outcome.exits(0).prints("Or visit the page");
    outcome.prints("Page: https://fake.example/captcha/1\n");
}

/// Just to look at the form, nothing is saved that would be gone in a moment, and nothing fetched.
#[test]
fn a_form_to_look_at_tells_of_its_pictures() {
    for (data, told) in [(data(), "68 bytes"), (String::new(), "to be fetched")] {
        let fake = Fake::offer(&captcha(&data), Session::wait_for_the_end);
        let outcome = call().run(fake, "form");
        outcome
            .exits(0)
            .prints(&format!("Letters: image/png, {told}"));
        outcome
            .hides("1.png")
            .hides("urn:xmpp:bob' cid='***'/></iq>");
    }
}

#[test]
fn a_picture_that_did_not_come_is_fetched() {
    let fake = Fake::offer(&captcha(""), |session| {
        let get = session.request();
        assert!(
            get.xml.contains("urn:xmpp:bob") && get.xml.contains(CID),
            "{}",
            get.xml
        );
        session.result(&get, &data());
        let set = session.set_with(&["<value>42</value>"]);
        session.result(&set, "");
    });
    juliet()
        .input(&["42"])
        .run(fake, "register")
        .exits(0)
        .shows("1.png");
}

#[test]
fn a_picture_that_cannot_be_had_is_told() {
    let fake = Fake::offer(&captcha(""), |session| {
        let get = session.request();
        session.error(&get, "", "cancel", &condition("item-not-found", ""));
        let set = session.set_with(&["<value>guessed</value>"]);
        session.result(&set, "");
    });
    let outcome = juliet().input(&["guessed"]).run(fake, "register");
    outcome
        .exits(0)
        .shows("Letters: the server does not give it out");
}

/// Nor one that never comes, or under another name.
#[test]
fn a_picture_that_is_not_answered_for_is_told() {
    for other in [None, Some(data().replace("c1986af", "0000000"))] {
        let fake = Fake::offer(&captcha(""), |session| {
            let get = session.request();
            if let Some(other) = other {
                session.result(&get, &other.replace(PNG, "AAAA"));
            }
            let set = session.set_with(&["<value>guessed</value>"]);
            session.result(&set, "");
        });
        let call = juliet().with(&["--timeout", "1"]).input(&["guessed"]);
        call.run(fake, "register")
            .exits(0)
            .shows_one_of(&["the server does not give it out", "not what its name says"]);
    }
}

/// One after the other, and no more than an honest form could have.
#[test]
fn many_pictures_are_fetched() {
    let field = |n| {
        let uri = format!("<uri type='image/png'>cid:{n}@bob.xmpp.org</uri>");
        format!("<field var='p{n}'><media xmlns='urn:xmpp:media-element'>{uri}</media></field>")
    };
    let fields: String = (1..=10).map(field).collect();
    let form = data_form(&format!("<field var='username'/>{fields}"));
    let fake = Fake::offer(&form, |session| {
        for n in 1..=8 {
            let cid = format!("{n}@bob.xmpp.org");
            let get = session.request();
            assert!(get.xml.contains(&format!("cid='{cid}'")), "{}", get.xml);
            let data =
                format!("<data xmlns='urn:xmpp:bob' cid='{cid}' type='image/png'>{PNG}</data>");
            session.result(&get, &data);
        }
        let set = session.set_with(&["<value>juliet</value>"]);
        session.result(&set, "");
    });
    let outcome = juliet().input(&["seen"]).run(fake, "register");
    outcome.exits(0).shows("p8: /").shows("/8.png");
    outcome.shows("p10: the server does not give it out");
}

/// A wrong answer uses the challenge up; only what is open in the new form is asked for.
#[test]
fn a_used_up_challenge_is_asked_for_anew() {
    let fake = Fake::offer(&captcha(&data()), |session| {
        let set = session.set_with(&["<value>wrong</value>"]);
        session.error(&set, "", "cancel", &condition("not-allowed", "Try again"));
        session.offer(&captcha(&data()));
        let set = session.set_with(&["<value>juliet</value>", "<value>right</value>"]);
        session.result(&set, "");
    });
    let outcome = juliet().input(&["wrong", "right"]).run(fake, "register");
    outcome.exits(0).shows("Try again").shows("2.png");
}

/// A name that is taken is no fault of the answer: both are asked for again.
#[test]
fn a_name_is_asked_for_anew_along_with_the_challenge() {
    let fake = Fake::offer(&captcha(&data()), |session| {
        let set = session.set_with(&["<value>romeo</value>", "<value>one</value>"]);
        session.error(&set, "", "cancel", &condition("conflict", "Taken"));
        session.offer(&captcha(&data()));
        let set = session.set_with(&["<value>juliet</value>", "<value>two</value>"]);
        session.result(&set, "");
    });
    let call = call().with(&["--password", PASSWORD]);
    let outcome = call
        .input(&["romeo", "one", "juliet", "two"])
        .run(fake, "register");
    outcome.exits(0).shows("Taken");
}

/// A name by an option is the only one there is.
#[test]
fn a_name_by_option_that_is_taken_is_a_refusal() {
    let fake = Fake::offer(&captcha(&data()), |session| {
        let set = session.set_with(&["<value>one</value>"]);
        session.error(&set, "", "cancel", &condition("conflict", "Taken"));
        session.wait_for_the_end();
    });
    let outcome = juliet().input(&["one", "two"]).run(fake, "register");
    outcome.exits(1).shows("Taken").hides("2.png");
}

#[test]
fn a_script_that_has_no_other_answer_ends_with_the_refusal() {
    let fake = Fake::offer(&captcha(&data()), |session| {
        let set = session.set_with(&["<value>wrong</value>"]);
        session.error(&set, "", "cancel", &condition("not-allowed", "Try again"));
        session.offer(&captcha(&data()));
        session.wait_for_the_end();
    });
    juliet()
        .input(&["wrong"])
        .run(fake, "register")
        .exits(1)
        .shows("Try again");
}

#[test]
fn without_input_an_open_challenge_is_listed() {
    let fake = Fake::offer(&captcha(&data()), Session::wait_for_the_end);
    juliet()
        .run(fake, "register")
        .exits(2)
        .shows("ocr")
        .hides("1.png");
}

/// It takes a computer a moment, and nobody is asked.
#[cfg(feature = "hashcash")]
#[test]
fn work_is_done_without_asking() {
    use crate::fake::DOMAIN;

    let fields = "<field var='username'/><field var='password'/><field var='SHA-256' label='93C'/>";
    let fake = Fake::offer(&data_form(fields), |session| {
        let set = session.set_with(&[&format!("<field var='SHA-256'><value>{DOMAIN}")]);
        session.result(&set, "");
    });
    juliet().run(fake, "register").exits(0);
}
