//! From the signer's certificate to one that the trust file holds (RFC 5280, section 6, without policies, name
//! constraints and revocation).
//!
//! The path starts at the signer's certificate. As long as its last certificate is not in the trust file, a
//! certificate with the issuer's name and a key that verifies the signature is appended; those of the trust file are
//! tried first. It ends after [`LONGEST_PATH`] certificates at the latest, so no set of certificates, however
//! hostile, makes it long: at most `LONGEST_PATH` times as many signature checks as there are certificates.

use p256::pkcs8::ObjectIdentifier;
use x509_cert::ext::{
    Extension,
    pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage},
};

use crate::certificate::is_same_name;
use crate::verification::{Doubt, bad, unknown};
use crate::{Certificate, text};

const LONGEST_PATH: usize = 8;

const SUBJECT_KEY_ID: &str = "2.5.29.14";
const KEY_USAGE: &str = "2.5.29.15";
const BASIC_CONSTRAINTS: &str = "2.5.29.19";
const NAME_CONSTRAINTS: &str = "2.5.29.30";
const AUTHORITY_KEY_ID: &str = "2.5.29.35";
const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
/// Extensions that may be critical, because they are obeyed here, or only say which key it is.
const UNDERSTOOD: [&str; 5] =
    [SUBJECT_KEY_ID, KEY_USAGE, BASIC_CONSTRAINTS, AUTHORITY_KEY_ID, EXTENDED_KEY_USAGE];

/// Any purpose, e-mail protection (what OpenSSL asks of CMS signers), document signing (RFC 9336).
const PURPOSES: [&str; 3] = ["2.5.29.37.0", "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36"];

/// The certificates that a user trusts. Every one of them is an anchor, be it an authority's or a signer's own.
#[derive(Clone, Debug)]
pub struct TrustStore(Vec<Certificate>);

impl TrustStore {
    /// Trusts these certificates.
    pub fn new(certificates: Vec<Certificate>) -> Self {
        Self(certificates)
    }

    /// The anchor that vouches for `signer` at the time `at`, with the help of the `given` certificates.
    pub(crate) fn anchor_of(
        &self,
        signer: &Certificate,
        given: &[Certificate],
        at: u64,
    ) -> Result<Certificate, Doubt> {
        let path = self.path(signer, given)?;
        if let Some(idle) = given.iter().find(|one| !path.contains(one) && !self.0.contains(one)) {
            return unknown(format!("{} comes with the signature but vouches for nothing", idle.label()));
        }
        check_extensions(signer)?;
        check_use(signer)?;
        for (below, certificate) in path.iter().enumerate() {
            check_validity(certificate, at)?;
            if below > 0 {
                check_extensions(certificate)?;
                check_authority(certificate, below - 1)?;
            }
        }
        path.last().cloned().ok_or_else(|| Doubt::Unknown("there is no certificate".to_owned()))
    }

    fn path(&self, signer: &Certificate, given: &[Certificate]) -> Result<Vec<Certificate>, Doubt> {
        let mut path = vec![signer.clone()];
        let mut last = signer;
        while !self.0.contains(last) {
            if path.len() == LONGEST_PATH {
                return unknown(format!("the chain of certificates is longer than {LONGEST_PATH}"));
            }
            let Some(issuer) = self.issuer_of(last, given)? else {
                let who = text::shown(&last.issuer().to_string());
                return unknown(format!(
                    "the trust file does not vouch for the signer: no certificate of {who}"
                ));
            };
            path.push(issuer.clone());
            last = issuer;
        }
        Ok(path)
    }

    fn issuer_of<'a>(
        &'a self,
        certificate: &Certificate,
        given: &'a [Certificate],
    ) -> Result<Option<&'a Certificate>, Doubt> {
        let mut forged = false;
        for candidate in self.0.iter().chain(given) {
            if candidate == certificate || !is_same_name(candidate.subject(), certificate.issuer()) {
                continue;
            }
            if certificate.is_signed_by(candidate)? {
                return Ok(Some(candidate));
            }
            forged = true;
        }
        if forged {
            return bad(format!("{} was not signed by the issuer that it names", certificate.label()));
        }
        Ok(None)
    }
}

fn check_validity(certificate: &Certificate, at: u64) -> Result<(), Doubt> {
    let validity = certificate.validity();
    let (first, last) = (validity.not_before.to_unix_duration(), validity.not_after.to_unix_duration());
    if at < first.as_secs() {
        return bad(format!(
            "{} is not valid before {}, and was asked about {}",
            certificate.label(),
            validity.not_before,
            text::utc(at)
        ));
    }
    if at > last.as_secs() {
        return bad(format!(
            "{} expired on {}, and was asked about {}",
            certificate.label(),
            validity.not_after,
            text::utc(at)
        ));
    }
    Ok(())
}

/// No extension is there twice, and none that decides something is beyond this program.
fn check_extensions(certificate: &Certificate) -> Result<(), Doubt> {
    let extensions = certificate.content.tbs_certificate.extensions.as_deref().unwrap_or_default();
    for (number, extension) in extensions.iter().enumerate() {
        let id = extension.extn_id.to_string();
        if extensions.iter().take(number).any(|other| other.extn_id == extension.extn_id) {
            return bad(format!("{} has the extension {id} twice", certificate.label()));
        }
        if id == NAME_CONSTRAINTS || extension.critical && !UNDERSTOOD.contains(&id.as_str()) {
            return unknown(format!(
                "{} has the extension {id}, which this program does not understand",
                certificate.label()
            ));
        }
    }
    Ok(())
}

/// The signer's certificate is for signing documents.
fn check_use(signer: &Certificate) -> Result<(), Doubt> {
    let usage: Option<KeyUsage> = extension(signer, KEY_USAGE)?;
    if usage.is_some_and(|usage| !usage.digital_signature() && !usage.non_repudiation()) {
        return bad(format!("{} is not for digital signatures (key usage)", signer.label()));
    }
    check_purpose(signer)
}

/// The certificate may vouch for others, with `below` authorities between it and the signer.
fn check_authority(authority: &Certificate, below: usize) -> Result<(), Doubt> {
    let constraints: Option<BasicConstraints> = extension(authority, BASIC_CONSTRAINTS)?;
    let Some(constraints) = constraints.filter(|constraints| constraints.ca) else {
        return bad(format!("{} is not an authority's (basic constraints)", authority.label()));
    };
    if constraints.path_len_constraint.is_some_and(|longest| below > usize::from(longest)) {
        return bad(format!("{} does not allow so long a chain (basic constraints)", authority.label()));
    }
    let usage: Option<KeyUsage> = extension(authority, KEY_USAGE)?;
    if usage.is_some_and(|usage| !usage.key_cert_sign()) {
        return bad(format!("{} is not for signing certificates (key usage)", authority.label()));
    }
    check_purpose(authority)
}

fn check_purpose(certificate: &Certificate) -> Result<(), Doubt> {
    let purposes: Option<ExtendedKeyUsage> = extension(certificate, EXTENDED_KEY_USAGE)?;
    let fits = |purpose: &ObjectIdentifier| PURPOSES.contains(&purpose.to_string().as_str());
    if purposes.is_some_and(|purposes| !purposes.0.iter().any(fits)) {
        return bad(format!("{} is not for signing documents (extended key usage)", certificate.label()));
    }
    Ok(())
}

fn extension<T: der::DecodeOwned>(certificate: &Certificate, id: &str) -> Result<Option<T>, Doubt> {
    let extensions = certificate.content.tbs_certificate.extensions.as_deref().unwrap_or_default();
    let is_it = |extension: &&Extension| extension.extn_id.to_string() == id;
    let Some(extension) = extensions.iter().find(is_it) else { return Ok(None) };
    T::from_der(extension.extn_value.as_bytes())
        .map(Some)
        .or_else(|_| bad(format!("{}: the extension {id} cannot be read", certificate.label())))
}
