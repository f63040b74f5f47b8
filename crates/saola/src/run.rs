use saola_digest::{CanonicalJsonError, Sha256Digest, canonical_json};
use saola_report::{ReleaseSignature, ReportResult, Run};

/// SHA-256 of the canonical JSON (RFC 8785) of a result: equal results have equal digests on every machine.
///
/// # Errors
///
/// Never in practice: a result holds no number that canonical JSON refuses.
pub fn result_digest(result: &ReportResult) -> Result<Sha256Digest, CanonicalJsonError> {
    Ok(Sha256Digest::of(canonical_json(result)?.as_bytes()))
}

/// The run part for a result made just now by this program; the caller adds the time, the command line
/// and what it knows of the release's signature.
///
/// # Errors
///
/// As [`result_digest`].
pub fn new_run(result: &ReportResult) -> Result<Run, CanonicalJsonError> {
    Ok(Run {
        result_sha256: result_digest(result)?.to_string(),
        started: None,
        platform: format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH),
        threads: rayon::current_num_threads() as u64,
        command: Vec::new(),
        release_signature: ReleaseSignature::default(),
    })
}
