use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is known of who published the reference release. It decides nothing in the result, which names the release by
/// its root; it says how far the release itself can be believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReleaseSignature {
    /// Outcome of the check.
    pub status: SignatureStatus,
    /// The outcome in a sentence.
    pub statement: String,
    /// Subject of the signer's certificate.
    pub signer: Option<String>,
    /// SHA-256 of the signer's certificate.
    pub signer_certificate_sha256: Option<String>,
    /// Subject of the certificate in the trust file that vouches for the signer.
    pub anchor: Option<String>,
    /// SHA-256 of that certificate.
    pub anchor_certificate_sha256: Option<String>,
    /// Time at which the certificates were valid, RFC 3339 in UTC: the time of the check, or the end of a day that the
    /// user stated.
    pub certificates_valid_at: Option<String>,
    /// When the signer says it signed; no time stamp proves it.
    pub claimed_time: Option<String>,
}

/// Outcome of the check of a release's signature. One that does not verify is no outcome here: such a release is not
/// used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignatureStatus {
    /// No trust file was given, so nothing was asked.
    NotChecked,
    /// There is no signature.
    NotSigned,
    /// It is right, and the trust file vouches for the signer.
    Good,
    /// It does not contradict the release, but the trust file does not know the signer, or it cannot be checked.
    Unknown,
}

impl ReleaseSignature {
    /// An outcome without a signer.
    pub fn new(status: SignatureStatus, statement: impl Into<String>) -> Self {
        Self {
            status,
            statement: statement.into(),
            signer: None,
            signer_certificate_sha256: None,
            anchor: None,
            anchor_certificate_sha256: None,
            certificates_valid_at: None,
            claimed_time: None,
        }
    }

    /// Whether every form of the report must warn: a check was asked for, and it does not vouch for the release.
    pub fn is_warning(&self) -> bool {
        matches!(self.status, SignatureStatus::NotSigned | SignatureStatus::Unknown)
    }
}

impl Default for ReleaseSignature {
    fn default() -> Self {
        Self::new(SignatureStatus::NotChecked, "signature not checked: no trust file was given")
    }
}
