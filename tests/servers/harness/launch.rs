//! Renders a scenario's configuration and starts its server, under the package's own user where the tests run as root.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::{CAPTCHA_SCRIPT, DOMAIN, SEED_PASSWORD, SEEDED, Scenario, scenario::Software};

/// What ejabberd prints once the seeded accounts are there.
const SEEDED_SIGN: &str = "the accounts are there";

/// Starts the server in `folder`, which holds the certificate already. The ports are those for clients and for components.
pub fn launch(scenario: &Scenario, folder: &Path, ports: [u16; 2]) -> Child {
    render(scenario, folder, ports);
    let owner = owner(scenario.software);
    if let Some(ids) = owner {
        hand_over(folder, ids);
    }
    match scenario.software {
        Software::Prosody => prosody(folder, owner),
        Software::Ejabberd => ejabberd(folder, owner),
    }
}

/// What stands in the server's logs when it is ready: more than an open port, which may come before the modules (and
/// may be somebody else's). Prosody opens one port after the other.
pub fn signs_of_life(scenario: &Scenario, [port, component]: [u16; 2]) -> Vec<String> {
    match scenario.software {
        Software::Prosody => {
            let second = scenario.config[1].contains("@COMPONENT@");
            let ports = [port].into_iter().chain(second.then_some(component));
            ports.map(|it| format!("' on [127.0.0.1]:{it}")).collect()
        }
        Software::Ejabberd => vec![SEEDED_SIGN.to_owned()],
    }
}

fn render(scenario: &Scenario, folder: &Path, [port, component]: [u16; 2]) {
    let fill = |text: &str| {
        let folder = folder
            .to_str()
            .expect("the temporary folder's name is UTF-8");
        text.replace("@DATA@", folder)
            .replace("@PORT@", &port.to_string())
            .replace("@COMPONENT@", &component.to_string())
            .replace("@DOMAIN@", DOMAIN)
    };
    for name in ["data", "log"] {
        fs::create_dir(folder.join(name)).expect("the temporary folder takes folders");
    }
    let write =
        |name: &str, text: &str| fs::write(folder.join(name), fill(text)).expect("and files");
    write(config_file(scenario.software), &scenario.config.concat());
    if scenario.software == Software::Ejabberd {
        write("captcha.sh", CAPTCHA_SCRIPT);
        fs::set_permissions(folder.join("captcha.sh"), Permissions::from_mode(0o755))
            .expect("it is our own file");
    }
}

fn config_file(software: Software) -> &'static str {
    match software {
        Software::Prosody => "prosody.cfg.lua",
        Software::Ejabberd => "ejabberd.yml",
    }
}

/// The user and group that the server runs as, where that is not the tests' own user: servers refuse to be root.
fn owner(software: Software) -> Option<(u32, u32)> {
    let me = fs::metadata("/proc/self")
        .expect("a system on which Debian's servers run tells it")
        .uid();
    let name = match software {
        Software::Prosody => "prosody",
        Software::Ejabberd => "ejabberd",
    };
    (me == 0).then(|| (id("-u", name), id("-g", name)))
}

fn id(option: &str, user: &str) -> u32 {
    let output = Command::new("id")
        .args([option, user])
        .output()
        .expect("the command id is part of every system");
    assert!(
        output.status.success(),
        "there is no user {user}: apt-get install {user}"
    );
    let digits = String::from_utf8(output.stdout).expect("id prints a number");
    digits.trim().parse().expect("id prints a number")
}

fn hand_over(path: &Path, ids: (u32, u32)) {
    chown(path, Some(ids.0), Some(ids.1)).expect("root may give files away");
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("root may read everything") {
            hand_over(&entry.expect("root may read everything").path(), ids);
        }
    }
}

fn prosody(folder: &Path, owner: Option<(u32, u32)>) -> Child {
    for user in SEEDED {
        let mut command = command("prosodyctl", folder, owner);
        command.args(["register", user, DOMAIN, SEED_PASSWORD]);
        let status = spawn(command, folder, "prosody")
            .wait()
            .expect("a child can be waited for");
        assert!(
            status.success(),
            "prosodyctl could not register {user}: {status}"
        );
    }
    let mut command = command("prosody", folder, owner);
    command.arg("-F");
    spawn(command, folder, "prosody prosody-modules")
}

/// A fresh token: for an account, or to set the password of one that exists.
pub fn invitation(folder: &Path, reset: Option<&str>) -> String {
    let mut command = command("prosodyctl", folder, owner(Software::Prosody));
    command.args(["mod_invites", "generate", DOMAIN]);
    command.args(reset.map(|user| ["--reset", user]).into_iter().flatten());
    let output = command
        .output()
        .expect("prosodyctl, just used, can be started");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let token = printed.split("preauth=").nth(1);
    let token = token.and_then(|rest| rest.split([';', '&', ' ', '\n']).next());
    token
        .unwrap_or_else(|| panic!("prosodyctl printed no invitation: {printed}"))
        .to_owned()
}

/// Without its control script, and so without a node name: no Erlang distribution, no port mapper that stays behind.
fn ejabberd(folder: &Path, owner: Option<(u32, u32)>) -> Child {
    let libraries = ejabberd_libraries();
    let mut command = command("erl", folder, owner);
    command.env("EJABBERD_CONFIG_PATH", folder.join("ejabberd.yml"));
    command.env("EJABBERD_LOG_PATH", folder.join("log/server.log"));
    command.env("ERL_LIBS", libraries);
    command.env("ERL_CRASH_DUMP", folder.join("log/crash.dump"));
    // +Bd: an interrupt ends it instead of opening a menu.
    command.args(["+S", "1", "+Bd", "-noinput", "-mnesia", "dir"]);
    command.arg(format!("\"{}\"", folder.join("data").display()));
    command.args(["-s", "ejabberd", "-eval", &seeding()]);
    spawn(command, folder, "ejabberd")
}

/// Erlang's code that makes the accounts and says so.
fn seeding() -> String {
    let users = SEEDED.map(|user| format!("<<\"{user}\">>")).join(", ");
    format!(
        "[ok = ejabberd_auth:try_register(U, <<\"{DOMAIN}\">>, <<\"{SEED_PASSWORD}\">>) || U <- [{users}]], \
         io:format(\"{SEEDED_SIGN}~n\")."
    )
}

/// Debian keeps ejabberd below the folder of the machine's own architecture.
fn ejabberd_libraries() -> PathBuf {
    let folders = |path: &Path| {
        fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
    };
    let holds_ejabberd = |path: &PathBuf| {
        folders(path).any(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("ejabberd-"))
        })
    };
    folders(Path::new("/usr/lib"))
        .find(holds_ejabberd)
        .expect("ejabberd is not installed: apt-get install --no-install-recommends ejabberd")
}

/// A command of the server's package: in its folder, under its user, told where its configuration is.
fn command(name: &str, folder: &Path, owner: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(folder.join("data")).env("HOME", folder);
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    if name.starts_with("prosody") {
        command
            .arg("--config")
            .arg(folder.join(config_file(Software::Prosody)));
    }
    command
}

fn spawn(mut command: Command, folder: &Path, packages: &str) -> Child {
    let output = File::options()
        .create(true)
        .append(true)
        .open(folder.join("log/output"))
        .expect("the folder is there");
    let errors = output.try_clone().expect("a file can be shared");
    command.stdin(Stdio::null()).stdout(output).stderr(errors);
    command.spawn().unwrap_or_else(|error| {
        let name = command.get_program().display();
        panic!("cannot start {name} ({error}): apt-get install --no-install-recommends {packages}")
    })
}
