//! The program's tasks: what to do about each of the machine's events.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jid::Jid;
use minidom::Element;
use xmpp_registration::{
    Answer, Channel, Config, Event, Features, Field, Form, IdPrefix, Media, MediaError, Misuse,
    Peer, Redirect, RegistrationMachine, StanzaError,
};

use crate::Driver;
use crate::args::{Args, Task};
use crate::ask::{Asking, User};
use crate::connect::{Target, connect};
use crate::credentials::{Login, known_values};
use crate::fill::Filler;
use crate::login::{Account, log_in};
use crate::pictures::{self, Pictures};
use crate::redact::Redactor;
use crate::show;
use crate::stop::{Code, Stop, advice};
use crate::stream::{Stream, StreamEnd, StreamOptions};
use crate::work;

/// No honest form has more pictures, and each may be large.
const MOST_FETCHED: usize = 8;

/// Does what the command line says.
pub fn run(args: &Args, redactor: &Redactor) -> Result<(), Stop> {
    let secrets = [&args.password, &args.new_password, &args.token];
    for secret in secrets.into_iter().flatten() {
        redactor.add(secret.reveal());
    }
    let user = User::new(args.no_input, redactor.clone());
    // Before there is a stream, which a server would close while it waits for an answer.
    let login = Login::gather(args, &user)?;
    let mut run = Run {
        args,
        filler: Filler::new(&user, known_values(args, login.as_ref()), args.set()),
        user: &user,
        redactor,
        open: None,
        fetched: Vec::new(),
        pictures: Pictures::default(),
        refused: None,
    };
    loop {
        let mut driver = start(args, login.as_ref(), &user)?;
        if let Next::End = run.carry_out(&mut driver)? {
            return Ok(());
        }
    }
}

/// Opens a stream, logs in where that is needed, and makes the machine for the task.
fn start(args: &Args, login: Option<&Login>, user: &User) -> Result<Driver, Stop> {
    let target = Target {
        address: args.connect.clone(),
        ca: args.ca.clone(),
        plaintext: args.plaintext,
    };
    let options = StreamOptions {
        domain: args.domain.clone(),
        lang: args.lang.clone(),
        timeout: args.timeout(),
        trace: args.trace,
        redactor: user.redactor().clone(),
    };
    let (mut stream, features) =
        connect(&target, options).map_err(|error| Stop::unconnected(&error, args.ca.is_some()))?;
    if args.token.is_some() && !Features::of(&features).token {
        // Advertising is no promise, and so its absence is none either.
        user.tell("the server does not say that it knows invitations; trying all the same");
    }
    let peer = match login {
        Some(login) => peer(args, login, &mut stream, &features)?,
        None => Peer::server(&args.domain).map_err(|error| Stop::usage(error.to_string()))?,
    };
    // Without encryption there is no stream at all, unless the user accepted that.
    let channel = match (stream.is_encrypted(), args.plaintext) {
        (true, _) => Channel::Encrypted,
        (false, true) => Channel::PlaintextAccepted,
        (false, false) => Channel::Plaintext,
    };
    let mut config = Config::new(peer, id_prefix()?, channel);
    if let Some(lang) = &args.lang {
        config = config.lang(lang)?;
    }
    Ok(Driver::new(machine(args, login, config)?, stream))
}

/// Logs in: after that one's address is known, and so whom to talk to.
fn peer(args: &Args, login: &Login, stream: &mut Stream, features: &Element) -> Result<Peer, Stop> {
    let account = Account {
        username: &login.username,
        password: &login.password,
        plaintext: args.plaintext,
    };
    let me = log_in(stream, features, &account)?;
    Ok(match &args.service {
        Some(service) => Peer::service(service.clone(), me)?,
        None => Peer::account(me),
    })
}

fn machine(
    args: &Args,
    login: Option<&Login>,
    config: Config,
) -> Result<RegistrationMachine, Stop> {
    Ok(match (args.task, login) {
        (Task::ChangePassword, Some(login)) => {
            // Somewhere else one may have another name.
            let named = args.set().find(|(name, _)| *name == "username");
            let named = named.filter(|_| args.service.is_some());
            let username = named.map_or(login.username.as_str(), |(_, value)| value);
            RegistrationMachine::change_password(config, username, &login.new_password)?
        }
        (Task::Unregister, _) => RegistrationMachine::unregister(config)?,
        (_, Some(_)) => RegistrationMachine::register(config),
        (_, None) => invited(args, config)?,
    })
}

/// Not logged in: with what the invitation holds, if there is one.
fn invited(args: &Args, config: Config) -> Result<RegistrationMachine, Stop> {
    Ok(match (&args.invitation, &args.token) {
        (Some(uri), _) => uri.register(config)?,
        (None, Some(token)) => RegistrationMachine::register_with_token(config, token.reveal())?,
        (None, None) => RegistrationMachine::register(config),
    })
}

/// Unguessable, and never the same again: 16 letters.
fn id_prefix() -> Result<IdPrefix, Stop> {
    let mut random = [0; 12];
    getrandom::fill(&mut random)
        .map_err(|error| Stop::new(Code::NoStream, format!("no random numbers: {error}")))?;
    Ok(IdPrefix::new(&URL_SAFE_NO_PAD.encode(random))?)
}

/// What comes after a task came to an end.
enum Next {
    End,
    /// The stream ended while the user was asked: once more, with what was typed.
    Anew,
}

/// One run of the program.
struct Run<'a> {
    args: &'a Args,
    user: &'a User,
    filler: Filler<'a>,
    redactor: &'a Redactor,
    /// A form that waits for its pictures, and the refusal that it came with.
    open: Option<(Form, Option<StanzaError>)>,
    /// The pictures of that form which were asked for, whatever came of it.
    fetched: Vec<String>,
    pictures: Pictures,
    /// The refusal that left no form: the next one is for mending what it was about.
    refused: Option<StanzaError>,
}

impl Run<'_> {
    /// Does what each event asks for, until the terminal one.
    fn carry_out(&mut self, driver: &mut Driver) -> Result<Next, Stop> {
        while let Some(event) = driver.next_event() {
            match event {
                Event::FormOffered(form) if self.args.task == Task::Form => {
                    self.filler.check_names(&form)?;
                    self.look(&form);
                    return Ok(Next::End);
                }
                Event::FormOffered(form) => self.take_up(driver, form, None)?,
                Event::Refused {
                    error,
                    form: Some(form),
                } => self.take_up(driver, form, Some(error))?,
                Event::MediaReceived(data) => {
                    if let Some((form, _)) = &mut self.open {
                        form.attach(data);
                    }
                    self.advance(driver)?;
                }
                // What is missing is told along with what is there.
                Event::MediaUnavailable { .. } => self.advance(driver)?,
                Event::Refused { error, form: None } => self.try_again(driver, error)?,
                Event::Ignored(why) => self.user.tell(&format!("ignored: {why}")),
                Event::Redirected(redirect) => return Err(self.redirected(&redirect)),
                Event::Succeeded(success) => {
                    show::print(&success.to_string());
                    return Ok(Next::End);
                }
                Event::Failed(failure) => {
                    if self.filler.holds_answer() && self.user.is_there() {
                        self.user.tell(&format!("{failure}; connecting again"));
                        return Ok(Next::Anew);
                    }
                    return Err(Stop::failed(&failure, driver.end.as_ref()));
                }
                // There may be more kinds of events some day; none of them ends the task.
                _ => {}
            }
        }
        Err(Stop::new(Code::NoStream, "the task came to no end"))
    }

    /// Begins with a form. `refusal` is what it came with.
    fn take_up(
        &mut self,
        driver: &mut Driver,
        form: Form,
        refusal: Option<StanzaError>,
    ) -> Result<(), Stop> {
        self.fetched.clear();
        self.open = Some((form, refusal));
        self.advance(driver)
    }

    /// Fetches the pictures that the form lacks, one after the other; then submits it.
    fn advance(&mut self, driver: &mut Driver) -> Result<(), Stop> {
        let Some((mut form, refusal)) = self.open.take() else {
            return Ok(());
        };
        while let Some(cid) = self.missing(&form) {
            self.fetched.push(cid.to_owned());
            // One that cannot even be asked for is as good as one that does not come.
            if driver.machine.fetch_media(cid).is_ok() {
                self.open = Some((form, refusal));
                return Ok(());
            }
        }
        if self.user.asking() != Asking::Never {
            let saved = self.pictures.save(&form);
            self.filler.enclose(saved, pictures::inline(&form));
        }
        let service = self.args.service.as_ref().map(Jid::as_str);
        // A server that waits may close the stream, and then the work is for nothing.
        work::solve(&mut form, service.unwrap_or(&self.args.domain), || {
            driver.catch_up();
            matches!(driver.end, Some(StreamEnd::TimedOut))
        });
        self.submit(driver, form, refusal.as_ref())
    }

    /// The next picture to be fetched, if there is anybody to look at it.
    fn missing<'f>(&self, form: &'f Form) -> Option<&'f str> {
        if self.user.asking() == Asking::Never || self.fetched.len() >= MOST_FETCHED {
            return None;
        }
        let media = form.fields().flat_map(Field::media);
        let lacking = media.filter(|it| it.bytes() == Err(MediaError::NotReceived));
        let mut cids = lacking.filter_map(Media::cid);
        cids.find(|cid| !self.fetched.iter().any(|it| it == cid))
    }

    /// Fills the form in and submits it. `refusal` is why, where it is not the first one.
    fn submit(
        &mut self,
        driver: &mut Driver,
        form: Form,
        refusal: Option<&StanzaError>,
    ) -> Result<(), Stop> {
        let renewed = self.refused.take();
        let answer = match (&renewed, refusal) {
            (Some(error), None) => self.filler.renew(form, error)?,
            _ => self.filler.fill(form, refusal)?,
        };
        let answer = self.meant(answer)?;
        driver.catch_up();
        match driver.machine.submit(answer) {
            Ok(()) => Ok(()),
            // The stream has ended: an event will tell how. The answer is not lost.
            Err(rejected) if rejected.why == Misuse::Finished => {
                self.filler.keep(rejected.answer);
                Ok(())
            }
            Err(rejected) => Err(rejected.why.into()),
        }
    }

    /// A form that removes is submitted only where that was asked for, or is said now.
    fn meant(&self, answer: Answer) -> Result<Answer, Stop> {
        let form = answer.into_form();
        let said = form.field("remove").and_then(Field::value) == Some("1");
        if form.removes() && !said && self.args.task != Task::Unregister {
            let warning = "this form would remove the registration";
            let question = format!("{warning}: submit it all the same?");
            if !(self.user.is_there() && self.user.confirm(&question)?) {
                let advice = format!("{warning}: use `unregister` for that");
                return Err(Stop::new(Code::Refused, advice));
            }
        }
        let answer = form.finish();
        Ok(answer.expect("nothing was changed since it was ready"))
    }

    /// A refusal left nothing to mend; the user may want another form.
    fn try_again(&mut self, driver: &mut Driver, error: StanzaError) -> Result<(), Stop> {
        let refused = format!("{error}{}", advice(&error));
        // A script may have another answer to a new CAPTCHA; it cannot wait for better times.
        let goes_on = match self.user.asking() {
            Asking::Terminal => true,
            Asking::Lines => self.filler.can_mend(&error) && !error.is_worth_retrying(),
            Asking::Never => false,
        };
        if !goes_on {
            return Err(Stop::new(Code::Refused, refused));
        }
        self.user.tell(&refused);
        if self.user.is_there() && !self.user.confirm("Ask the server for a new form?")? {
            return Err(Stop::new(Code::Refused, ""));
        }
        self.refused = Some(error);
        Ok(driver.machine.request_form()?)
    }

    fn look(&self, form: &Form) {
        self.filler.hide_secrets(form);
        show::print(self.redactor.text(&show::form(form)).trim_end());
        for line in pictures::describe(form) {
            show::print(&self.redactor.text(&line));
        }
    }

    /// The address, or what the server says instead, goes to standard output.
    fn redirected(&self, redirect: &Redirect) -> Stop {
        let text = match (redirect.url(), redirect.instructions()) {
            (Some(url), instructions) => {
                self.user
                    .tell(instructions.unwrap_or("This is to be done elsewhere:"));
                url
            }
            (None, instructions) => instructions.unwrap_or_default(),
        };
        show::print(&self.redactor.text(text));
        Stop::new(Code::Elsewhere, "")
    }
}
