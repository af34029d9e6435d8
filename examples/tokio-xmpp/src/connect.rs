//! A stream up to its features, by whichever of tokio-xmpp's connectors, and not logged in.

use std::net::SocketAddr;

use sasl::common::ChannelBinding;
use tokio::time::timeout;
use tokio_xmpp::connect::{
    AsyncReadAndWrite, DirectTlsServerConnector, DnsConfig, ServerConnector,
    StartTlsServerConnector, TcpServerConnector,
};
use tokio_xmpp::parsers::{ns, stream_features::StreamFeatures};
use tokio_xmpp::xmlstream::{Timeouts, XmppStream};

use crate::args::Args;
use crate::stop::{Code, Stop};

/// The same type for every connector.
pub type Stream = XmppStream<Box<dyn AsyncReadAndWrite + Send>>;

/// What a login needs.
pub struct Connected {
    pub stream: Stream,
    pub features: StreamFeatures,
    /// Proves to the server that nobody is in between.
    pub binding: ChannelBinding,
}

/// Connects as the command line says.
pub async fn connect(args: &Args) -> Result<Connected, Stop> {
    if args.plaintext {
        by(TcpServerConnector(place(args)?), args).await
    } else if args.direct_tls {
        by(DirectTlsServerConnector(place(args)?), args).await
    } else {
        by(StartTlsServerConnector(place(args)?), args).await
    }
}

async fn by<C: ServerConnector>(connector: C, args: &Args) -> Result<Connected, Stop> {
    let timeouts = Timeouts {
        read_timeout: args.timeout(),
        response_timeout: args.timeout(),
    };
    let jid = args.domain.clone().into();
    let connecting = async {
        let (pending, binding) = connector.connect(&jid, ns::JABBER_CLIENT, timeouts).await?;
        let (features, stream): (_, XmppStream<C::Stream>) = pending.recv_features().await?;
        Ok(Connected {
            stream: stream.box_stream(),
            features,
            binding,
        })
    };
    let connected = timeout(args.timeout(), connecting).await;
    let late = |_| Stop::new(Code::NoStream, "the server did not answer in time");
    connected.map_err(late)?
}

/// Where the server is.
fn place(args: &Args) -> Result<DnsConfig, Stop> {
    let Some(address) = &args.connect else {
        let domain = args.domain.domain().as_str();
        return Ok(if args.direct_tls {
            DnsConfig::srv_xmpps(domain)
        } else {
            DnsConfig::srv_default_client(domain)
        });
    };
    if address.parse::<SocketAddr>().is_ok() {
        return Ok(DnsConfig::addr(address));
    }
    let parts = address.rsplit_once(':');
    match parts.and_then(|(host, port)| Some((host, port.parse().ok()?))) {
        Some((host, port)) => Ok(DnsConfig::no_srv(host, port)),
        None => Err(Stop::usage(
            "--connect needs a host and a port, as in localhost:5222",
        )),
    }
}
