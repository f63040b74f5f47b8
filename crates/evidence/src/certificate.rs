use der::{Decode as _, Encode as _, Reader as _, SliceReader};
use p256::ecdsa::{DerSignature, VerifyingKey, signature::Verifier as _};
use p256::pkcs8::ObjectIdentifier;
use saola_digest::Sha256Digest;
use x509_cert::{name::Name, spki::AlgorithmIdentifierOwned, time::Validity};

use crate::verification::{Doubt, bad, unknown};
use crate::{pem, text::shown};

pub(crate) const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
pub(crate) const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
pub(crate) const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");

/// Why a file is no list of certificates.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CertificateError {
    /// It has no block `CERTIFICATE`.
    #[error("no certificate in PEM form")]
    Missing,
    /// A certificate cannot be read.
    #[error("certificate number {number} cannot be read: {what}")]
    Unreadable {
        /// Counted from 1.
        number: usize,
        /// What the reader says.
        what: String,
    },
}

/// An X.509 certificate (RFC 5280), with the bytes it came in.
#[derive(Clone, Debug)]
pub struct Certificate {
    der: Vec<u8>,
    /// The part that its issuer signed, as it came.
    signed_part: Vec<u8>,
    pub(crate) content: x509_cert::Certificate,
}

/// Whom a certificate names. Anyone can write a certificate with any name: what tells two apart is the digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Distinguished name (RFC 4514), with control characters escaped.
    pub subject: String,
    /// Serial number in hexadecimal, unique for each issuer.
    pub serial: String,
    /// SHA-256 of the certificate.
    pub certificate_sha256: Sha256Digest,
}

impl Certificate {
    /// Reads every certificate in PEM text, in order; text around them is left alone.
    ///
    /// # Errors
    ///
    /// [`CertificateError`].
    pub fn read_pem(text: &str) -> Result<Vec<Self>, CertificateError> {
        let blocks = pem::blocks(text).into_iter().filter(|(label, _)| *label == "CERTIFICATE");
        let read = |(number, (_, block)): (usize, (&str, &str))| {
            let unreadable = |what| CertificateError::Unreadable { number, what };
            let bytes = pem::decode(block).ok_or_else(|| unreadable("damaged PEM text".to_owned()))?;
            Self::from_der(&bytes).map_err(|error| unreadable(error.to_string()))
        };
        let certificates: Vec<_> = (1..).zip(blocks).map(read).collect::<Result<_, _>>()?;
        if certificates.is_empty() { Err(CertificateError::Missing) } else { Ok(certificates) }
    }

    pub(crate) fn from_der(bytes: &[u8]) -> der::Result<Self> {
        let content = x509_cert::Certificate::from_der(bytes)?;
        let signed_part = SliceReader::new(bytes)?.sequence(|reader| {
            let signed_part = reader.tlv_bytes()?.to_vec();
            reader.tlv_bytes()?;
            reader.tlv_bytes()?;
            Ok(signed_part)
        })?;
        Ok(Self { der: bytes.to_vec(), signed_part, content })
    }

    /// The certificate as DER.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate as PEM text.
    pub fn to_pem(&self) -> String {
        pem::encode("CERTIFICATE", &self.der).unwrap_or_default()
    }

    /// Whom it names.
    pub fn holder(&self) -> Holder {
        Holder {
            subject: shown(&self.subject().to_string()),
            serial: self.content.tbs_certificate.serial_number.to_string().replace(':', "").to_lowercase(),
            certificate_sha256: Sha256Digest::of(&self.der),
        }
    }

    pub(crate) fn subject(&self) -> &Name {
        &self.content.tbs_certificate.subject
    }

    pub(crate) fn issuer(&self) -> &Name {
        &self.content.tbs_certificate.issuer
    }

    pub(crate) fn validity(&self) -> &Validity {
        &self.content.tbs_certificate.validity
    }

    /// How messages name this certificate.
    pub(crate) fn label(&self) -> String {
        format!("the certificate of {}", shown(&self.subject().to_string()))
    }

    /// Whether `signature` over `message` was made by this certificate's key.
    pub(crate) fn has_signed(
        &self,
        message: &[u8],
        algorithm: &AlgorithmIdentifierOwned,
        signature: &[u8],
    ) -> Result<bool, Doubt> {
        check_algorithm(algorithm)?;
        let key = self.public_key()?;
        let Ok(signature) = DerSignature::try_from(signature) else { return Ok(false) };
        Ok(key.verify(message, &signature).is_ok())
    }

    /// Whether `issuer` signed this certificate.
    pub(crate) fn is_signed_by(&self, issuer: &Self) -> Result<bool, Doubt> {
        if self.content.signature_algorithm != self.content.tbs_certificate.signature {
            return bad(format!("{} names two signature algorithms", self.label()));
        }
        let Some(signature) = self.content.signature.as_bytes() else { return Ok(false) };
        issuer.has_signed(&self.signed_part, &self.content.signature_algorithm, signature)
    }

    fn public_key(&self) -> Result<VerifyingKey, Doubt> {
        let info = &self.content.tbs_certificate.subject_public_key_info;
        let curve = info.algorithm.parameters.as_ref().and_then(|curve| curve.decode_as().ok());
        if info.algorithm.oid != EC_PUBLIC_KEY || curve != Some(P256) {
            let algorithm = info.algorithm.oid;
            return unknown(format!(
                "algorithm not supported: {} holds another key than ECDSA on P-256 ({algorithm})",
                self.label()
            ));
        }
        let point = info.subject_public_key.as_bytes().unwrap_or_default();
        VerifyingKey::from_sec1_bytes(point)
            .or_else(|_| bad(format!("{} holds no valid public key", self.label())))
    }
}

/// ECDSA with SHA-256, written as RFC 5758 asks: without parameters.
fn check_algorithm(algorithm: &AlgorithmIdentifierOwned) -> Result<(), Doubt> {
    if algorithm.oid != ECDSA_WITH_SHA256 {
        return unknown(format!("algorithm not supported: signature algorithm {}", algorithm.oid));
    }
    if algorithm.parameters.is_some() {
        return bad("the signature algorithm has parameters that it must not have");
    }
    Ok(())
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

/// Names are compared by their bytes.
pub(crate) fn is_same_name(one: &Name, other: &Name) -> bool {
    matches!((one.to_der(), other.to_der()), (Ok(one), Ok(other)) if one == other)
}
