//! The memory map: the only `unsafe` of this crate.
//!
//! A map shows the file as it is at each moment: a process that writes to a mapped file would change bytes under our
//! feet. Releases are written aside and renamed into place, never rewritten, and every check is made on the mapped
//! bytes themselves; a file that is cut short while it is mapped ends the process (SIGBUS), it cannot lead to a
//! wrong answer. Callers who cannot rule out such writers read the file into memory instead.

use std::path::Path;

use memmap2::Mmap;

/// Maps a file for reading.
#[expect(unsafe_code, reason = "memory maps cannot be made without it")]
pub(crate) fn map_file(path: &Path) -> std::io::Result<Mmap> {
    let file = fs_err::File::open(path)?;
    // SAFETY: the map is private to this crate, read-only, and only ever read as plain bytes, for which any
    // content is valid. That the file is not changed while mapped is the contract stated above.
    unsafe { Mmap::map(file.file()) }
}
