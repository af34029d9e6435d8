//! What the program has to do on more than one server: its tasks, each checked from outside.

use std::process::Command;

use crate::harness::{
    Certificate, Client, DOMAIN, SEED_PASSWORD, SEEDED, Server, poll_loop_program,
};

/// A password that would not survive careless escaping.
pub const MARKUP: &str = "a&b<c>d\"e'f&amp;g";

const FIRST: &str = "s3cret-Pass.first";
const SECOND: &str = "s3cret-Pass.second";
const WRONG: &str = "s3cret-Pass.wrong";

/// What a test expects to read in a server's own words.
pub struct Words {
    /// The instructions of its form.
    pub instructions: &'static str,
    /// That a user name is taken.
    pub taken: &'static str,
}

/// The life of an account where anybody may register: every task, rightly and wrongly used.
#[track_caller]
pub fn life_of_an_account(server: &Server, words: &Words) {
    shows_its_form(server, words.instructions);
    registers(server, "alice", FIRST);
    refuses_a_taken_name(server, "alice", FIRST, words.taken);
    demands_the_right_password(server, "alice", FIRST);
    changes_the_password(server, "alice", FIRST, SECOND);
    unregisters(server, "alice", SECOND);
    // The name is free again, which also shows that nothing of the account was kept.
    registers(server, "alice", FIRST);
}

/// `form` prints the instructions and names what is asked for.
#[track_caller]
pub fn shows_its_form(server: &Server, instructions: &str) {
    server
        .client()
        .run("form")
        .exits(0)
        .prints(instructions)
        .shows("user")
        .shows("password");
}

/// `register` makes an account that can log in.
#[track_caller]
pub fn registers(server: &Server, user: &str, password: &str) {
    server
        .client()
        .user(user)
        .password(password)
        .run("register")
        .exits(0);
    server.lets_in(user, password);
}

/// The program for devices, which knows no TLS.
#[track_caller]
pub fn registers_from_a_super_loop(server: &Server, user: &str) {
    assert_eq!(super_loop(server, user), Some(0));
    // The name is taken.
    assert_eq!(super_loop(server, user), Some(1));
    server.lets_in(user, FIRST);
}

/// The exit code of that program.
fn super_loop(server: &Server, user: &str) -> Option<i32> {
    let address = format!("127.0.0.1:{}", server.port());
    let status = Command::new(poll_loop_program())
        .args([&address, DOMAIN, user, FIRST])
        .status()
        .expect("the example, just built, can be started");
    status.code()
}

/// `register` is refused, in the server's words, and no account is made.
#[track_caller]
pub fn is_refused(server: &Server, user: &str, words: &str) {
    server
        .client()
        .user(user)
        .password(FIRST)
        .run("register")
        .exits(1)
        .shows(words);
    server.keeps_out(user, FIRST);
}

/// `register` is refused for a name that somebody has, whose password stays.
#[track_caller]
fn refuses_a_taken_name(server: &Server, user: &str, password: &str, words: &str) {
    server
        .client()
        .user(user)
        .password(WRONG)
        .run("register")
        .exits(1)
        .shows(words);
    server.lets_in(user, password);
    server.keeps_out(user, WRONG);
}

/// The tasks that need a login are refused with another password, and for an account that there is not.
#[track_caller]
fn demands_the_right_password(server: &Server, user: &str, password: &str) {
    let client = || server.client().user(user).password(WRONG);
    client()
        .new_password(SECOND)
        .run("change-password")
        .exits(1);
    client().run("unregister").exits(1);
    server
        .client()
        .user("nobody")
        .password(WRONG)
        .run("unregister")
        .exits(1);
    server.lets_in(user, password);
}

/// `change-password`: the old one no longer logs in, the new one does.
#[track_caller]
pub fn changes_the_password(server: &Server, user: &str, old: &str, new: &str) {
    server
        .client()
        .user(user)
        .password(old)
        .new_password(new)
        .run("change-password")
        .exits(0);
    server.lets_in(user, new);
    server.keeps_out(user, old);
}

/// `unregister`: the account cannot log in any more.
#[track_caller]
pub fn unregisters(server: &Server, user: &str, password: &str) {
    server
        .client()
        .user(user)
        .password(password)
        .run("unregister")
        .exits(0);
    server.keeps_out(user, password);
}

/// Where nobody can register, accounts that are there already change their password and go.
#[track_caller]
pub fn serves_its_accounts(server: &Server) {
    let [stay, goner] = SEEDED;
    changes_the_password(server, stay, SEED_PASSWORD, SECOND);
    unregisters(server, goner, SEED_PASSWORD);
    server.lets_in(stay, SECOND);
}

/// Passwords with markup in them register, log in, and can be changed to.
#[track_caller]
pub fn escapes_passwords(server: &Server, password: &str) {
    registers(server, "marcus", password);
    changes_the_password(server, "marcus", password, &format!("{password}]]>"));
}

/// The environment's password serves as well as an option, which others can read in the list of processes.
#[track_caller]
pub fn takes_the_password_from_the_environment(server: &Server) {
    let client = || server.client().user("envy").password_in_environment(FIRST);
    client().run("register").exits(0);
    server.lets_in("envy", FIRST);
    client().run("unregister").exits(0);
    server.keeps_out("envy", FIRST);
}

/// `--trace` shows the stanzas of every task on standard error. (That no password is in them is checked at each run.)
#[track_caller]
pub fn traces_without_secrets(server: &Server) {
    let client = |password| {
        server
            .client()
            .flag("--trace")
            .user("tracy")
            .password(password)
    };
    let shows_stanzas = |outcome: &crate::harness::Outcome| {
        let stanza =
            outcome.stderr.contains("<iq") && outcome.stderr.contains("jabber:iq:register");
        assert!(stanza, "expected: stanzas on standard error\n{outcome}");
    };
    shows_stanzas(client(MARKUP).run("register").exits(0));
    shows_stanzas(client(MARKUP).run("register").exits(1));
    shows_stanzas(
        client(MARKUP)
            .new_password(FIRST)
            .run("change-password")
            .exits(0),
    );
    shows_stanzas(client(FIRST).run("unregister").exits(0));
    server.keeps_out("tracy", FIRST);
}

/// Without `--plaintext` nothing goes to a server that does not prove who it is.
#[track_caller]
pub fn demands_a_certificate_it_can_verify(server: &Server) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let stranger = Certificate::make(folder.path());
    let client = || Client::new(server.port()).user("mallory").password(FIRST);
    client().run("register").exits(4);
    client().ca(&stranger.public).run("register").exits(4);
    client().ca(&stranger.public).run("unregister").exits(4);
    server.keeps_out("mallory", FIRST);
}

/// Over STARTTLS, where the server permits plaintext as well.
#[track_caller]
pub fn prefers_tls(server: &Server) {
    let client = || {
        Client::new(server.port())
            .ca(server.certificate())
            .user("tess")
            .password(FIRST)
    };
    client().run("register").exits(0);
    server.lets_in("tess", FIRST);
    client()
        .new_password(SECOND)
        .run("change-password")
        .exits(0);
    server.lets_in("tess", SECOND);
}

/// A server that does not answer for the domain ends the stream; where nobody listens there is none.
#[track_caller]
pub fn reports_the_end_of_the_stream(server: &Server) {
    Client::of("elsewhere.example", server.port())
        .plaintext()
        .run("form")
        .exits(4);
    // No other test can be given this port.
    Client::new(1).plaintext().run("form").exits(4);
}

/// `register` without TLS where TLS is required: the exit code is the server's way to say no; no account is made.
#[track_caller]
pub fn is_refused_in_plaintext(server: &Server, exit_code: i32) {
    let client = || Client::new(server.port()).plaintext();
    client().run("form").exits(exit_code);
    client()
        .user("plain")
        .password(FIRST)
        .run("register")
        .exits(exit_code);
    server.keeps_out("plain", FIRST);
}

/// `register` and `form` print where to register instead.
#[track_caller]
pub fn is_redirected(server: &Server, url: &str) {
    server.client().run("form").exits(5).prints(url);
    server
        .client()
        .user("wanda")
        .password(FIRST)
        .run("register")
        .exits(5)
        .prints(url);
    // To the program for devices the server says the same.
    assert_eq!(super_loop(server, "wanda"), Some(5));
    server.keeps_out("wanda", FIRST);
}
