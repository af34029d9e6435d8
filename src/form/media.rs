//! Pictures and sounds of a field (XEP-0221), and the bits of binary that carry them (XEP-0231).

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use minidom::Element;
use percent_encoding::percent_decode_str;
use sha1::{Digest, Sha1};
use thiserror::Error;

use super::Form;
use super::arena::Span;
use crate::error::{Limit, Violation};
use crate::xml::{self, NS_BOB, Shown};

/// One place where a field's medium can be had.
#[derive(Clone, Copy)]
pub(super) struct MediaRecord {
    pub uri: Span,
    pub mime_type: Span,
    /// 0: not told.
    pub width: u16,
    pub height: u16,
    /// Index of its data; [`NO_DATA`]: it is not here.
    pub data: u32,
}

pub(super) const NO_DATA: u32 = u32::MAX;

/// A picture, sound or film that belongs to a [`Field`](crate::Field), at one URI; a field may give several to choose
/// from (XEP-0221).
///
/// What it shows comes from the server: treat it as hostile, whatever its type says.
///
/// ```
/// use xmpp_registration::{Media, MediaError};
/// # use xmpp_registration::{Channel, Config, Event, IdPrefix, Output, Peer, RegistrationMachine};
/// # let config = Config::new(Peer::server("example.com")?, IdPrefix::new("p")?, Channel::Encrypted);
/// # let mut machine = RegistrationMachine::register(config);
/// # machine.poll_output();
/// # let reply = "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>\
/// #     <x xmlns='jabber:x:data' type='form'><field var='ocr' label='Enter the text you see'>\
/// #     <media xmlns='urn:xmpp:media-element' width='290' height='80'><uri type='image/png'>cid:a@bob.xmpp.org</uri></media>\
/// #     </field></x></query></iq>";
/// # let _ = machine.handle_stanza(&reply.parse()?);
/// # let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() else { panic!() };
/// // A CAPTCHA, whose picture is not in the form:
/// let picture: Media<'_> = form.field("ocr").unwrap().media().next().unwrap();
/// assert_eq!(picture.uri(), "cid:a@bob.xmpp.org");
/// assert_eq!(picture.mime_type(), "image/png");
/// assert_eq!((picture.width(), picture.height()), (Some(290), Some(80)));
/// assert_eq!(picture.bytes(), Err(MediaError::NotReceived)); // did not come with the form
/// assert_eq!(picture.cid(), Some("a@bob.xmpp.org")); // so fetch it by this
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Media<'a> {
    form: &'a Form,
    record: &'a MediaRecord,
}

impl<'a> Media<'a> {
    pub(super) fn new(form: &'a Form, record: &'a MediaRecord) -> Self {
        Media { form, record }
    }

    /// The MIME type as the server sent it, perhaps with parameters; empty if it sent none.
    #[must_use]
    pub fn mime_type(self) -> &'a str {
        self.record
            .mime_type
            .of(&self.form.arena.text)
            .unwrap_or_default()
    }

    /// The URI: `http(s):` to be fetched by the caller, or `cid:`, whose data came with the form or can be fetched by
    /// [`fetch_media`](crate::RegistrationMachine::fetch_media).
    #[must_use]
    pub fn uri(self) -> &'a str {
        self.record
            .uri
            .of(&self.form.arena.text)
            .unwrap_or_default()
    }

    /// The Content-ID of a `cid:` URI.
    #[must_use]
    pub fn cid(self) -> Option<&'a str> {
        cid(self.uri())
    }

    /// The width to show it in, in pixels, if the server told one.
    #[must_use]
    pub fn width(self) -> Option<u16> {
        (self.record.width > 0).then_some(self.record.width)
    }

    /// The height to show it in, in pixels, if the server told one.
    #[must_use]
    pub fn height(self) -> Option<u16> {
        (self.record.height > 0).then_some(self.record.height)
    }

    /// All that it says of itself.
    pub(super) fn shown(self) -> (&'a str, &'a str, Option<u16>, Option<u16>) {
        (self.uri(), self.mime_type(), self.width(), self.height())
    }

    /// The bytes of a `cid:` URI, once they are here and have the hash that the Content-ID names.
    ///
    /// # Errors
    /// [`MediaError`] tells where the bytes are to be had, or what is wrong with them.
    pub fn bytes(self) -> Result<&'a [u8], MediaError> {
        self.cid().ok_or(MediaError::Elsewhere)?;
        let data = self.form.arena.media_data.get(self.record.data as usize);
        data.ok_or(MediaError::NotReceived)?.bytes()
    }
}

impl fmt::Debug for Media<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ({})", self.uri(), Shown(self.mime_type()))
    }
}

/// Why a medium has no bytes.
///
/// ```
/// use xmpp_registration::MediaError;
/// # use xmpp_registration::{Channel, Config, Event, IdPrefix, Output, Peer, RegistrationMachine};
/// # let config = Config::new(Peer::server("example.com")?, IdPrefix::new("p")?, Channel::Encrypted);
/// # let mut machine = RegistrationMachine::register(config);
/// # machine.poll_output();
/// # let reply = "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>\
/// #     <x xmlns='jabber:x:data' type='form'><field var='ocr' label='Enter the text you see'>\
/// #     <media xmlns='urn:xmpp:media-element'><uri type='image/png'>https://example.com/a.png</uri></media></field></x></query></iq>";
/// # let _ = machine.handle_stanza(&reply.parse()?);
/// # let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() else { panic!() };
/// let picture = form.field("ocr").unwrap().media().next().unwrap();
/// let error = picture.bytes().unwrap_err();
/// assert_eq!(error, MediaError::Elsewhere);
/// assert_eq!(error.to_string(), "the medium is at its URI: fetch it from there");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum MediaError {
    /// It is not a `cid:` URI.
    #[error("the medium is at its URI: fetch it from there")]
    Elsewhere,
    /// The data did not come with the form: get it by [`fetch_media`](crate::RegistrationMachine::fetch_media).
    #[error("the data of the medium did not come with the form: fetch it")]
    NotReceived,
    /// The data is not Base64.
    #[error("the data of the medium cannot be decoded")]
    Encoding,
    /// The data does not have the hash that its Content-ID names.
    #[error("the data of the medium is not what its name says")]
    Hash,
}

/// Bits of binary (XEP-0231): the data of one Content-ID.
///
/// ```
/// use xmpp_registration::{Event, MediaData, MediaError, Output};
/// # use xmpp_registration::{Channel, Config, IdPrefix, Peer, RegistrationMachine};
/// # let config = Config::new(Peer::server("example.com")?, IdPrefix::new("p")?, Channel::Encrypted);
/// # let mut machine = RegistrationMachine::register(config);
/// # machine.poll_output();
/// # let reply = "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>\
/// #     <x xmlns='jabber:x:data' type='form'><field var='ocr' label='Enter the text you see'>\
/// #     <media xmlns='urn:xmpp:media-element'><uri type='image/png'>cid:a@bob.xmpp.org</uri></media></field></x></query></iq>";
/// # let _ = machine.handle_stanza(&reply.parse()?);
/// # let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() else { panic!() };
/// fn caption(data: &MediaData) -> Result<String, MediaError> {
///     Ok(format!("{}: {} bytes of {}", data.cid(), data.bytes()?.len(), data.mime_type()))
/// }
///
/// machine.fetch_media("a@bob.xmpp.org")?;
/// # machine.poll_output();
/// # let reply = "<iq xmlns='jabber:client' type='result' id='p-2'>\
/// #     <data xmlns='urn:xmpp:bob' cid='a@bob.xmpp.org' type='image/png'>iVBORw==</data></iq>";
/// # let _ = machine.handle_stanza(&reply.parse()?);
/// let Some(Output::Event(Event::MediaReceived(data))) = machine.poll_output() else { panic!() };
/// assert_eq!(caption(&data)?, "a@bob.xmpp.org: 4 bytes of image/png");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct MediaData {
    cid: Box<str>,
    mime_type: Box<str>,
    bytes: Result<Vec<u8>, MediaError>,
}

impl MediaData {
    /// The Content-ID.
    #[must_use]
    pub fn cid(&self) -> &str {
        &self.cid
    }

    /// The MIME type as the server sent it; empty if it sent none.
    #[must_use]
    pub fn mime_type(&self) -> &str {
        &self.mime_type
    }

    /// The bytes, if the Content-ID's hash is theirs, or is of an algorithm that is not known.
    ///
    /// # Errors
    /// [`MediaError::Encoding`], [`MediaError::Hash`]
    pub fn bytes(&self) -> Result<&[u8], MediaError> {
        self.bytes.as_deref().map_err(|error| *error)
    }

    /// How much of [`Limits::picture_bytes`](crate::Limits::picture_bytes) it takes.
    pub(crate) fn size(&self) -> usize {
        let bytes = self.bytes.as_ref().map_or(0, Vec::len);
        bytes + self.cid.len() + self.mime_type.len()
    }

    /// Reads a `<data/>` whose bytes fit into `room`, and takes them off it. The hash is judged once, here.
    pub(crate) fn read(element: &Element, cid: &str, room: &mut usize) -> Result<Self, Violation> {
        let exceeded = Violation::LimitExceeded(Limit::PictureBytes);
        let encoded: usize = element.texts().map(str::len).sum();
        // White space is in it at most once in 76 characters; a text of nothing else is not worth the walk.
        if encoded / 4 * 3 > room.saturating_mul(2).saturating_add(64) {
            return Err(exceeded);
        }
        let mime_type = element.attr("type").unwrap_or_default();
        if mime_type.len() > *room {
            // Not even copied.
            return Err(exceeded);
        }
        let mut bytes = Vec::new();
        let bytes = match decode(element.texts(), *room, &mut bytes) {
            Err(Overflow::TooLong) => return Err(exceeded),
            Err(Overflow::NotBase64) => Err(MediaError::Encoding),
            Ok(()) if is_hash(cid, &bytes) == Some(false) => Err(MediaError::Hash),
            Ok(()) => {
                bytes.shrink_to_fit();
                Ok(bytes)
            }
        };
        let data = MediaData {
            cid: cid.into(),
            mime_type: mime_type.into(),
            bytes,
        };
        *room = room.checked_sub(data.size()).ok_or(exceeded)?;
        Ok(data)
    }
}

impl fmt::Debug for MediaData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.bytes.as_ref().map_or(0, Vec::len);
        write!(
            f,
            "MediaData({:?}, {:?}, {length} bytes)",
            self.cid, self.mime_type
        )
    }
}

/// The Content-ID of a `cid:` URI.
pub(crate) fn cid(uri: &str) -> Option<&str> {
    let (scheme, cid) = uri.split_once(':')?;
    scheme.eq_ignore_ascii_case("cid").then_some(cid)
}

/// Whether an element is the data of something; `None` also where it does not say of what.
pub(crate) fn data_cid(element: &Element) -> Option<&str> {
    if !element.is("data", NS_BOB) {
        return None;
    }
    element.attr("cid")
}

/// A URI may spell an identifier with percent-encoding (RFC 2392); both spellings are seen in `<data/>` too.
pub(super) fn plain_cid(cid: &str) -> Cow<'_, [u8]> {
    percent_decode_str(cid).into()
}

/// The identifier as XEP-0231 wants it in the `cid` of a request: without percent-encoding, if that gives a text.
pub(crate) fn cid_to_ask_for(cid: &str) -> Cow<'_, str> {
    let plain = percent_decode_str(cid).decode_utf8();
    plain
        .ok()
        .filter(|plain| xml::forbidden(plain).is_none())
        .unwrap_or(Cow::Borrowed(cid))
}

pub(crate) fn same_cid(a: &str, b: &str) -> bool {
    a == b || plain_cid(a) == plain_cid(b)
}

/// Whether the hash of `algo+hash@bob.xmpp.org` is that of the bytes. `None`: it names none that is known.
fn is_hash(cid: &str, bytes: &[u8]) -> Option<bool> {
    let cid = plain_cid(cid);
    let (algorithm, rest) = core::str::from_utf8(&cid).ok()?.split_once('+')?;
    let (hash, _) = rest.split_once('@')?;
    match algorithm {
        "sha1" | "sha-1" => Some(is_hex(hash, &Sha1::digest(bytes))),
        #[cfg(feature = "hashcash")]
        "sha256" | "sha-256" => Some(is_hex(hash, &sha2::Sha256::digest(bytes))),
        _ => None,
    }
}

fn is_hex(hex: &str, bytes: &[u8]) -> bool {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let read = hex.chars().map(|c| c.to_digit(16));
    read.eq(digits.map(|digit| Some(u32::from(digit))))
}

#[derive(Debug, PartialEq, Eq)]
enum Overflow {
    TooLong,
    NotBase64,
}

/// Servers pad or not, and not all leave the last bits zero, which XEP-0231 section 2.5 wants.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Decodes the pieces of a text, of whatever length each, through one small buffer: a picture is never copied whole.
fn decode<'a>(
    parts: impl Iterator<Item = &'a str>,
    room: usize,
    bytes: &mut Vec<u8>,
) -> Result<(), Overflow> {
    let mut chunk = [0; 1024];
    let mut filled = 0;
    let mut ended = false;
    let mut flush = |chunk: &[u8]| {
        let before = bytes.len();
        if ended {
            return Err(Overflow::NotBase64);
        }
        LENIENT
            .decode_vec(chunk, bytes)
            .map_err(|_| Overflow::NotBase64)?;
        // A shorter piece was padded, or the last one.
        ended = bytes.len() - before < chunk.len() / 4 * 3;
        if bytes.len() > room {
            return Err(Overflow::TooLong);
        }
        Ok(())
    };
    for byte in parts
        .flat_map(str::bytes)
        .filter(|it| !it.is_ascii_whitespace())
    {
        chunk[filled] = byte;
        filled += 1;
        if filled == chunk.len() {
            flush(&chunk)?;
            filled = 0;
        }
    }
    if filled > 0 {
        flush(&chunk[..filled])
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
