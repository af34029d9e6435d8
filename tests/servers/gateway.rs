//! The example `gateway` as a component of a Prosody: the crate's service, asked by the crate's client through a real
//! server.

use std::process::Command;

use crate::harness::{DOMAIN, PROSODY_GATEWAY, Running, Server, gateway_program};
use crate::tasks;

const SECRET: &str = "s3cret of the gateway";

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn component() {
    let server = Server::start(&PROSODY_GATEWAY);
    let address = format!("gateway.{DOMAIN}");
    let mut gateway = connect(&server, &address);
    assert_eq!(gateway.line(), format!("{address} is connected"));
    tasks::registers(&server, "juliet", "s3cret-Pass.1");
    tasks::registers(&server, "romeo", "s3cret-Pass.2");
    let user = |name: &str, password: &str| {
        let client = server.client().user(name).password(password);
        client.option("--service", &address)
    };
    let juliet = || user("juliet", "s3cret-Pass.1");
    let there = |name: &str| {
        juliet()
            .set("username", name)
            .set("password", "el-Sewhere.1")
    };
    juliet()
        .run("unregister")
        .exits(1)
        .shows("registration-required");
    juliet().run("form").exits(0).prints("Gateway");
    there("jule").run("register").exits(0).prints("registered");
    assert_eq!(gateway.line(), format!("juliet@{DOMAIN} is registered"));
    let on_file = juliet().run("form");
    on_file
        .exits(0)
        .prints("registration already")
        .prints("jule")
        .hides("el-Sewhere.1");
    there("julie")
        .run("register")
        .exits(0)
        .prints("registration updated");
    assert_eq!(gateway.line(), format!("juliet@{DOMAIN} is changed"));
    // Another user's registration is another one.
    let romeo = || user("romeo", "s3cret-Pass.2");
    romeo().run("unregister").exits(1);
    let outcome = romeo()
        .set("username", "jule")
        .set("password", "el-Sewhere.2")
        .run("register");
    outcome.exits(0).prints("registered");
    assert_eq!(gateway.line(), format!("romeo@{DOMAIN} is registered"));
    juliet().run("unregister").exits(0).prints("unregistered");
    assert_eq!(gateway.line(), format!("juliet@{DOMAIN} is removed"));
    juliet().run("unregister").exits(1);
    romeo().run("form").exits(0).prints("jule");
}

#[test]
#[ignore = "needs prosody and ejabberd; run by .ci/run"]
fn a_wrong_secret_is_told() {
    let server = Server::start(&PROSODY_GATEWAY);
    let port = format!("127.0.0.1:{}", server.component_port());
    let address = format!("gateway.{DOMAIN}");
    let outcome = Command::new(gateway_program())
        .args(["--connect", &port, "--domain", &address])
        .env("XMPP_SECRET", "another")
        .output()
        .expect("the example, just built, can be started");
    assert_eq!(outcome.status.code(), Some(4), "{outcome:?}");
}

fn connect(server: &Server, address: &str) -> Running {
    let port = format!("127.0.0.1:{}", server.component_port());
    let mut command = Command::new(gateway_program());
    command.args(["--connect", &port, "--domain", address]);
    Running::start(command.env("XMPP_SECRET", SECRET))
}
