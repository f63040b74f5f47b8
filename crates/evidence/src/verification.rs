use crate::Holder;

/// What can be said of a signature. Never a bare yes or no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verification {
    /// The content is what the signer signed, and the trust file vouches for the signer.
    Good(Signed),
    /// Something contradicts the signature; the first such thing, in words.
    Bad(String),
    /// Nothing contradicts it, but it cannot be told: the trust file does not know the signer, or the signature is of
    /// a kind that this program does not check; the first such thing, in words.
    Unknown(String),
}

/// Who signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The holder of the certificate whose key made the signature.
    pub signer: Holder,
    /// The holder of the certificate in the trust file that vouches for the signer; the signer itself when its own
    /// certificate is in the file.
    pub anchor: Holder,
    /// When the signer says it signed, RFC 3339 in UTC. A signer's clock proves nothing.
    pub claimed_time: Option<String>,
}

/// Why a signature is not good: the two other answers, for `?`.
pub(crate) enum Doubt {
    Bad(String),
    Unknown(String),
}

pub(crate) fn bad<T>(reason: impl Into<String>) -> Result<T, Doubt> {
    Err(Doubt::Bad(reason.into()))
}

pub(crate) fn unknown<T>(reason: impl Into<String>) -> Result<T, Doubt> {
    Err(Doubt::Unknown(reason.into()))
}

impl From<Result<Signed, Doubt>> for Verification {
    fn from(result: Result<Signed, Doubt>) -> Self {
        match result {
            Ok(signed) => Self::Good(signed),
            Err(Doubt::Bad(reason)) => Self::Bad(reason),
            Err(Doubt::Unknown(reason)) => Self::Unknown(reason),
        }
    }
}
