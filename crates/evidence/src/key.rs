use std::convert::Infallible;

use p256::ecdsa::{DerSignature, SigningKey, signature::Signer as _};
use p256::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, LineEnding};

use crate::pem;

/// Why a text is no key for signing.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyError {
    /// It has no block with a private key.
    #[error("no private key in PEM form: neither \"PRIVATE KEY\" (PKCS#8) nor \"EC PRIVATE KEY\" (SEC 1)")]
    Missing,
    /// It is protected by a passphrase.
    #[error(
        "the private key is encrypted, which this version cannot read: `openssl pkcs8 -in KEY -out NEW` decrypts it"
    )]
    Encrypted,
    /// It is damaged, or a key of another kind.
    #[error("not a private key for ECDSA on the curve P-256")]
    Unusable,
}

/// A private key on the curve P-256, in memory that is cleared when the key is dropped.
pub struct PrivateKey(SigningKey);

impl PrivateKey {
    /// Reads the first private key in PEM text: PKCS#8 or SEC 1, not encrypted.
    ///
    /// # Errors
    ///
    /// [`KeyError`].
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let keys = pem::blocks(text).into_iter().filter(|(label, _)| label.ends_with("PRIVATE KEY"));
        let (label, block) = keys.take(1).next().ok_or(KeyError::Missing)?;
        match label {
            "PRIVATE KEY" => SigningKey::from_pkcs8_pem(block).map(Self).map_err(|_| KeyError::Unusable),
            "EC PRIVATE KEY" if block.contains("ENCRYPTED") => Err(KeyError::Encrypted),
            "EC PRIVATE KEY" => {
                let key = p256::SecretKey::from_sec1_pem(block).map_err(|_| KeyError::Unusable)?;
                Ok(Self(key.into()))
            }
            "ENCRYPTED PRIVATE KEY" => Err(KeyError::Encrypted),
            _ => Err(KeyError::Unusable),
        }
    }

    /// The key whose number is `bytes`, which must come from a random source fit for keys.
    ///
    /// `None` for zero and for numbers not below the order of the curve (one in 2^32): take other bytes then.
    pub fn from_random(bytes: &[u8; 32]) -> Option<Self> {
        SigningKey::from_bytes(bytes.into()).ok().map(Self)
    }

    /// The key as PEM text (PKCS#8, not encrypted).
    ///
    /// # Errors
    ///
    /// [`KeyError::Unusable`], never in practice.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        let text = self.0.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::Unusable)?;
        Ok(text.as_str().to_owned())
    }

    /// Signs `message` by ECDSA with SHA-256, in DER; the same message gives the same signature (RFC 6979).
    ///
    /// # Errors
    ///
    /// None; the type is that of [`Signer::sign`](crate::Signer), where tokens can fail.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Infallible> {
        let signature: DerSignature = self.0.sign(message);
        Ok(signature.as_bytes().to_vec())
    }

    pub(crate) fn public_point(&self) -> Vec<u8> {
        self.0.verifying_key().to_encoded_point(false).as_bytes().to_vec()
    }
}
