//! The life of an account, for each way to offer registration.

use crate::outcome::Outcome;
use crate::server::{DOMAIN, Server};

/// Every character that careless escaping would spoil.
const OLD: &str = "s3cret&<>\"' one";
const NEW: &str = "s3cret&<>\"' two";

/// One client on one server.
struct Juliet<'a> {
    server: &'a Server,
    /// What the form asks for besides name and password.
    set: &'a [&'a str],
}

impl Juliet<'_> {
    /// Runs the task with this password. None may be shown, whatever comes of it.
    fn does(&self, password: &str, task: &[&str]) -> Outcome {
        let who = ["--username", "juliet", "--password", password];
        let outcome = self.server.run(&[&who, task].concat());
        outcome.hides("s3cret");
        outcome
    }

    fn registers(&self) -> Outcome {
        self.does(OLD, &[self.set, &["register"]].concat())
    }

    fn changes(&self, password: &str) -> Outcome {
        self.does(password, &["--new-password", NEW, "change-password"])
    }

    /// From the registration to the removal. `demanded`: whether forms come before the last two.
    fn lives(&self, demanded: bool) {
        self.registers().exits(0).prints("registered\n");
        self.registers().exits(1).shows("refused: conflict");
        let changed = self.changes(OLD);
        changed.exits(0).prints("password changed\n");
        asks(&changed, "jabber:iq:register:changepassword", demanded);
        self.old_password_fails();
        let removed = self.does(NEW, &["unregister"]);
        removed.exits(0).prints("unregistered\n");
        asks(&removed, "jabber:iq:register:cancel", demanded);
        self.does(NEW, &["unregister"]).exits(1);
        // The name is free again.
        self.registers().exits(0);
        self.does(OLD, &["unregister"]).exits(0);
    }

    fn old_password_fails(&self) {
        for outcome in [self.changes(OLD), self.does(OLD, &["unregister"])] {
            outcome.exits(1).shows("login was refused: not-authorized");
        }
    }
}

/// Whether the server has answered with the form of this type.
#[track_caller]
fn asks(outcome: &Outcome, form_type: &str, demanded: bool) {
    if demanded {
        outcome.shows(form_type);
    } else {
        outcome.hides(form_type);
    }
}

/// With and without `--demand-form`.
fn lives(form: &str, set: &[&str]) {
    for demanded in [false, true] {
        let demand: &[&str] = if demanded { &["--demand-form"] } else { &[] };
        let server = Server::start(&[&["--form", form], demand].concat());
        let juliet = Juliet {
            server: &server,
            set,
        };
        juliet.lives(demanded);
        // This is all, and so no password is there.
        server.stop().is(&[
            "juliet is registered",
            "juliet has a new password",
            "juliet is removed",
            "juliet is registered",
            "juliet is removed",
        ]);
    }
}

#[test]
fn with_fields_of_the_old_way() {
    lives("legacy", &[]);
}

#[test]
fn with_a_data_form() {
    lives("data", &[]);
}

/// XEP-0077's own examples have the bare JID in a form (section 3.3).
#[test]
fn a_name_may_be_the_whole_address() {
    let server = Server::start(&["--form", "data", "--demand-form"]);
    let juliet = Juliet {
        server: &server,
        set: &[],
    };
    juliet.registers().exits(0);
    let name = format!("username=juliet@{DOMAIN}");
    let task = ["--set", &name, "--new-password", NEW, "change-password"];
    let changed = juliet.does(OLD, &task);
    changed.exits(0).prints("password changed\n");
    let other = [
        "--set",
        "username=romeo",
        "--new-password",
        OLD,
        "change-password",
    ];
    juliet.does(NEW, &other).exits(2);
}

#[test]
fn with_a_data_form_and_fields() {
    lives("both", &[]);
}

#[test]
fn with_a_picture_to_be_read() {
    lives("captcha", &["--set", "ocr=4711"]);
}

#[test]
fn with_other_digits_in_the_picture() {
    let server = Server::start(&["--form", "captcha", "--captcha-answer", "0815"]);
    for (digits, code) in [("ocr=4711", 1), ("ocr=0815", 0)] {
        let set = ["--set", digits];
        let juliet = Juliet {
            server: &server,
            set: &set,
        };
        juliet.registers().exits(code);
    }
}

#[test]
fn a_wrong_answer_is_refused() {
    for options in [
        &["--form", "captcha"][..],
        &["--form", "captcha", "--demand-form"],
    ] {
        let server = Server::start(options);
        let wrong = Juliet {
            server: &server,
            set: &["--set", "ocr=4712"],
        };
        let outcome = wrong.registers();
        outcome.exits(1).shows("refused: not-acceptable");
        // Nor is there an account.
        wrong.does(OLD, &["unregister"]).exits(1);
        server.stop().is(&[]);
    }
}

#[test]
fn accounts_are_made_elsewhere() {
    for options in [
        &["--form", "redirect"][..],
        &["--form", "redirect", "--demand-form"],
    ] {
        let server = Server::start(options);
        let juliet = Juliet {
            server: &server,
            set: &[],
        };
        for _ in 0..2 {
            let outcome = juliet.registers();
            outcome.exits(5).shows("Accounts are made on the web site.");
            outcome.prints(&format!("https://{DOMAIN}/register\n"));
        }
        juliet.old_password_fails();
        server.stop().is(&[]);
    }
}

#[test]
fn a_name_differs_from_no_other_by_case_alone() {
    let server = Server::start(&[]);
    server.register("Juliet", "pw").exits(0);
    server.register("jULIET", "pw").exits(1).shows("conflict");
    let who = ["--username", "JULIET", "--password", "pw", "unregister"];
    server.run(&who).exits(0);
    server
        .stop()
        .is(&["juliet is registered", "juliet is removed"]);
}
