//! Looking at everything of the service that has a `Debug` or a `Display`.

use xmpp_registration::service::{
    Offer, OfferBuilder, RegistrationService, Request, ServiceConfig, ServiceEvent, ServiceOutput,
    Unanswered,
};

use crate::common::secrets::Search;

/// Another service, which waits for none of these requests.
fn stranger() -> RegistrationService {
    let config = ServiceConfig::server("elsewhere.example").expect("a domain");
    RegistrationService::new(config)
}

impl Search {
    #[track_caller]
    pub fn service_output(&self, output: &ServiceOutput) {
        self.debug("the service's output", output);
        match output {
            ServiceOutput::Send { stanza, .. } => self.sent(stanza),
            ServiceOutput::Event(event) => self.debug("the service's event", event),
        }
    }

    /// A request goes to another service first, which gives it back.
    #[track_caller]
    pub fn provoke_service(&self, event: ServiceEvent) -> ServiceEvent {
        let conflict = xmpp_registration::service::Refusal::conflict();
        match event {
            ServiceEvent::FormRequested(it) => {
                let given_back = stranger().refuse(it, conflict);
                ServiceEvent::FormRequested(self.unanswered(given_back.err()))
            }
            ServiceEvent::Submitted(it) => {
                self.debug("a purpose", &it.purpose());
                let it = self.unanswered(stranger().accept(it).err());
                ServiceEvent::Submitted(self.unanswered(stranger().time_out(it).err()))
            }
            ServiceEvent::TokenPresented(it) => {
                let given_back = stranger().accept(it).err();
                ServiceEvent::TokenPresented(self.unanswered(given_back))
            }
            other => other,
        }
    }

    #[track_caller]
    pub fn unanswered<R: Request + std::fmt::Debug + 'static>(
        &self,
        unanswered: Option<Unanswered<R>>,
    ) -> R {
        let unanswered = unanswered.expect("another service's request");
        self.error("an answer's error", &unanswered);
        self.error("why it is not answered", &unanswered.why);
        unanswered.request
    }

    /// An offer while it is made.
    #[track_caller]
    pub fn build(&self, builder: OfferBuilder) -> Offer {
        self.debug("a builder", &builder);
        let offer = builder.build().expect("a good offer");
        self.debug("an offer", &offer);
        offer
    }
}
