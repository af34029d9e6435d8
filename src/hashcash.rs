//! The SHA-256 challenge of XEP-0158 section 6.2: work instead of a puzzle.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt::{self, Write};

use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::address;
use crate::form::Form;

/// A challenge being worked at.
///
/// The answer is a text that begins with an address, and whose SHA-256 ends in the bits that the server chose: each bit
/// doubles the work. [`work`](Hashcash::work) tries as often as the caller says and then returns, so that a program
/// without threads stays alive. The same challenge always has the same answer. `Debug` shows neither it nor the number
/// of tries, which is the answer but for the address.
///
/// ```
/// use xmpp_registration::Hashcash;
///
/// let mut challenge = Hashcash::new("example.com", "93C", 24)?;
/// assert_eq!(challenge.bits(), 12); // some 4,000 tries
/// let answer = loop {
///     match challenge.work(1_000) {
///         Some(answer) => break answer, // then: form.set("SHA-256", answer)
///         None => (), // look after the socket, the user, the watchdog
///     }
/// };
/// assert!(answer.starts_with("example.com"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Hashcash {
    address: String,
    /// Has taken in the address already.
    prefix: Sha256,
    label: u64,
    bits: u32,
    next: u64,
}

/// A counter has at most so many digits.
const DIGITS: usize = 16;

/// Why a challenge is not worked at.
///
/// ```
/// use xmpp_registration::{Hashcash, HashcashError};
///
/// let error = |label| Hashcash::new("example.com", label, 20).unwrap_err();
/// assert_eq!(error("93C7A93C"), HashcashError::TooHard { bits: 32 });
/// assert_eq!(error("none"), HashcashError::Label);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HashcashError {
    /// The label, which says what the hash must end in, is no hexadecimal number.
    #[error(
        "the label of the SHA-256 challenge is no hexadecimal number: answer another challenge"
    )]
    Label,
    /// The form names another address than the one that was asked (XEP-0158 section 3.1.3).
    #[error("the SHA-256 challenge is for another address: answer another challenge")]
    OtherAddress,
    /// It would take more work than allowed.
    #[error("the SHA-256 challenge has {bits} bits, more than allowed: answer another challenge")]
    TooHard {
        /// How many bits it has: about `2^bits` tries.
        bits: u32,
    },
}

impl Hashcash {
    /// Takes up a challenge: the answer begins with `address`, and its hash ends in the bits of the hexadecimal `label`.
    ///
    /// 20 bits are a million tries, which a computer does in less than a second by a release build, and in many by a debug build;
    /// each bit more doubles that.
    ///
    /// # Errors
    /// [`HashcashError::Label`]; [`HashcashError::TooHard`] above `most_bits`, or above 64.
    pub fn new(address: &str, label: &str, most_bits: u32) -> Result<Self, HashcashError> {
        let digits = label.trim().trim_start_matches('0');
        let is_hex = |text: &str| text.bytes().all(|it| it.is_ascii_hexdigit());
        if label.trim().is_empty() || !is_hex(digits) {
            return Err(HashcashError::Label);
        }
        if digits.len() > 16 {
            let bits = bits_of(digits);
            return Err(HashcashError::TooHard { bits });
        }
        // A label of nothing but zeros asks for nothing.
        let label = u64::from_str_radix(digits, 16).unwrap_or(0);
        let bits = u64::BITS - label.leading_zeros();
        if bits > most_bits {
            return Err(HashcashError::TooHard { bits });
        }
        let address = address.to_string();
        let prefix = Sha256::new_with_prefix(&address);
        Ok(Hashcash {
            address,
            prefix,
            label,
            bits,
            next: 0,
        })
    }

    /// Tries up to `tries` more texts. `None`: not yet; call it again.
    pub fn work(&mut self, tries: u32) -> Option<String> {
        // One buffer for all tries, wiped: what stands in it last is part of the answer.
        let mut counter = Zeroizing::new(String::with_capacity(DIGITS));
        for _ in 0..tries {
            counter.clear();
            let _ = write!(counter, "{:X}", self.next);
            self.next = self.next.wrapping_add(1);
            let hash = self
                .prefix
                .clone()
                .chain_update(counter.as_str())
                .finalize();
            let mut end = [0; 8];
            end.copy_from_slice(&hash[24..]);
            let unused = u64::BITS - self.bits;
            let end = u64::from_be_bytes(end).checked_shl(unused).unwrap_or(0);
            if end == self.label.checked_shl(unused).unwrap_or(0) {
                return Some(format!("{}{}", self.address, *counter));
            }
        }
        None
    }

    /// The difficulty: about `2^bits` tries are needed.
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.bits
    }
}

/// How many bits a hexadecimal number has that does not begin with a zero: four a digit, but for the first.
fn bits_of(digits: &str) -> u32 {
    let (first, rest) = digits.split_at(1);
    let first = u32::from_str_radix(first, 16).unwrap_or(0);
    let rest = u32::try_from(rest.len()).unwrap_or(u32::MAX);
    let first = u32::BITS - first.leading_zeros();
    rest.saturating_mul(4).saturating_add(first)
}

impl fmt::Debug for Hashcash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hashcash")
            .field("address", &self.address)
            .field("bits", &self.bits)
            .finish_non_exhaustive()
    }
}

impl Form {
    /// The SHA-256 challenge of this form, if it has one: solve it and set the field `SHA-256` to the answer.
    ///
    /// `address` is where the request for the form went: the server's domain, or the service. A form may name another one
    /// only if that is its domain, or the same but for the resource (XEP-0158 section 3.1.3).
    ///
    /// # Errors
    /// Those of [`Hashcash::new`]; then answer one of the other challenges.
    ///
    /// ```
    /// # use xmpp_registration::{Channel, Config, Event, IdPrefix, Output, Peer, RegistrationMachine};
    /// # let config = Config::new(Peer::server("example.com")?, IdPrefix::new("p")?, Channel::Encrypted);
    /// # let mut machine = RegistrationMachine::register(config);
    /// # machine.poll_output();
    /// # let reply = "<iq xmlns='jabber:client' type='result' id='p-1'><query xmlns='jabber:iq:register'>\
    /// #     <x xmlns='jabber:x:data' type='form'>\
    /// #     <field var='FORM_TYPE' type='hidden'><value>urn:xmpp:captcha</value></field>\
    /// #     <field var='SHA-256' label='93C'/></x></query></iq>";
    /// # let _ = machine.handle_stanza(&reply.parse()?);
    /// # let Some(Output::Event(Event::FormOffered(mut form))) = machine.poll_output() else { panic!() };
    /// if let Some(challenge) = form.hashcash("example.com", 24) {
    ///     let mut challenge = challenge?;
    ///     let answer = (0..1_000).find_map(|_| challenge.work(1_000)).ok_or("too hard")?;
    ///     form.set("SHA-256", answer)?;
    /// }
    /// assert_eq!(form.challenges_left(), 0);
    /// assert!(form.finish().is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hashcash(
        &self,
        address: &str,
        most_bits: u32,
    ) -> Option<Result<Hashcash, HashcashError>> {
        let label = self.field("SHA-256")?.label().unwrap_or_default();
        // A form may name the address itself (XEP-0158 section 3.1.2), but only the one that was asked: else whoever sends
        // a form has others' challenges solved (section 3.1.3).
        // A field of that name that the user sees is a question of another kind.
        let from = self.field("from").filter(|it| !it.kind().is_visible());
        let named = from.and_then(crate::Field::value);
        if named.is_some_and(|named| !is_meant(named, address)) {
            return Some(Err(HashcashError::OtherAddress));
        }
        Some(Hashcash::new(named.unwrap_or(address), label, most_bits))
    }
}

/// Whether a challenge that names the one address is for who asked the other (XEP-0158 section 3.1.3): they are the same,
/// but for a resource, or the second is the domain of the first.
fn is_meant(named: &str, asked: &str) -> bool {
    if named.eq_ignore_ascii_case(asked) {
        return true;
    }
    let (Some(named), Some(asked)) = (address::parse(named), address::parse(asked)) else {
        return false;
    };
    let domain = address::ascii_domain(named.domain().as_str());
    address::is_domain(&asked, &domain)
        || (named.node() == asked.node()
            && address::ascii_domain(asked.domain().as_str()) == domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hash takes Miri a tenth of a second and more.
    const LABELS: &[(&str, u32)] = if cfg!(miri) {
        &[("7", 3), ("1b", 5)]
    } else {
        &[("7", 3), ("e03", 12), ("93C7A", 20)]
    };

    /// The answers were found by another program, as the XEP's own example does not hold.
    const KNOWN: (&str, u32, &str) = if cfg!(miri) {
        ("1b", 5, "innocent@victim.com6")
    } else {
        ("e03", 12, "innocent@victim.com1362")
    };

    fn solve(address: &str, label: &str) -> String {
        let mut challenge = Hashcash::new(address, label, 24).unwrap();
        let slices = (0..100_000).find_map(|_| challenge.work(1_000));
        slices.unwrap()
    }

    #[test]
    fn answers_hold() {
        for &(label, bits) in LABELS {
            let answer = solve("innocent@victim.com", label);
            let mut hash = String::new();
            for byte in Sha256::digest(&answer) {
                hash += &format!("{byte:02x}");
            }
            let end = u64::from_str_radix(&hash[48..], 16).unwrap();
            let wanted = u64::from_str_radix(label, 16).unwrap();
            assert_eq!(end & ((1 << bits) - 1), wanted, "{answer}");
            assert_eq!(Hashcash::new("a", label, 64).unwrap().bits(), bits);
        }
        let (label, _, known) = KNOWN;
        assert_eq!(solve("innocent@victim.com", label), known);
    }

    #[test]
    fn the_work_is_bounded_by_the_caller() {
        let mut challenge = Hashcash::new("a", "ffffffffffffffff", 64).unwrap();
        assert_eq!((challenge.work(0), challenge.work(10)), (None, None));
        assert_eq!(
            format!("{challenge:?}"),
            "Hashcash { address: \"a\", bits: 64, .. }"
        );
        // The slices do not change the answer.
        let (label, bits, _) = KNOWN;
        let mut challenge = Hashcash::new("a", label, bits).unwrap();
        let by_one = (0..1_000_000).find_map(|_| challenge.work(1)).unwrap();
        assert_eq!(by_one, solve("a", label));
    }

    /// How many tries it took is the answer, but for the address.
    #[test]
    fn what_is_shown_is_the_same_before_and_after() {
        let (label, bits, _) = KNOWN;
        let mut challenge = Hashcash::new("a", label, bits).unwrap();
        let before = format!("{challenge:?}");
        let shown = format!("Hashcash {{ address: \"a\", bits: {bits}, .. }}");
        assert_eq!(before, shown);
        let answer = challenge.work(1_000_000).unwrap();
        assert!(answer.len() > "a1".len());
        assert_eq!(
            format!("{challenge:?} {challenge:#?}").lines().next(),
            Some(&*format!("{before} Hashcash {{"))
        );
        assert!(!format!("{challenge:#?}").contains(&answer[1..]));
    }

    #[test]
    fn what_is_too_hard_or_no_number_is_refused() {
        let new = |label| Hashcash::new("a", label, 20).err();
        assert_eq!(new("1FFFFF"), Some(HashcashError::TooHard { bits: 21 }));
        assert_eq!(new("FFFFF"), None);
        assert_eq!(new("00000FFFFF"), None);
        for (label, bits) in [
            ("1ffffffffffffffff", 65),
            ("0001ffffffffffffffff", 65),
            ("3ffffffffffffffff", 66),
            ("7ffffffffffffffff", 67),
            ("8ffffffffffffffff", 68),
            ("fffffffffffffffff", 68),
            ("10000000000000000000000000000000", 125),
        ] {
            let error = HashcashError::TooHard { bits };
            assert_eq!(new(label), Some(error), "{label}");
        }
        for label in ["", " ", "xyz", "-1", "+1", "0x1F"] {
            assert_eq!(new(label), Some(HashcashError::Label), "{label}");
        }
        assert_eq!(
            Hashcash::new("a", "0", 0).unwrap().work(1).as_deref(),
            Some("a0")
        );
    }
}
