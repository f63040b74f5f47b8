//! Who published a release.

use saola_evidence::{Signed, TrustStore, Verification, utc, verify};
use saola_refdb::Release;
use saola_report::{ReleaseSignature, SignatureStatus};

/// A signature contradicts the release beside which it lies; the reason.
#[derive(Debug, thiserror::Error)]
#[error("the signature of the release does not verify: {0}")]
pub struct BadSignature(pub String);

/// Checks the signature over the whole file of a release; `at` is the time at which the certificates must be valid, in
/// seconds since 1970-01-01 UTC.
///
/// # Errors
///
/// [`BadSignature`] when the signature contradicts the release: such a release must not be used.
pub fn check_release_signature(
    release: &Release,
    signature: Option<&[u8]>,
    trust: &TrustStore,
    at: u64,
) -> Result<ReleaseSignature, BadSignature> {
    let Some(signature) = signature else {
        let statement = "release not signed: nothing shows who published it";
        return Ok(ReleaseSignature::new(SignatureStatus::NotSigned, statement));
    };
    match verify(signature, &release.file_digest(), trust, at) {
        Verification::Good(signed) => Ok(good(&signed, at)),
        Verification::Bad(reason) => Err(BadSignature(reason)),
        Verification::Unknown(reason) => {
            let statement = format!("signature of the release not verified: {reason}");
            Ok(ReleaseSignature::new(SignatureStatus::Unknown, statement))
        }
    }
}

fn good(signed: &Signed, at: u64) -> ReleaseSignature {
    let moment = utc(at);
    let (by, anchor) = (&signed.signer, &signed.anchor);
    let statement = format!(
        "release signed by {}, verified against {}; certificates valid at {moment}; no time stamp, revocation not checked",
        by.subject, anchor.subject
    );
    ReleaseSignature {
        signer: Some(by.subject.clone()),
        signer_certificate_sha256: Some(by.certificate_sha256.to_string()),
        anchor: Some(anchor.subject.clone()),
        anchor_certificate_sha256: Some(anchor.certificate_sha256.to_string()),
        certificates_valid_at: Some(moment),
        claimed_time: signed.claimed_time.clone(),
        ..ReleaseSignature::new(SignatureStatus::Good, statement)
    }
}
