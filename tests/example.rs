//! The example program `register` against a small fake server, which misbehaves as told: exit codes, what is printed,
//! and what is not.
//!
//! Each test runs the program as its user would, over a real socket in plain text. That the real servers and the
//! program understand each other is another matter: see `servers.rs`.

#[path = "example/answers.rs"]
mod answers;
#[path = "example/captcha.rs"]
mod captcha;
#[path = "example/ends.rs"]
mod ends;
#[path = "example/fake.rs"]
mod fake;
#[path = "example/hostile.rs"]
mod hostile;
#[path = "example/invited.rs"]
mod invited;
#[path = "example/logged_in.rs"]
mod logged_in;
#[path = "example/options.rs"]
mod options;
#[path = "servers/harness/outcome.rs"]
mod outcome;
#[path = "servers/harness/program.rs"]
mod program;
#[path = "example/refusals.rs"]
mod refusals;
#[path = "example/run.rs"]
mod run;
#[path = "example/scram.rs"]
mod scram;
#[path = "example/srv.rs"]
mod srv;
#[path = "example/tls.rs"]
mod tls;
