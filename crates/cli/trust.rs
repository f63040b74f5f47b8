//! `--trust`: who signed the reference database.

use std::ffi::OsString;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use saola::evidence::{Certificate, LARGEST_SIGNATURE, TrustStore};
use saola::{BadSignature, Release, ReleaseSignature, SignatureStatus, check_release_signature};

use crate::arguments::parse_date;
use crate::clock;
use crate::failure::{Failure, Kind};

/// Whose signature on the reference database is trusted.
#[derive(Args)]
pub(crate) struct TrustOptions {
    /// Check the database's signature against the certificates in this PEM file.
    #[arg(long, value_name = "CA.pem")]
    pub(crate) trust: Option<PathBuf>,
    /// The signature; the database's name with `.p7s` unless given.
    #[arg(long, value_name = "FILE", requires = "trust")]
    pub(crate) signature: Option<PathBuf>,
    /// Day at whose end (UTC) the certificates must be valid; now unless given.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date, requires = "trust")]
    pub(crate) valid_on: Option<jiff::civil::Date>,
}

/// What is known of the release's signature; a release whose signature is wrong cannot be used.
pub(crate) fn check(
    release: &Release,
    file: Option<&Path>,
    options: &TrustOptions,
) -> Result<ReleaseSignature, Failure> {
    known(release, file, options, Kind::Reference)
}

/// As [`check`], for a verification: with a trust file, anything but a good signature fails.
pub(crate) fn require(
    release: &Release,
    file: Option<&Path>,
    options: &TrustOptions,
) -> Result<ReleaseSignature, Failure> {
    let signature = known(release, file, options, Kind::Verification)?;
    if options.trust.is_none() || signature.status == SignatureStatus::Good {
        return Ok(signature);
    }
    let message = format!("NOT verified: {}", signature.statement);
    Err(Failure::new(
        Kind::Verification,
        message,
        "ask the publisher for the signature and the authority's certificate",
    ))
}

fn known(
    release: &Release,
    file: Option<&Path>,
    options: &TrustOptions,
    kind: Kind,
) -> Result<ReleaseSignature, Failure> {
    let signature = read_signature(file, options)?;
    if file.is_none() && signature.is_none() {
        let status = match options.trust {
            Some(_) => SignatureStatus::NotSigned,
            None => SignatureStatus::NotChecked,
        };
        let statement = "the built-in release is not signed: it is as trustworthy as this program";
        return Ok(ReleaseSignature::new(status, statement));
    }
    let Some(trust) = &options.trust else { return Ok(ReleaseSignature::default()) };
    let trust = TrustStore::new(read_certificates(trust)?);
    let at = options.valid_on.map_or_else(|| Ok(clock::seconds()), end_of_day)?;
    check_release_signature(release, signature.as_deref(), &trust, at).map_err(|error: BadSignature| {
        let hint = "take a fresh copy of the release and of its signature; do not use this one";
        Failure::new(kind, error, hint)
    })
}

/// Seconds since 1970-01-01 UTC.
fn end_of_day(day: jiff::civil::Date) -> Result<u64, Failure> {
    let end = jiff::tz::TimeZone::UTC.to_timestamp(day.at(23, 59, 59, 0)).ok();
    end.and_then(|end| u64::try_from(end.as_second()).ok()).ok_or_else(|| {
        Failure::new(
            Kind::Usage,
            format!("{day}: no day of a certificate"),
            "give a day after 1970 with --valid-on",
        )
    })
}

/// The signature that was named, else the one beside the database, else none; none when nothing is to be checked.
fn read_signature(file: Option<&Path>, options: &TrustOptions) -> Result<Option<Vec<u8>>, Failure> {
    if options.trust.is_none() {
        return Ok(None);
    }
    let beside = file.map(signature_path).filter(|path| path.exists());
    let Some(path) = options.signature.clone().or(beside) else { return Ok(None) };
    let mut bytes = Vec::new();
    fs_err::File::open(path)?.take(LARGEST_SIGNATURE as u64 + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// `FILE.p7s`.
pub(crate) fn signature_path(file: &Path) -> PathBuf {
    let mut path = OsString::from(file);
    path.push(".p7s");
    path.into()
}

/// Every certificate of a PEM file.
pub(crate) fn read_certificates(path: &Path) -> Result<Vec<Certificate>, Failure> {
    Certificate::read_pem(&read_text(path)?).map_err(|error| {
        let message = format!("{}: {error}", path.display());
        Failure::new(Kind::Failed, message, "give certificates as PEM text (-----BEGIN CERTIFICATE-----)")
    })
}

pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let unreadable = |error| Failure::new(Kind::Failed, error, "give a file of PEM text");
    fs_err::read_to_string(path).map_err(unreadable)
}
