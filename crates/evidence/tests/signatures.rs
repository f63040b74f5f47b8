//! Signatures, right and wrong, by the public names alone. What OpenSSL says of them is tested with the command.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it must be")]

use std::{convert::Infallible, fmt::Write as _};

use proptest::prelude::*;
use saola_digest::Sha256Digest;
use saola_evidence::{
    Certificate, PrivateKey, SignError, Signer, TestIdentity, TrustStore, Verification, date, digest_of,
    sign, utc, verify,
};

const NOW: u64 = 1_800_000_000;
const DAY: u64 = 86_400;

struct Person {
    key: PrivateKey,
    certificate: Certificate,
}

fn person(number: u8) -> Person {
    let key = PrivateKey::from_random(&[number; 32]).unwrap();
    let name = format!("Somebody {number}");
    let identity = TestIdentity { common_name: &name, serial: [number; 16], not_before: NOW, days: 30 };
    Person { certificate: identity.certificate(&key).unwrap(), key }
}

fn content() -> Sha256Digest {
    digest_of(&b"a release"[..]).unwrap()
}

fn signature(person: &Person) -> Vec<u8> {
    try_sign(&person.certificate, &person.key, NOW + DAY).unwrap()
}

fn try_sign(certificate: &Certificate, key: &PrivateKey, now: u64) -> Result<Vec<u8>, SignError<Infallible>> {
    let signer = Signer { certificate, chain: &[], sign: &|message: &[u8]| key.sign(message) };
    sign(&content(), &signer, now)
}

fn trust(person: &Person) -> TrustStore {
    TrustStore::new(vec![person.certificate.clone()])
}

fn assert_bad(verification: &Verification, word: &str) {
    assert!(matches!(verification, Verification::Bad(reason) if reason.contains(word)), "{verification:?}");
}

fn assert_unknown(verification: &Verification, word: &str) {
    assert!(
        matches!(verification, Verification::Unknown(reason) if reason.contains(word)),
        "{verification:?}"
    );
}

/// RFC 6979, appendix A.2.5: P-256, SHA-256, message "sample".
#[test]
fn a_published_signature() {
    let number = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";
    let bytes: Vec<u8> =
        (0..32).map(|at| u8::from_str_radix(&number[2 * at..2 * at + 2], 16).unwrap()).collect();
    let key = PrivateKey::from_random(&bytes.try_into().unwrap()).unwrap();
    let Ok(signature) = key.sign(b"sample");
    let mut text = String::new();
    for byte in signature {
        write!(text, "{byte:02X}").unwrap();
    }
    // Both numbers begin with a set bit, so each has a zero byte before it.
    let expected = "3046\
        022100EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716\
        022100F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8";
    assert_eq!(text, expected);
}

/// FIPS 180-4's example, and times from `date -u -d @SECONDS`.
#[test]
fn published_digest_and_known_times() {
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(digest_of(&b"abc"[..]).unwrap().to_string(), abc);
    let long = vec![7; 200_000];
    assert_eq!(digest_of(long.as_slice()).unwrap(), Sha256Digest::of(&long));
    assert_eq!(utc(0), "1970-01-01T00:00:00Z");
    assert_eq!(utc(1_800_000_000), "2027-01-15T08:00:00Z");
    assert_eq!(date(951_782_400), "2000-02-29");
    assert_eq!(utc(u64::MAX), "after the year 9999");
}

#[test]
fn a_good_signature_names_its_signer() {
    let curator = person(1);
    let Verification::Good(signed) = verify(&signature(&curator), &content(), &trust(&curator), NOW + DAY)
    else {
        panic!("not good");
    };
    assert!(signed.signer.subject.contains("Somebody") && signed.signer.subject.contains("TEST CERTIFICATE"));
    assert_eq!(signed.signer, signed.anchor);
    assert_eq!(signed.signer.certificate_sha256, Sha256Digest::of(curator.certificate.as_der()));
    assert_eq!(signed.claimed_time.unwrap(), "2027-01-16T08:00:00Z");
}

#[test]
fn another_content_another_time_another_trust() {
    let curator = person(1);
    let (signature, trusted) = (signature(&curator), trust(&curator));
    assert_bad(&verify(&signature, &Sha256Digest::of(b"another"), &trusted, NOW + DAY), "another SHA-256");
    assert_bad(&verify(&signature, &content(), &trusted, NOW - 1), "not valid before 2027-01-15");
    assert_bad(&verify(&signature, &content(), &trusted, NOW + 31 * DAY), "expired on 2027-02-14");
    assert_unknown(&verify(&signature, &content(), &trust(&person(2)), NOW + DAY), "does not vouch");
    assert_unknown(&verify(&signature, &content(), &TrustStore::new(vec![]), NOW + DAY), "does not vouch");
}

/// Two certificates with one name and serial number: the impostor's key does not fit the trusted certificate.
#[test]
fn a_namesake_is_not_trusted() {
    let curator = person(1);
    let key = PrivateKey::from_random(&[3; 32]).unwrap();
    let identity = TestIdentity { common_name: "Somebody 1", serial: [1; 16], not_before: NOW, days: 30 };
    let impostor = Person { certificate: identity.certificate(&key).unwrap(), key };
    assert_eq!(impostor.certificate.holder().subject, curator.certificate.holder().subject);
    let verification = verify(&signature(&impostor), &content(), &trust(&curator), NOW + DAY);
    assert_bad(&verification, "was not signed by the issuer that it names");
}

#[test]
fn nothing_useless_is_signed() {
    let curator = person(1);
    let other_key = try_sign(&curator.certificate, &person(2).key, NOW + DAY);
    assert!(
        matches!(other_key, Err(SignError::Useless(reason)) if reason.contains("was not made by the key"))
    );
    let expired = try_sign(&curator.certificate, &curator.key, NOW + 31 * DAY);
    assert!(matches!(expired, Err(SignError::Useless(reason)) if reason.contains("expired")));
    let broken = Signer { certificate: &curator.certificate, chain: &[], sign: &|_: &[u8]| Err("no token") };
    assert!(matches!(sign(&content(), &broken, NOW), Err(SignError::Key("no token"))));
}

#[test]
fn keys_and_certificates_are_read_back() {
    let curator = person(1);
    let key = PrivateKey::from_pem(&curator.key.to_pem().unwrap()).unwrap();
    assert_eq!(key.sign(b"x"), curator.key.sign(b"x"));
    let text = format!("a note\n{}between\n{}", curator.certificate.to_pem(), person(2).certificate.to_pem());
    let read = Certificate::read_pem(&text).unwrap();
    assert_eq!(read, [curator.certificate, person(2).certificate]);
    assert!(Certificate::read_pem("nothing").is_err());
    assert!(PrivateKey::from_pem(&text).is_err());
    assert!(PrivateKey::from_random(&[0; 32]).is_none() && PrivateKey::from_random(&[255; 32]).is_none());
}

#[test]
fn names_are_checked_and_shown_harmlessly() {
    let key = PrivateKey::from_random(&[1; 32]).unwrap();
    let named = |common_name: &str| {
        TestIdentity { common_name, serial: [1; 16], not_before: NOW, days: 30 }.certificate(&key)
    };
    assert!(named("").is_err() && named("a\nb").is_err() && named(&"x".repeat(65)).is_err());
    let subject = named("left\u{202e}right").unwrap().holder().subject;
    assert!(subject.contains("left\\u{202e}right"), "{subject}");
}

/// Every bit of a signature file decides.
#[test]
fn no_flipped_bit_goes_unnoticed() {
    let curator = person(1);
    let (whole, trusted) = (signature(&curator), trust(&curator));
    for bit in 0..whole.len() * 8 {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let verification = verify(&flipped, &content(), &trusted, NOW + DAY);
        assert!(!matches!(verification, Verification::Good(_)), "bit {bit}");
    }
    for length in 0..whole.len() {
        let verification = verify(&whole[..length], &content(), &trusted, NOW + DAY);
        assert!(matches!(verification, Verification::Bad(_)), "{length} bytes");
    }
    let grown = [whole.as_slice(), &[0]].concat();
    assert_bad(&verify(&grown, &content(), &trusted, NOW + DAY), "not a CMS signature");
    assert_bad(&verify(&vec![0; 1 << 17], &content(), &trusted, NOW + DAY), "longer than");
}

proptest! {
    /// Neither noise nor a signature with changed pieces is good, and none ends the program.
    #[test]
    fn hostile_bytes_are_never_good(
        noise in proptest::collection::vec(any::<u8>(), 0..600),
        at in 0_usize..900,
        length in 0_usize..40,
    ) {
        let curator = person(1);
        let (whole, trusted) = (signature(&curator), trust(&curator));
        let (start, end) = (at.min(whole.len()), (at + length).min(whole.len()));
        let spliced = [&whole[..start], &noise[..noise.len().min(length)], &whole[end..]].concat();
        for bytes in [&noise, &spliced] {
            let verification = verify(bytes, &content(), &trusted, NOW + DAY);
            prop_assert!(*bytes == whole || !matches!(verification, Verification::Good(_)));
        }
        let text = String::from_utf8_lossy(&noise);
        prop_assert!(PrivateKey::from_pem(&text).is_err() && Certificate::read_pem(&text).is_err());
    }
}
