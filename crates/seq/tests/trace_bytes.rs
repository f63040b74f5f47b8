//! Traces that are damaged: whatever the bytes are, there is an answer or an error, soon.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use saola_seq::trace::{TraceError, read_trace};

static FILES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/traces");
    ["empty.ab1", "3100.ab1", "version2.scf", "version3.scf"]
        .map(|name| fs_err::read(folder.join(name)).unwrap())
        .to_vec()
});

/// Places in which the sizes and tables of the formats lie.
fn damaged(file: usize, changes: &[(prop::sample::Index, u8)], cut: Option<prop::sample::Index>) -> Vec<u8> {
    let mut bytes = FILES[file].clone();
    let length = bytes.len();
    for (index, (place, byte)) in changes.iter().enumerate() {
        // Half of the changes hit the header, half the rest, where an ABIF file has its directory at the end.
        let at = match index % 3 {
            0 => place.index(128),
            1 => length - 1 - place.index(6_000.min(length)),
            _ => place.index(length),
        };
        bytes[at] = *byte;
    }
    if let Some(cut) = cut {
        bytes.truncate(cut.index(length));
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn damaged_files(
        file in 0usize..4,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        if let Ok(trace) = read_trace(&damaged(file, &changes, cut)) {
            prop_assert!(trace.bases.len() == trace.called.len());
            prop_assert!(trace.qualities.as_ref().is_none_or(|scores| scores.len() == trace.bases.len()));
            let _ = trace.double_peaks();
        }
    }

    #[test]
    fn random_bytes(magic in prop::sample::select(vec![&b"ABIF"[..], b".scf", b""]), rest in any::<Vec<u8>>()) {
        let _ = read_trace(&[magic, &rest].concat());
    }
}

#[test]
fn what_is_no_trace_is_said_to_be_none() {
    assert_eq!(read_trace(b"This is a fake ABIF file"), Err(TraceError::NotATrace));
    assert_eq!(read_trace(b""), Err(TraceError::NotATrace));
}
