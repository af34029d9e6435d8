use super::*;
use alloc::format;

#[test]
fn an_id_prefix_is_checked() {
    assert_eq!(IdPrefix::new(""), Err(Misuse::EmptyIdPrefix));
    assert!(IdPrefix::new("a\u{1}").is_err());
    assert!(IdPrefix::new(&"a".repeat(256)).is_err());
    assert!(IdPrefix::new(&"a".repeat(255)).is_ok());
    assert_eq!(
        format!("{:?}", IdPrefix::new("s3cret").unwrap()),
        "IdPrefix(..)"
    );
}

#[test]
fn an_id_is_ours_only_as_we_spell_it() {
    let ids = IdPrefix::new("p-1").unwrap();
    assert_eq!(ids.serial(&ids.id(7)), Some(7));
    for id in [
        "p-1-07",
        "p-1-",
        "p-1-+7",
        "p-17",
        "p-1-7 ",
        "P-1-7",
        "p-1-0",
        "p-1-4294967296",
        "p-1-٧",
    ] {
        assert_eq!(ids.serial(id), None, "{id}");
    }
}

#[test]
fn a_language_is_a_tag() {
    let config = || {
        let peer = Peer::server("a.example").unwrap();
        Config::new(peer, IdPrefix::new("p").unwrap(), Channel::Encrypted)
    };
    assert!(config().lang("pt-BR").is_ok());
    for wrong in ["", "de_DE", "de-", "waytoolong", "d\u{1}"] {
        assert!(config().lang(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn ids_are_the_prefix_and_a_plain_number() {
    let ids = IdPrefix::new("p").unwrap();
    for serial in [1, 9, 10, 19, 100, 4_294_967_295] {
        let id = ids.id(serial);
        assert_eq!(id, format!("p-{serial}"));
        assert_eq!(ids.serial(&id), Some(serial));
    }
}
