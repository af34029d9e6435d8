//! A client and a service without a socket between them. Whatever either says is looked at.

use xmpp_registration::service::{
    DataForm, Offer, Refusal, RegistrationService, ServiceConfig, ServiceEvent, ServiceOutput,
};
use xmpp_registration::{Event, Form, Output, RegistrationMachine, Success};

use crate::common::secrets::Search;
use crate::common::{Transcript, server, xml};

pub const DOMAIN: &str = "shakespeare.lit";
pub const BILL: &str = "bill@shakespeare.lit/globe";

/// Both, and the network between them.
pub struct Pair {
    pub client: Transcript,
    pub service: RegistrationService,
    pub search: Search,
    me: Option<&'static str>,
}

impl Pair {
    pub fn new(machine: RegistrationMachine, me: Option<&'static str>, secrets: &[String]) -> Self {
        let mut client = Transcript::new(machine);
        for secret in secrets {
            client.hide(secret);
        }
        let config = ServiceConfig::server(DOMAIN).expect("a domain");
        let search = Search::of(secrets);
        search.count_conversation();
        search.debug("a configuration", &config);
        let service = RegistrationService::new(config);
        Pair {
            client,
            service,
            search,
            me,
        }
    }

    pub fn newcomer(secrets: &[String]) -> Self {
        let machine = RegistrationMachine::register(server(DOMAIN));
        Pair::new(machine, None, secrets)
    }

    /// Carries stanzas until one side has an event: the client's, or the service's.
    #[track_caller]
    pub fn run(&mut self) -> Result<Event, ServiceEvent> {
        loop {
            self.search.count_step();
            match self.client.poll() {
                Some(Output::Event(event)) => return Ok(event),
                Some(Output::Send(stanza)) => {
                    let stanza = xml::parse(&String::from(&stanza));
                    let _ = match self.me {
                        Some(me) => {
                            let stamped = xml::with(&stanza, "from", me);
                            self.service.handle_stanza(&stamped)
                        }
                        None => self.service.handle_stanza_before_login(1, &stanza),
                    };
                }
                None => {}
            }
            self.search.debug("the service", &self.service);
            let Some(output) = self.service.poll_output() else {
                continue;
            };
            self.search.service_output(&output);
            match output {
                ServiceOutput::Event(event) => return Err(self.search.provoke_service(event)),
                ServiceOutput::Send { stanza, .. } => {
                    let _ = self.client.feed(&xml::parse(&String::from(&stanza)));
                }
            }
        }
    }

    #[track_caller]
    pub fn offers(&mut self, offer: &Offer) -> Form {
        let Err(ServiceEvent::FormRequested(request)) = self.run() else {
            panic!("no request for a form");
        };
        let _ = self.service.offer(request, offer).expect("its own");
        self.form()
    }

    #[track_caller]
    pub fn form(&mut self) -> Form {
        match self.run() {
            Ok(
                Event::FormOffered(form)
                | Event::Refused {
                    form: Some(form), ..
                },
            ) => self.client.secrets.provoke(form),
            other => panic!("{other:?} instead of a form"),
        }
    }

    #[track_caller]
    pub fn submits(&mut self, mut form: Form, values: &[(&str, &str)]) {
        for (name, value) in values {
            form.set(name, *value).expect("a field");
        }
        self.client.submit(form, "a submission");
    }

    #[track_caller]
    pub fn refuses(&mut self) {
        let Err(ServiceEvent::Submitted(submission)) = self.run() else {
            panic!("no submission");
        };
        let refusal = Refusal::conflict();
        self.search.debug("a refusal", &refusal);
        let _ = self.service.refuse(submission, refusal).expect("its own");
    }

    #[track_caller]
    pub fn demands(&mut self, form: DataForm) -> Form {
        let Err(ServiceEvent::Submitted(submission)) = self.run() else {
            panic!("no submission");
        };
        let offer = self.search.build(Offer::builder().form(form));
        let _ = self.service.demand(submission, &offer).expect("its own");
        self.form()
    }

    #[track_caller]
    pub fn accepts(&mut self, wanted: Success) {
        let Err(ServiceEvent::Submitted(submission)) = self.run() else {
            panic!("no submission");
        };
        let _ = self.service.accept(submission).expect("its own");
        match self.run() {
            Ok(Event::Succeeded(success)) => assert_eq!(success, wanted),
            other => panic!("{other:?}"),
        }
        self.search.debug("the service", &self.service);
    }
}
