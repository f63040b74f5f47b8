//! What a signer signs: a set of attributes (RFC 5652, section 5.3), each with exactly one value.

use cms::signed_data::SignedAttributes;
use der::{
    Any, Decode as _, DecodeOwned, Encode, Sequence,
    asn1::{ObjectIdentifier, OctetString, SetOfVec},
};
use saola_digest::Sha256Digest;
use x509_cert::{attr::Attribute, spki::AlgorithmIdentifierOwned, time::Time};

use crate::verification::{Doubt, bad, unknown};
use crate::{Certificate, text::moment};

pub(crate) const ID_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
pub(crate) const ID_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// `SigningCertificateV2` of RFC 5035: which certificate the signer means, so that none can be put in its place.
#[derive(Sequence)]
struct SigningCertificateV2 {
    certificates: Vec<CertificateId>,
    policies: Option<Any>,
}

/// `ESSCertIDv2`; the algorithm is SHA-256 when none is named.
#[derive(Sequence)]
struct CertificateId {
    algorithm: Option<AlgorithmIdentifierOwned>,
    hash: OctetString,
    issuer_and_serial: Option<Any>,
}

/// The attributes for a content and a certificate; `time` is when the signer says it signs.
pub(crate) fn attributes(
    content: &Sha256Digest,
    certificate: &Certificate,
    time: u64,
) -> der::Result<SignedAttributes> {
    let id = CertificateId {
        algorithm: None,
        hash: digest_value(&Sha256Digest::of(certificate.as_der()))?,
        issuer_and_serial: None,
    };
    SetOfVec::try_from(vec![
        attribute(CONTENT_TYPE, &ID_DATA)?,
        attribute(MESSAGE_DIGEST, &digest_value(content)?)?,
        attribute(SIGNING_TIME, &x509_time(time)?)?,
        attribute(SIGNING_CERTIFICATE_V2, &SigningCertificateV2 { certificates: vec![id], policies: None })?,
    ])
}

fn attribute(oid: ObjectIdentifier, value: &impl Encode) -> der::Result<Attribute> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![Any::from_der(&value.to_der()?)?])? })
}

fn digest_value(digest: &Sha256Digest) -> der::Result<OctetString> {
    OctetString::new(digest.as_bytes().as_slice())
}

/// Two-digit years through 2049, as RFC 5280 asks.
pub(crate) fn x509_time(seconds: u64) -> der::Result<Time> {
    let moment = moment(seconds).ok_or(der::ErrorKind::DateTime)?;
    if moment.year() < 2050 {
        return Ok(Time::UtcTime(der::asn1::UtcTime::from_date_time(moment)?));
    }
    Ok(Time::GeneralTime(der::asn1::GeneralizedTime::from_date_time(moment)))
}

/// The bytes that the signature is over.
pub(crate) fn signed_bytes(attributes: &SignedAttributes) -> Result<Vec<u8>, Doubt> {
    attributes.to_der().or_else(|_| bad("the signed attributes cannot be written as DER"))
}

/// Checks that the attributes speak of this content and this certificate; gives the time that the signer claims.
pub(crate) fn check(
    attributes: &SignedAttributes,
    content: &Sha256Digest,
    certificate: &Certificate,
) -> Result<Option<Time>, Doubt> {
    let content_type: Option<ObjectIdentifier> = value(attributes, CONTENT_TYPE, "content type")?;
    if content_type != Some(ID_DATA) {
        return bad("the signed content type is not that of data");
    }
    let digest: Option<OctetString> = value(attributes, MESSAGE_DIGEST, "message digest")?;
    if digest.as_ref().map(OctetString::as_bytes) != Some(content.as_bytes().as_slice()) {
        return bad("the content is not what was signed: it has another SHA-256");
    }
    check_certificate(attributes, certificate)?;
    value(attributes, SIGNING_TIME, "signing time")
}

fn check_certificate(attributes: &SignedAttributes, certificate: &Certificate) -> Result<(), Doubt> {
    let named: Option<SigningCertificateV2> =
        value(attributes, SIGNING_CERTIFICATE_V2, "signing certificate")?;
    let Some(named) = named else {
        return unknown("the signature does not name its certificate (no SigningCertificateV2: not CAdES)");
    };
    let Some(first) = named.certificates.first() else { return bad("the signature names no certificate") };
    if first.algorithm.as_ref().is_some_and(|algorithm| algorithm.oid != ID_SHA256) {
        return unknown(
            "algorithm not supported: the signing certificate is named by another hash than SHA-256",
        );
    }
    if first.hash.as_bytes() != Sha256Digest::of(certificate.as_der()).as_bytes() {
        return bad("the signature names another certificate than the one it comes with");
    }
    Ok(())
}

/// The one value of the one attribute with this name; `None` when there is no such attribute.
fn value<T: DecodeOwned>(
    attributes: &SignedAttributes,
    oid: ObjectIdentifier,
    name: &str,
) -> Result<Option<T>, Doubt> {
    let mut found = attributes.iter().filter(|attribute| attribute.oid == oid);
    let Some(attribute) = found.next() else { return Ok(None) };
    let (None, [value]) = (found.next(), attribute.values.as_slice()) else {
        return bad(format!("the signature has more or less than one {name}"));
    };
    let decoded = value.to_der().and_then(|bytes| T::from_der(&bytes));
    decoded.map(Some).or_else(|_| bad(format!("the {name} in the signature cannot be read")))
}
