//! Blocks of PEM text (RFC 7468) in a file that may hold several, with other text around them.

use der::pem::{self, LineEnding};

/// Every complete block with its label, in order.
pub(crate) fn blocks(text: &str) -> Vec<(&str, &str)> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some(block) = next_block(rest) {
        let (label, block, after) = block;
        blocks.push((label, block));
        rest = after;
    }
    blocks
}

/// `(label, block, what follows it)`.
fn next_block(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find("-----BEGIN ")?;
    let text = text.get(start..)?;
    let label = text.strip_prefix("-----BEGIN ")?.split("-----").next()?;
    let end = format!("-----END {label}-----");
    let length = text.find(&end)? + end.len();
    Some((label, text.get(..length)?, text.get(length..)?))
}

/// The bytes of a block.
pub(crate) fn decode(block: &str) -> Option<Vec<u8>> {
    pem::decode_vec(block.as_bytes()).ok().map(|(_, bytes)| bytes)
}

/// A block of `bytes`.
pub(crate) fn encode(label: &str, bytes: &[u8]) -> Option<String> {
    pem::encode_string(label, LineEnding::LF, bytes).ok()
}
