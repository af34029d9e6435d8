//! What the service hands out: stanzas to send, and events.

use core::fmt;

use minidom::Element;

use super::{FormRequest, Requester, Submission, TokenRequest};
use crate::queue::Wipe;
use crate::xml;

/// What is to be done, in this order.
///
/// `Debug` shows neither the payload of a stanza nor a value, so it may be logged.
///
/// ```
/// use xmpp_registration::service::{Refusal, RegistrationService, Requester, ServiceConfig, ServiceEvent, ServiceOutput};
///
/// let mut service = RegistrationService::new(ServiceConfig::server("example.com")?);
/// let get = "<iq xmlns='jabber:client' type='get' id='a'><query xmlns='jabber:iq:register'/></iq>";
/// let _ = service.handle_stanza_before_login(1, &get.parse()?);
/// let mut sent = Vec::new();
/// while let Some(output) = service.poll_output() {
///     assert_eq!(output.requester(), &Requester::Stream(1));
///     match output {
///         ServiceOutput::Send { to, stanza } => sent.push((to, stanza)), // write it to that stream
///         ServiceOutput::Event(ServiceEvent::FormRequested(request)) => {
///             let _ = service.refuse(request, Refusal::unsupported())?;
///         }
///         ServiceOutput::Event(event) => panic!("{event:?}"),
///     }
/// }
/// assert_eq!(sent.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
#[expect(clippy::exhaustive_enums, reason = "a driver must know all of them")]
pub enum ServiceOutput {
    /// Send this stanza.
    Send {
        /// To whom: on that stream, or to the full JID in the stanza's `to`.
        to: Requester,
        /// It may hold what is on file or a key: never log it.
        stanza: Element,
    },
    /// Somebody wants something, and waits for the application's answer.
    Event(ServiceEvent),
}

/// What somebody wants.
///
/// ```
/// use xmpp_registration::service::{
///     Answered, Refusal, RegistrationService, Requester, ServiceConfig, ServiceEvent, ServiceOutput,
/// };
///
/// /// A service that only takes tokens, so far.
/// fn answer(service: &mut RegistrationService, event: ServiceEvent) -> Result<Answered, &'static str> {
///     let foreign = "it came from another service";
///     match event {
///         ServiceEvent::TokenPresented(request) => service.accept(request).map_err(|_| foreign),
///         ServiceEvent::FormRequested(request) => service.refuse(request, Refusal::internal()).map_err(|_| foreign),
///         ServiceEvent::Submitted(request) => service.refuse(request, Refusal::internal()).map_err(|_| foreign),
///         _ => Err("this program is older than the crate"),
///     }
/// }
///
/// let mut service = RegistrationService::new(ServiceConfig::server("example.com")?);
/// let set = "<iq xmlns='jabber:client' type='set' id='a'><preauth xmlns='urn:xmpp:pars:0' token='T0K3N'/></iq>";
/// let _ = service.handle_stanza_before_login(1, &set.parse()?);
/// let Some(ServiceOutput::Event(event)) = service.poll_output() else { panic!() };
/// assert_eq!(event.requester(), &Requester::Stream(1));
/// assert_eq!(answer(&mut service, event), Ok(Answered::Queued));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum ServiceEvent {
    /// The form. Next: [`offer`](super::RegistrationService::offer) one, or
    /// [`redirect`](super::RegistrationService::redirect), or [`refuse`](super::RegistrationService::refuse).
    FormRequested(FormRequest),
    /// A registration, a new password, a removal: look at [`Submission::purpose`]. Next:
    /// [`accept`](super::RegistrationService::accept), [`refuse`](super::RegistrationService::refuse) or
    /// [`demand`](super::RegistrationService::demand).
    Submitted(Submission),
    /// To show an invitation token. Next: [`accept`](super::RegistrationService::accept) or
    /// [`refuse`](super::RegistrationService::refuse).
    TokenPresented(TokenRequest),
}

impl ServiceEvent {
    /// Who wants it.
    #[must_use]
    pub fn requester(&self) -> &Requester {
        match self {
            ServiceEvent::FormRequested(request) => request.requester(),
            ServiceEvent::Submitted(request) => request.requester(),
            ServiceEvent::TokenPresented(request) => request.requester(),
        }
    }
}

impl ServiceOutput {
    /// Whom it is for, or from.
    #[must_use]
    pub fn requester(&self) -> &Requester {
        match self {
            ServiceOutput::Send { to, .. } => to,
            ServiceOutput::Event(event) => event.requester(),
        }
    }
}

impl Wipe for ServiceOutput {
    fn wipe(&mut self) {
        match self {
            ServiceOutput::Send { stanza, .. } => xml::wipe(stanza),
            // What somebody submitted wipes itself.
            ServiceOutput::Event(_) => {}
        }
    }
}

impl fmt::Debug for ServiceOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ServiceOutput::Send { to, stanza } => {
                // Only what this crate chose itself: minidom's own `Debug` prints everything.
                let kind = stanza.attr("type").unwrap_or_default();
                let payload = stanza.children().next().map_or("", Element::name);
                write!(f, "Send({to}, <iq type={kind:?}><{payload} ../></iq>)")
            }
            ServiceOutput::Event(event) => f.debug_tuple("Event").field(event).finish(),
        }
    }
}
