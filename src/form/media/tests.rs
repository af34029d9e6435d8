use super::*;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use core::ops::Range;

/// One pixel, and its name, as a lab server sends it.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";
const CID: &str = "sha1+c1986af3c26609b8b7d8933f99c51c1a89e9ea6b@bob.xmpp.org";

fn element(text: &str) -> Element {
    format!("<data xmlns='urn:xmpp:bob' type='image/png'>{text}</data>")
        .parse()
        .unwrap()
}

fn read(cid: &str, text: &str) -> MediaData {
    MediaData::read(&element(text), cid, &mut 100_000).unwrap()
}

fn decoded(text: &str) -> Result<Vec<u8>, MediaError> {
    read("unhashed@x", text).bytes().map(<[u8]>::to_vec)
}

#[test]
fn a_picture_is_decoded_and_its_hash_checked() {
    let data = read(CID, PNG);
    assert_eq!((data.cid(), data.mime_type()), (CID, "image/png"));
    let bytes = data.bytes().unwrap();
    assert!(bytes.starts_with(b"\x89PNG"));
    let shown = format!("MediaData({CID:?}, \"image/png\", {} bytes)", bytes.len());
    assert_eq!(format!("{data:?}"), shown);
    assert_eq!(
        read(&CID.replace("c1986", "c1987"), PNG).bytes(),
        Err(MediaError::Hash)
    );
    assert_eq!(
        read(&CID.replace("6b@", "@"), PNG).bytes(),
        Err(MediaError::Hash)
    );
    // Hexadecimal in either case; white space as the XEP prints it.
    assert!(
        read(&CID.to_uppercase().replace("SHA1", "sha1"), PNG)
            .bytes()
            .is_ok()
    );
    assert!(
        read(CID, &PNG.replace("AAAA", " AA\n\tAA "))
            .bytes()
            .is_ok()
    );
}

#[test]
fn a_name_without_a_known_hash_is_taken_as_it_is() {
    for cid in [
        "",
        "@",
        "+",
        "+@",
        "sha1",
        "sha1+",
        "sha1+abc",
        "md5+00@bob.xmpp.org",
        "sha3-512+zz@x",
        "häsh+é@x",
    ] {
        assert!(read(cid, PNG).bytes().is_ok(), "{cid}");
    }
    assert_eq!(read("sha1+é@x", PNG).bytes(), Err(MediaError::Hash));
}

#[test]
fn base64_of_every_length_and_padding() {
    const LENGTHS: &[Range<u32>] = if cfg!(miri) {
        &[0..5, 767..770]
    } else {
        &[0..20, 760..780, 5_000..5_004]
    };
    for length in LENGTHS.iter().cloned().flatten() {
        let bytes: Vec<u8> = (0..length)
            .map(|at| u8::try_from(at * 7 % 251).unwrap())
            .collect();
        let text = base64::prelude::BASE64_STANDARD.encode(&bytes);
        assert_eq!(decoded(&text).as_ref(), Ok(&bytes), "{length}");
        assert_eq!(
            decoded(text.trim_end_matches('=')).as_ref(),
            Ok(&bytes),
            "{length}"
        );
        let wrapped: String = text
            .as_bytes()
            .chunks(76)
            .map(|line| format!("{}\n", core::str::from_utf8(line).unwrap()))
            .collect();
        assert_eq!(decoded(&wrapped).as_ref(), Ok(&bytes), "{length}");
    }
}

#[test]
fn what_is_not_base64_is_told_and_never_panics() {
    let late = format!("{}=A", "A".repeat(1022));
    let padded_within = format!("{}=={}", "A".repeat(1022), "A".repeat(4));
    let padded_later = "A".repeat(1024) + &padded_within;
    for text in [
        "A",
        "AA=A",
        "====",
        "=",
        "ABC*",
        "äöü",
        "data:image/png;base64,AAAA",
        "A=A=",
        &late,
        &padded_within,
        &padded_later,
    ] {
        assert_eq!(decoded(text), Err(MediaError::Encoding), "{text}");
    }
    assert_eq!(decoded(""), Ok(vec![]));
}

#[test]
fn the_room_is_kept_to_the_last_byte() {
    let text = base64::prelude::BASE64_STANDARD.encode([7; 3_000]);
    let element = element(&text);
    let cost = 3_000 + "c".len() + "image/png".len();
    let read = |mut room: usize| MediaData::read(&element, "c", &mut room).map(|_| room);
    assert_eq!(read(cost), Ok(0));
    let exceeded = Err(Violation::LimitExceeded(Limit::PictureBytes));
    for room in [cost - 1, 3_000, 2_999, 100, 0] {
        assert_eq!(read(room), exceeded, "{room}");
    }
}

#[test]
fn a_cid_is_the_same_encoded_or_not() {
    assert_eq!(cid("cid:a+b@c"), Some("a+b@c"));
    assert_eq!(cid("CID:a"), Some("a"));
    assert_eq!((cid("http://x"), cid("cid"), cid("")), (None, None, None));
    assert!(same_cid("a+b@c", "a%2Bb%40c"));
    assert!(!same_cid("a+b@c", "a+b@d"));
}

/// FIPS 180-2, appendix B.1.
#[cfg(feature = "hashcash")]
#[test]
fn the_hash_may_be_a_longer_one() {
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    for algorithm in ["sha256", "sha-256"] {
        let cid = |hash: &str| format!("{algorithm}+{hash}@bob.xmpp.org");
        assert_eq!(read(&cid(abc), "YWJj").bytes(), Ok(&b"abc"[..]));
        let other = abc.replace("ba78", "ba79");
        assert_eq!(read(&cid(&other), "YWJj").bytes(), Err(MediaError::Hash));
    }
}
