use der::{
    Any, Decode as _, Encode, ErrorKind,
    asn1::{BitString, OctetString, SetOfVec, Utf8StringRef},
    flagset::FlagSet,
    oid::{AssociatedOid, ObjectIdentifier},
};
use p256::ecdsa::signature::digest::Digest as _;
use sha2::Sha256;
use x509_cert::{
    TbsCertificate, Version,
    attr::AttributeTypeAndValue,
    ext::{
        Extension,
        pkix::{BasicConstraints, KeyUsage, KeyUsages, SubjectKeyIdentifier},
    },
    name::{Name, RelativeDistinguishedName},
    serial_number::SerialNumber,
    spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned},
    time::Validity,
};

use crate::attributes::x509_time;
use crate::certificate::{EC_PUBLIC_KEY, ECDSA_WITH_SHA256, P256};
use crate::{Certificate, PrivateKey};

const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
/// What every certificate made here says of itself.
const WARNING: &str = "TEST CERTIFICATE vouched for by nobody";
const SECONDS_IN_A_DAY: u64 = 86_400;

/// Somebody for whom nobody vouches: for trying signatures out.
pub struct TestIdentity<'a> {
    /// 1 to 64 characters, no control characters.
    pub common_name: &'a str,
    /// From a random source, so that no two certificates have one serial number.
    pub serial: [u8; 16],
    /// First second of validity, since 1970-01-01 UTC.
    pub not_before: u64,
    /// Days of validity.
    pub days: u32,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TestIdentityError {
    /// The name does not go into a certificate.
    #[error("a name in a certificate has 1 to 64 characters and no control characters")]
    Name,
    /// The structure cannot be written.
    #[error("the certificate cannot be written as DER: {0}")]
    Encoding(#[from] der::Error),
}

impl TestIdentity<'_> {
    /// A certificate for `key`, signed by that key itself, whose subject says that it is a test certificate.
    ///
    /// # Errors
    ///
    /// [`TestIdentityError`].
    pub fn certificate(&self, key: &PrivateKey) -> Result<Certificate, TestIdentityError> {
        let length = self.common_name.chars().count();
        if !(1..=64).contains(&length) || self.common_name.chars().any(char::is_control) {
            return Err(TestIdentityError::Name);
        }
        let algorithm = AlgorithmIdentifierOwned { oid: ECDSA_WITH_SHA256, parameters: None };
        let content = self.signed_part(key, algorithm.clone())?;
        let Ok(signature) = key.sign(&content.to_der()?);
        let certificate = x509_cert::Certificate {
            tbs_certificate: content,
            signature_algorithm: algorithm,
            signature: BitString::from_bytes(&signature)?,
        };
        Ok(Certificate::from_der(&certificate.to_der()?)?)
    }

    fn signed_part(
        &self,
        key: &PrivateKey,
        algorithm: AlgorithmIdentifierOwned,
    ) -> der::Result<TbsCertificate> {
        let name = name(&[(ORGANIZATION, WARNING), (COMMON_NAME, self.common_name)])?;
        let last = self.not_before.checked_add(u64::from(self.days) * SECONDS_IN_A_DAY);
        let mut serial = self.serial;
        // Positive, and not zero.
        serial[0] = serial[0] & 0x7f | 0x40;
        Ok(TbsCertificate {
            version: Version::V3,
            serial_number: SerialNumber::new(&serial)?,
            signature: algorithm,
            issuer: name.clone(),
            validity: Validity {
                not_before: x509_time(self.not_before)?,
                not_after: x509_time(last.ok_or(ErrorKind::DateTime)?)?,
            },
            subject: name,
            subject_public_key_info: SubjectPublicKeyInfoOwned {
                algorithm: AlgorithmIdentifierOwned {
                    oid: EC_PUBLIC_KEY,
                    parameters: Some(Any::from_der(&P256.to_der()?)?),
                },
                subject_public_key: BitString::from_bytes(&key.public_point())?,
            },
            issuer_unique_id: None,
            subject_unique_id: None,
            extensions: Some(extensions(key)?),
        })
    }
}

fn name(parts: &[(ObjectIdentifier, &str)]) -> der::Result<Name> {
    let part = |(oid, text): &(ObjectIdentifier, &str)| {
        let value = Any::encode_from(&Utf8StringRef::new(text)?)?;
        Ok(RelativeDistinguishedName(SetOfVec::try_from(vec![AttributeTypeAndValue { oid: *oid, value }])?))
    };
    Ok(x509_cert::name::RdnSequence(parts.iter().map(part).collect::<der::Result<_>>()?))
}

fn extensions(key: &PrivateKey) -> der::Result<Vec<Extension>> {
    let usages: FlagSet<KeyUsages> = KeyUsages::DigitalSignature | KeyUsages::NonRepudiation;
    // 160 bits of the SHA-256 of the public key (RFC 7093, section 2, method 1).
    let key_id = Sha256::digest(key.public_point());
    Ok(vec![
        extension(true, &BasicConstraints { ca: false, path_len_constraint: None })?,
        extension(true, &KeyUsage(usages))?,
        extension(false, &SubjectKeyIdentifier(OctetString::new(key_id.get(..20).unwrap_or_default())?))?,
    ])
}

fn extension<T: Encode + AssociatedOid>(critical: bool, value: &T) -> der::Result<Extension> {
    Ok(Extension { extn_id: T::OID, critical, extn_value: OctetString::new(value.to_der()?)? })
}
