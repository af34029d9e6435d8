//! A login on a stream that is there already, such as the one that registered.
//!
//! tokio-xmpp's `Client` opens a stream of its own; what it is made of is public, and takes any stream. A client that goes
//! on for longer gives the stream, after SASL and before a resource is bound, to `tokio_xmpp::stanzastream::StanzaStream`:
//! that binds, answers, and connects again where it must.

use std::borrow::Cow;

use futures::{SinkExt as _, StreamExt as _};
use sasl::common::{ChannelBinding, Credentials};
use tokio::time::timeout;
use tokio_xmpp::client_login;
use tokio_xmpp::error::{Error, ProtocolError};
use tokio_xmpp::parsers::{
    bind::{BindQuery, BindResponse},
    iq::Iq,
    sasl_cb::Type,
};
use tokio_xmpp::xmlstream::StreamHeader;
use xmpp_registration::jid::FullJid;
use xmpp_registration::minidom::Element;

use crate::args::Args;
use crate::connect::{Connected, Stream};
use crate::glue::{self, Came};
use crate::stop::{Code, Stop};

/// The id of the only request here. Nobody else's has it: a machine's ids begin with its prefix.
const BIND: &str = "bind";

/// Logs in and binds a resource. What the machine waits for must have come before: in the middle of SASL, `client_login` takes
/// any stanza for the end.
pub async fn log_in(connected: Connected, args: &Args) -> Result<(Stream, FullJid), Stop> {
    let credentials = Credentials::default()
        .with_username(args.username()?)
        .with_password(args.password()?)
        .with_channel_binding(binding(&connected));
    let late = |_| Stop::new(Code::NoStream, "the login was not answered in time");
    let logging_in = async {
        let mut stream =
            authenticate(connected, credentials, args.domain.domain().as_str()).await?;
        let me = bind(&mut stream).await?;
        Ok((stream, me))
    };
    timeout(args.timeout(), logging_in).await.map_err(late)?
}

/// The channel binding, where the server says that it knows this one (XEP-0440). Otherwise tokio-xmpp would choose a
/// mechanism for it that the server only knows with another one (ejabberd 23.01: `tls-unique`), and be refused as if the
/// password were wrong; or, where there is none with a binding, send the password itself by `PLAIN`.
fn binding(connected: &Connected) -> ChannelBinding {
    let features = &connected.features;
    let mut types = features.sasl_cb.iter().flat_map(|it| &it.types);
    let binds = |mechanism: &String| mechanism.ends_with("-PLUS");
    if types.any(|it| *it == Type::TlsExporter) && features.sasl_mechanisms.iter().any(binds) {
        connected.binding.clone()
    } else {
        ChannelBinding::None
    }
}

/// SASL, and the stream anew.
async fn authenticate(
    connected: Connected,
    credentials: Credentials,
    domain: &str,
) -> Result<Stream, Error> {
    let mechanisms = connected.features.sasl_mechanisms;
    let header = StreamHeader {
        to: Some(Cow::Borrowed(domain)),
        from: None,
        id: None,
    };
    let restarted = client_login(connected.stream, mechanisms, credentials).await?;
    let (_, stream) = restarted.send_header(header).await?.recv_features().await?;
    Ok(stream)
}

async fn bind(stream: &mut Stream) -> Result<FullJid, Error> {
    let request: Element = Iq::from_set(BIND, BindQuery::new(None)).into();
    stream.send(&request).await?;
    loop {
        match glue::came(stream.next().await) {
            Came::Stanza(stanza) if stanza.attr("id") == Some(BIND) => return bound(stanza),
            Came::Unparsable(iq) if iq.id.as_deref() == Some(BIND) => {
                return Err(ProtocolError::InvalidBindResponse.into());
            }
            Came::Stanza(_) | Came::Unparsable(_) | Came::Nothing => {}
            Came::StreamError(_) | Came::End => return Err(Error::Disconnected),
        }
    }
}

fn bound(reply: Element) -> Result<FullJid, Error> {
    let payload = match Iq::try_from(reply) {
        Ok(Iq::Result { payload, .. }) => payload,
        _ => None,
    };
    let response = payload.and_then(|payload| BindResponse::try_from(payload).ok());
    response.map_or(Err(ProtocolError::InvalidBindResponse.into()), |response| {
        Ok(response.into())
    })
}
