//! Challenges (XEP-0158) with their pictures (XEP-0231).

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minidom::Element;
use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

use super::data_form::{FormField, Medium};
use crate::form::FieldKind;
use crate::xml::{NS_BOB, name};

/// A challenge that a registration form holds (XEP-0158 section 8): a picture to be read, or a question.
///
/// The application brings the identifier (from its random source), the picture and the right answer; the service offers
/// it, hands out the picture's data, and compares the answer. A challenge is good for one submission: whatever comes of
/// it, the next form needs a new one. So make an [`Offer`](super::Offer) with it for one requester only.
///
/// ```
/// use xmpp_registration::FieldKind;
/// use xmpp_registration::service::{Captcha, DataForm, FormField, Offer};
///
/// # let png = [0x89, b'P', b'N', b'G'];
/// # let wav = [b'R', b'I', b'F', b'F'];
/// let picture = Captcha::picture("f3a6292c", "image/png", &png, "7nHL3")
///     .size(290, 80)
///     .uri("image/png", "https://example.com/f3a6292c.png") // for clients that know no bits of binary
///     .exact(); // 7nhl3 is wrong
/// let sound = Captcha::picture("f3a6292c", "audio/x-wav", &wav, "ten")
///     .var("audio_recog")
///     .label("What do you hear?");
/// let question = Captcha::question("f3a6292c", "The colour of grass?", "green").counted();
///
/// let form = DataForm::new()
///     .field(FormField::new(FieldKind::TextSingle, "username").required())
///     .field(FormField::new(FieldKind::TextPrivate, "password").required());
/// for captcha in [picture, sound, question] {
///     let offer = Offer::builder().form(form.clone()).captcha(captcha).build()?;
///     assert!(!format!("{offer:?}").contains("7nHL3"));
/// }
/// # Ok::<(), xmpp_registration::service::OfferError>(())
/// ```
#[derive(Clone)]
pub struct Captcha {
    pub(super) challenge: String,
    pub(super) var: String,
    pub(super) label: String,
    answer: Zeroizing<String>,
    exact: bool,
    pub(super) counted: bool,
    picture: Option<Picture>,
    pub(super) uri: Option<(String, String)>,
    size: Option<(u16, u16)>,
}

#[derive(Clone)]
struct Picture {
    mime_type: String,
    cid: String,
    bytes: Vec<u8>,
}

impl Captcha {
    /// A picture with a text to be read: the field `ocr`. The picture goes with the form, and under its Content-ID.
    #[must_use]
    pub fn picture(challenge: &str, mime_type: &str, bytes: &[u8], answer: &str) -> Captcha {
        let mut captcha = Self::new(challenge, "ocr", "Enter the text you see", answer);
        captcha.picture = Some(Picture {
            mime_type: mime_type.to_string(),
            cid: content_id(bytes),
            bytes: bytes.to_vec(),
        });
        captcha
    }

    /// A question in words: the field `qa`.
    #[must_use]
    pub fn question(challenge: &str, question: &str, answer: &str) -> Captcha {
        Self::new(challenge, "qa", question, answer)
    }

    /// Another field than `ocr` or `qa`, such as `audio_recog` (XEP-0158 section 8.2).
    #[must_use]
    pub fn var(mut self, var: &str) -> Captcha {
        self.var = var.to_string();
        self
    }

    /// Another label than "Enter the text you see".
    #[must_use]
    pub fn label(mut self, label: &str) -> Captcha {
        self.label = label.to_string();
        self
    }

    /// The width and height to show the picture in, in pixels.
    #[must_use]
    pub fn size(mut self, width: u16, height: u16) -> Captcha {
        self.size = Some((width, height));
        self
    }

    /// Where the same can be had by HTTP, for clients that do not know bits of binary.
    #[must_use]
    pub fn uri(mut self, mime_type: &str, uri: &str) -> Captcha {
        self.uri = Some((mime_type.to_string(), uri.to_string()));
        self
    }

    /// The answer must be right to the letter. Otherwise case and white space around it do not count.
    #[must_use]
    pub fn exact(mut self) -> Captcha {
        self.exact = true;
        self
    }

    /// Says in a hidden field `answers` that one answer is wanted (XEP-0158 section 3.2); few clients need it.
    #[must_use]
    pub fn counted(mut self) -> Captcha {
        self.counted = true;
        self
    }

    pub(super) fn is_right(&self, typed: &str) -> bool {
        let (right, typed) = (self.answer.as_str(), typed);
        if self.exact {
            return right == typed;
        }
        let fold = |text| str::chars(str::trim(text)).flat_map(char::to_lowercase);
        fold(right).eq(fold(typed))
    }

    pub(super) fn answer(&self) -> &str {
        &self.answer
    }

    pub(super) fn has_answer(&self) -> bool {
        !self.answer.trim().is_empty()
    }

    /// The field that the answer comes in.
    pub(super) fn field(&self) -> FormField {
        let mut field = FormField::new(FieldKind::TextSingle, &self.var)
            .label(&self.label)
            .required();
        let mut push = |mime_type: &str, uri: String| {
            field.media.push(Medium {
                mime_type: mime_type.to_string(),
                uri,
                size: self.size,
            });
        };
        if let Some((mime_type, uri)) = &self.uri {
            push(mime_type, uri.clone());
        }
        if let Some(picture) = &self.picture {
            push(&picture.mime_type, format!("cid:{}", picture.cid));
        }
        field
    }

    /// The `<data/>` of its picture.
    pub(super) fn data(&self) -> Option<Element> {
        let picture = self.picture.as_ref()?;
        let mut data = Element::builder("data", NS_BOB)
            .attr(name("cid"), picture.cid.as_str())
            .attr(name("type"), picture.mime_type.as_str())
            // It is of no use to anybody else, or later.
            .attr(name("max-age"), "0")
            .build();
        data.append_text_node(STANDARD.encode(&picture.bytes));
        Some(data)
    }

    pub(super) fn cid(&self) -> Option<&str> {
        self.picture.as_ref().map(|picture| picture.cid.as_str())
    }

    fn new(challenge: &str, var: &str, label: &str, answer: &str) -> Captcha {
        Captcha {
            challenge: challenge.to_string(),
            var: var.to_string(),
            label: label.to_string(),
            answer: Zeroizing::new(answer.to_string()),
            exact: false,
            counted: false,
            picture: None,
            uri: None,
            size: None,
        }
    }
}

/// Neither the answer nor the picture.
impl fmt::Debug for Captcha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Captcha({:?})", self.var)
    }
}

/// `sha1+hash@bob.xmpp.org` (XEP-0231 section 2.2).
fn content_id(bytes: &[u8]) -> String {
    let digest = Sha1::digest(bytes);
    let hex: String = digest.iter().flat_map(|byte| hex(*byte)).collect();
    format!("sha1+{hex}@bob.xmpp.org")
}

fn hex(byte: u8) -> [char; 2] {
    [byte >> 4, byte & 15].map(|it| char::from_digit(it.into(), 16).expect("four bits are a digit"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_id_names_its_hash() {
        // FIPS 180-1, appendix A.
        let wanted = "sha1+a9993e364706816aba3e25717850c26c9cd0d89d@bob.xmpp.org";
        assert_eq!(content_id(b"abc"), wanted);
    }

    #[test]
    fn an_answer_is_compared_without_case_and_white_space() {
        let captcha = Captcha::question("c", "?", " 7nHL3");
        for (typed, right) in [
            ("7nhl3", true),
            ("\t7NHL3 ", true),
            ("7 nhl3", false),
            ("", false),
        ] {
            assert_eq!(captcha.is_right(typed), right, "{typed:?}");
        }
        assert!(!captcha.clone().exact().is_right("7nHL3"));
        assert!(captcha.exact().is_right(" 7nHL3"));
    }
}
