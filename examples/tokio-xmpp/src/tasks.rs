//! The program's tasks: what to do about each of the machine's events.

use futures::SinkExt;
use tokio::time::timeout;
use xmpp_registration::minidom::Element;
use xmpp_registration::{
    Channel, Config, Event, Form, IdPrefix, Peer, Redirect, RegistrationMachine,
};

use crate::Driver;
use crate::args::{Args, Task};
use crate::connect::{Stream, connect};
use crate::glue;
use crate::login::log_in;
use crate::stop::{Code, Stop};

/// Does what the command line says.
#[tokio::main(flavor = "current_thread")]
pub async fn run(args: &Args) -> Result<(), Stop> {
    check(args)?;
    // Boxed, since what tokio-xmpp does until a login is a future of some 16 KiB.
    let stream = match args.task {
        Task::Form | Task::Register => Box::pin(before_login(args)).await?,
        Task::ChangePassword | Task::Unregister => Box::pin(after_login(args)).await?,
    };
    close(stream, args).await;
    Ok(())
}

/// What the task needs, before anything happens.
fn check(args: &Args) -> Result<(), Stop> {
    if args.task != Task::Form {
        args.username()?;
        args.password()?;
    }
    if args.task == Task::ChangePassword {
        args.new_password()?;
    }
    Ok(())
}

/// Looks at the form, or registers and then logs in on the same stream.
async fn before_login(args: &Args) -> Result<Stream, Stop> {
    let mut connected = connect(args).await?;
    if !glue::features(&connected.features).registration {
        // Advertising is no promise, and so its absence is none either.
        eprintln!("the server does not say that it registers accounts; trying all the same");
    }
    let peer =
        Peer::server(args.domain.as_str()).map_err(|error| Stop::usage(error.to_string()))?;
    let machine = RegistrationMachine::register(config(args, peer)?);
    let mut driver = Driver::new(machine, connected.stream, args.timeout());
    carry_out(args, &mut driver).await?;
    if args.task == Task::Form {
        return Ok(driver.stream);
    }
    connected.stream = driver.stream;
    let (stream, me) = log_in(connected, args).await?;
    println!("logged in as {me}");
    Ok(stream)
}

/// Changes the password of the account that is logged in, or removes the account.
async fn after_login(args: &Args) -> Result<Stream, Stop> {
    let (stream, me) = log_in(connect(args).await?, args).await?;
    let name = me.node().map(ToString::to_string).unwrap_or_default();
    let config = config(args, Peer::account(me))?;
    let machine = match args.task {
        Task::ChangePassword => {
            RegistrationMachine::change_password(config, &name, args.new_password()?)?
        }
        _ => RegistrationMachine::unregister(config)?,
    };
    let mut driver = Driver::new(machine, stream, args.timeout());
    carry_out(args, &mut driver).await?;
    Ok(driver.stream)
}

fn config(args: &Args, peer: Peer) -> Result<Config, Stop> {
    // The other connectors give no stream at all without encryption.
    let channel = if args.plaintext {
        Channel::PlaintextAccepted
    } else {
        Channel::Encrypted
    };
    Ok(Config::new(peer, id_prefix()?, channel))
}

/// Unguessable, and never the same again.
fn id_prefix() -> Result<IdPrefix, Stop> {
    let random = getrandom::u64()
        .map_err(|error| Stop::new(Code::NoStream, format!("no random numbers: {error}")))?;
    Ok(IdPrefix::new(&format!("{random:016x}"))?)
}

/// Does what each event asks for, until the terminal one.
async fn carry_out(args: &Args, driver: &mut Driver) -> Result<(), Stop> {
    while let Some(event) = driver.next_event().await {
        match event {
            Event::FormOffered(form) if args.task == Task::Form => {
                show(&form);
                return Ok(());
            }
            Event::FormOffered(form) => submit(args, driver, form)?,
            // `examples/register.rs` goes on from here: it mends the form that may have come with it.
            Event::Refused { error, .. } => return Err(error.into()),
            Event::Redirected(redirect) => return Err(redirected(&redirect)),
            Event::Succeeded(success) => {
                println!("{success}");
                return Ok(());
            }
            Event::Failed(failure) => return Err(failure.into()),
            Event::Ignored(why) => eprintln!("ignored: {why}"),
            // Pictures, which were not asked for; and there may be more kinds of events some day.
            _ => {}
        }
    }
    Err(Stop::new(Code::NoStream, "the task came to no end"))
}

fn submit(args: &Args, driver: &mut Driver, mut form: Form) -> Result<(), Stop> {
    let left = form.fill(args.username()?, &args.password()?)?;
    if !left.is_empty() {
        return Err(Stop::usage(format!("the server also asks for {left}")));
    }
    let submitted = driver.machine.submit(form.finish()?);
    submitted.map_err(|rejected| rejected.why.into())
}

fn show(form: &Form) {
    form.instructions().for_each(|text| println!("{text}"));
    for field in form.fields().filter(|field| field.kind().is_visible()) {
        let name = field.name().unwrap_or_default();
        let mark = if field.is_required() { '*' } else { ' ' };
        println!("  {mark} {name}: {}", field.label().unwrap_or(name));
    }
}

/// The address, or what the server says instead, goes to standard output.
fn redirected(redirect: &Redirect) -> Stop {
    let instructions = redirect.instructions().unwrap_or_default();
    println!("{}", redirect.url().unwrap_or(instructions));
    Stop::new(Code::Elsewhere, "this is to be done elsewhere")
}

/// Says goodbye. After an account is removed, the server has done so already.
async fn close(mut stream: Stream, args: &Args) {
    let closing = SinkExt::<&Element>::close(&mut stream);
    let _ = timeout(args.timeout(), closing).await;
}
