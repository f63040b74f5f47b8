use cms::{
    cert::IssuerAndSerialNumber,
    content_info::CmsVersion,
    signed_data::{EncapsulatedContentInfo, SignerIdentifier, SignerInfo},
};
use der::{
    Any, Decode as _, Encode as _,
    asn1::{OctetString, SetOfVec},
};
use saola_digest::Sha256Digest;
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::{
    Certificate, Verification,
    attributes::{self, ID_DATA, ID_SHA256},
    certificate::ECDSA_WITH_SHA256,
    chain::TrustStore,
    signed_data::SignedData,
    verify::verify,
};

/// Gives the ECDSA signature with SHA-256 over the bytes it is handed (not over their hash again), in DER.
pub type SignFunction<'a, E> = dyn Fn(&[u8]) -> Result<Vec<u8>, E> + 'a;

/// Who signs, and with what.
pub struct Signer<'a, E> {
    /// The certificate of the key.
    pub certificate: &'a Certificate,
    /// The certificates between it and the anchor that verifiers trust, in any order; the anchor may be among them.
    pub chain: &'a [Certificate],
    /// [`PrivateKey::sign`](crate::PrivateKey::sign), or a token.
    pub sign: &'a SignFunction<'a, E>,
}

/// Why there is no signature.
#[derive(Debug, thiserror::Error)]
pub enum SignError<E> {
    /// The key or token did not sign.
    #[error("the key did not sign: {0}")]
    Key(E),
    /// The structure cannot be written.
    #[error("the signature cannot be written as DER: {0}")]
    Encoding(#[from] der::Error),
    /// Nobody could verify it: another key than the certificate's, a certificate that is not valid now or not for
    /// signing, or a chain that does not fit.
    #[error("the signature would not verify: {0}")]
    Useless(String),
}

/// Signs a content by its SHA-256: the bytes of a detached CMS signature in DER.
///
/// `now` is the time in seconds since 1970-01-01 UTC; it is written as the time that the signer claims. What is
/// returned has been verified, with the given certificates as the trust file.
///
/// # Errors
///
/// [`SignError`].
pub fn sign<E>(content: &Sha256Digest, signer: &Signer<'_, E>, now: u64) -> Result<Vec<u8>, SignError<E>> {
    let attributes = attributes::attributes(content, signer.certificate, now)?;
    let signature = (signer.sign)(&attributes.to_der()?).map_err(SignError::Key)?;
    let named = &signer.certificate.content.tbs_certificate;
    let info = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: named.issuer.clone(),
            serial_number: named.serial_number.clone(),
        }),
        digest_alg: AlgorithmIdentifierOwned { oid: ID_SHA256, parameters: None },
        signed_attrs: Some(attributes),
        signature_algorithm: AlgorithmIdentifierOwned { oid: ECDSA_WITH_SHA256, parameters: None },
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    };
    let signed_data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![info.digest_alg.clone()])?,
        content: EncapsulatedContentInfo { econtent_type: ID_DATA, econtent: None },
        certificates: Some(certificates(signer)?),
        revocation_lists: None,
        signers: SetOfVec::try_from(vec![info])?,
    };
    let bytes = signed_data.to_bytes()?;
    match verify(&bytes, content, &own_trust(signer), now) {
        Verification::Good(_) => Ok(bytes),
        Verification::Bad(reason) | Verification::Unknown(reason) => Err(SignError::Useless(reason)),
    }
}

fn certificates<E>(signer: &Signer<'_, E>) -> der::Result<SetOfVec<Any>> {
    let mut set = Vec::new();
    for certificate in std::iter::once(signer.certificate).chain(signer.chain) {
        let any = Any::from_der(certificate.as_der())?;
        if !set.contains(&any) {
            set.push(any);
        }
    }
    SetOfVec::try_from(set)
}

/// The chain, or for lack of one the certificate itself.
fn own_trust<E>(signer: &Signer<'_, E>) -> TrustStore {
    if signer.chain.is_empty() {
        return TrustStore::new(vec![signer.certificate.clone()]);
    }
    TrustStore::new(signer.chain.to_vec())
}
