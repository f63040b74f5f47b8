//! `SignedData` of RFC 5652, section 5.1, with the certificates as the bytes they came in:
//!
//! ```text
//! ContentInfo { signedData, SignedData {
//!     version, { SHA-256 }, content: data, absent,
//!     [0] { certificate of the signer, and those up to the anchor },
//!     { SignerInfo { version, issuer and serial number, SHA-256, [0] signed attributes, ECDSA, signature } } } }
//! ```

use cms::{
    content_info::{CmsVersion, ContentInfo},
    signed_data::{EncapsulatedContentInfo, SignerInfo},
};
use der::{
    Any, Decode as _, Encode as _, Sequence,
    asn1::{ObjectIdentifier, SetOfVec},
};
use x509_cert::spki::AlgorithmIdentifierOwned;

pub(crate) const ID_SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");

/// The structure, with certificates unread.
#[derive(Sequence)]
pub(crate) struct SignedData {
    pub(crate) version: CmsVersion,
    pub(crate) digest_algorithms: SetOfVec<AlgorithmIdentifierOwned>,
    pub(crate) content: EncapsulatedContentInfo,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    pub(crate) certificates: Option<SetOfVec<Any>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    pub(crate) revocation_lists: Option<SetOfVec<Any>>,
    pub(crate) signers: SetOfVec<SignerInfo>,
}

impl SignedData {
    pub(crate) fn to_bytes(&self) -> der::Result<Vec<u8>> {
        ContentInfo { content_type: ID_SIGNED_DATA, content: Any::from_der(&self.to_der()?)? }.to_der()
    }

    /// Reads exactly what [`SignedData::to_bytes`] writes: one structure has one form (DER).
    pub(crate) fn from_bytes(bytes: &[u8]) -> der::Result<Self> {
        let outer = ContentInfo::from_der(bytes)?;
        if outer.content_type != ID_SIGNED_DATA {
            return Err(der::ErrorKind::OidUnknown { oid: outer.content_type }.into());
        }
        let inner = Self::from_der(&outer.content.to_der()?)?;
        if inner.to_bytes()? == bytes {
            Ok(inner)
        } else {
            Err(der::ErrorKind::Noncanonical { tag: der::Tag::Sequence }.into())
        }
    }
}
