//! Why to believe it: signatures over bytes, made and checked offline. Nothing here knows about DNA.
//!
//! A signature is a file of its own beside what it signs: CMS `SignedData` without the content (RFC 5652, DER), one
//! signer, ECDSA on P-256 with SHA-256, and three signed attributes more than none: the content's type, its SHA-256,
//! and the SHA-256 of the signer's certificate (ESS `SigningCertificateV2`, RFC 5035), which makes it CAdES-BES
//! (ETSI EN 319 122-1). `openssl cms -verify -cades` checks it without this program.
//!
//! ```text
//! content --SHA-256--> messageDigest --+
//! certificate --SHA-256--> ESS --------+-- signed attributes --ECDSA--> signature
//!                                                                          ^
//! trust file: CA --signed--> (CA ...) --signed--> certificate --public key-+
//! ```
//!
//! [`verify`] walks that picture from left to right and answers [`Verification`]: `Bad` when something contradicts
//! the signature, `Unknown` when the trust file or this program cannot tell. Two things are not known from a file
//! alone, and are said wherever a signature is shown: **when** it was made (the time inside is the signer's word; the
//! caller states at which time certificates must be valid), and whether a certificate was **revoked** since.
//!
//! ```
//! use saola_evidence::{PrivateKey, Signer, TestIdentity, TrustStore, Verification, digest_of, sign, verify};
//!
//! let key = PrivateKey::from_random(&[7; 32]).ok_or("not a key")?; // real ones come from a random source
//! let now = 1_800_000_000; // seconds since 1970, 2027-01-15
//! let identity = TestIdentity { common_name: "A. Curator", serial: [1; 16], not_before: now, days: 30 };
//! let certificate = identity.certificate(&key)?;
//!
//! let content = digest_of(&b"a release"[..])?;
//! let signer = Signer { certificate: &certificate, chain: &[], sign: &|message: &[u8]| key.sign(message) };
//! let signature = sign(&content, &signer, now)?;
//!
//! let trust = TrustStore::new(vec![certificate.clone()]);
//! assert!(matches!(verify(&signature, &content, &trust, now), Verification::Good(_)));
//! let other = digest_of(&b"another"[..])?;
//! assert!(matches!(verify(&signature, &other, &trust, now), Verification::Bad(_)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod attributes;
mod certificate;
mod chain;
mod content;
mod key;
mod pem;
mod sign;
mod signed_data;
mod test_identity;
mod text;
mod verification;
mod verify;

pub use certificate::{Certificate, CertificateError, Holder};
pub use chain::TrustStore;
pub use content::digest_of;
pub use key::{KeyError, PrivateKey};
pub use sign::{SignError, SignFunction, Signer, sign};
pub use test_identity::{TestIdentity, TestIdentityError};
pub use text::{date, utc};
pub use verification::{Signed, Verification};
pub use verify::{LARGEST_SIGNATURE, verify};
