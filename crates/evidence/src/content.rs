use std::io::{self, Read};

use saola_digest::Sha256Digest;
use sha2::{Digest as _, Sha256};

/// The SHA-256 of everything that `content` gives, read piece by piece: memory does not grow with its length.
///
/// # Errors
///
/// Whatever reading gives.
pub fn digest_of(mut content: impl Read) -> io::Result<Sha256Digest> {
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        match content.read(&mut piece) {
            Ok(0) => return Ok(Sha256Digest::from_bytes(hasher.finalize().into())),
            Ok(length) => hasher.update(piece.get(..length).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
