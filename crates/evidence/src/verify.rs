use cms::{
    content_info::CmsVersion,
    signed_data::{SignerIdentifier, SignerInfo},
};
use der::{Encode as _, Tag, Tagged as _, asn1::SetOfVec};
use saola_digest::Sha256Digest;
use x509_cert::{spki::AlgorithmIdentifierOwned, time::Time};

use crate::attributes::{self, ID_DATA, ID_SHA256};
use crate::verification::{Doubt, bad, unknown};
use crate::{
    Certificate, Signed, TrustStore, Verification, certificate::is_same_name, signed_data::SignedData,
};

/// Most bytes of a signature file; real ones have one to ten thousand. Sorting the sets of a hostile one takes time
/// that grows with the square of its length.
pub const LARGEST_SIGNATURE: usize = 1 << 16;

/// Checks a detached CMS signature over a content, given by its SHA-256.
///
/// `at` is the time, in seconds since 1970-01-01 UTC, at which the certificates must be valid. No time in the
/// signature is trusted, because nothing but a time stamp of somebody else could prove it; what the signer claims
/// must however lie within the validity of its certificate.
///
/// In this order: the form, the content's digest, the signature, the chain of certificates, their validity and uses.
pub fn verify(signature: &[u8], content: &Sha256Digest, trust: &TrustStore, at: u64) -> Verification {
    check(signature, content, trust, at).into()
}

fn check(signature: &[u8], content: &Sha256Digest, trust: &TrustStore, at: u64) -> Result<Signed, Doubt> {
    if signature.len() > LARGEST_SIGNATURE {
        return bad(format!("not a signature: longer than {LARGEST_SIGNATURE} bytes"));
    }
    let signed_data = SignedData::from_bytes(signature)
        .or_else(|error| bad(format!("not a CMS signature in DER: {error}")))?;
    let info = only_signer(&signed_data)?;
    let given = certificates(&signed_data)?;
    let signer = find_signer(info, &given)?;
    let Some(attributes) = &info.signed_attrs else {
        return unknown("the signature has no signed attributes: not CAdES");
    };
    let claimed = attributes::check(attributes, content, signer)?;
    let message = attributes::signed_bytes(attributes)?;
    if !signer.has_signed(&message, &info.signature_algorithm, info.signature.as_bytes())? {
        return bad("the signature was not made by the key of the certificate that it names");
    }
    let anchor = trust.anchor_of(signer, &given, at)?;
    check_claim(claimed, signer)?;
    Ok(Signed {
        signer: signer.holder(),
        anchor: anchor.holder(),
        claimed_time: claimed.map(|time| time.to_date_time().to_string()),
    })
}

/// The one signer of a structure that has nothing but what is checked.
fn only_signer(signed_data: &SignedData) -> Result<&SignerInfo, Doubt> {
    let [info] = signed_data.signers.as_slice() else {
        let count = signed_data.signers.len();
        return unknown(format!("{count} signers: this program checks signatures with exactly one"));
    };
    if signed_data.content.econtent_type != ID_DATA || signed_data.content.econtent.is_some() {
        return unknown("the signature holds a content of its own: it is not detached");
    }
    if signed_data.revocation_lists.is_some() {
        return unknown("the signature holds revocation lists, which this program does not check");
    }
    if info.unsigned_attrs.is_some() {
        return unknown("the signature has unsigned attributes, which this program does not check");
    }
    check_digest_algorithm(&info.digest_alg)?;
    let [listed] = signed_data.digest_algorithms.as_slice() else {
        return bad("the signature does not list the one digest algorithm that it uses");
    };
    check_digest_algorithm(listed)?;
    let version = match info.sid {
        SignerIdentifier::IssuerAndSerialNumber(_) => CmsVersion::V1,
        SignerIdentifier::SubjectKeyIdentifier(_) => {
            return unknown("the signer is named by a key identifier, which this program does not look up");
        }
    };
    if info.version != version || signed_data.version != version {
        return bad("the version of the structure does not fit what it holds");
    }
    Ok(info)
}

/// SHA-256, without parameters or with NULL: both are in use (RFC 5754, section 2).
fn check_digest_algorithm(algorithm: &AlgorithmIdentifierOwned) -> Result<(), Doubt> {
    if algorithm.oid != ID_SHA256 {
        return unknown(format!("algorithm not supported: digest algorithm {}", algorithm.oid));
    }
    if algorithm.parameters.as_ref().is_some_and(|parameters| !parameters.is_null()) {
        return bad("the digest algorithm has parameters that it must not have");
    }
    Ok(())
}

fn certificates(signed_data: &SignedData) -> Result<Vec<Certificate>, Doubt> {
    let set = signed_data.certificates.as_ref().map(SetOfVec::as_slice).unwrap_or_default();
    let mut certificates = Vec::new();
    for any in set {
        if any.tag() != Tag::Sequence {
            return unknown("the signature holds a certificate of another kind than X.509");
        }
        let certificate = any.to_der().and_then(|bytes| Certificate::from_der(&bytes));
        let unreadable = |error| bad(format!("a certificate in the signature cannot be read: {error}"));
        certificates.push(certificate.or_else(unreadable)?);
    }
    Ok(certificates)
}

fn find_signer<'a>(info: &SignerInfo, given: &'a [Certificate]) -> Result<&'a Certificate, Doubt> {
    let SignerIdentifier::IssuerAndSerialNumber(named) = &info.sid else {
        return unknown("the signer is named by a key identifier, which this program does not look up");
    };
    let is_it = |certificate: &&Certificate| {
        certificate.content.tbs_certificate.serial_number == named.serial_number
            && is_same_name(certificate.issuer(), &named.issuer)
    };
    given
        .iter()
        .find(is_it)
        .map_or_else(|| unknown("the signature does not hold its signer's certificate"), Ok)
}

/// The time that the signer claims lies within the validity of the certificate.
fn check_claim(claimed: Option<Time>, signer: &Certificate) -> Result<(), Doubt> {
    let Some(claimed) = claimed else { return Ok(()) };
    let validity = signer.validity();
    let at = claimed.to_unix_duration();
    if at < validity.not_before.to_unix_duration() || at > validity.not_after.to_unix_duration() {
        return bad(format!(
            "the signer claims to have signed on {claimed}, when {} was not valid",
            signer.label()
        ));
    }
    Ok(())
}
