//! Lines of a file, plain or gzip by content, with a bound on their length and the digest of the file.

use std::{
    cell::RefCell,
    io::{self, BufRead, BufReader, Read},
    rc::Rc,
};

use flate2::bufread::MultiGzDecoder;
use saola_digest::Sha256Digest;
use sha2::{Digest as _, Sha256};

/// Digest and number of the bytes that passed.
#[derive(Default)]
struct Seen {
    hasher: Sha256,
    bytes: u64,
}

struct Watched<R> {
    inner: R,
    seen: Rc<RefCell<Seen>>,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        let mut seen = self.seen.borrow_mut();
        seen.hasher.update(&buffer[..length]);
        seen.bytes += length as u64;
        Ok(length)
    }
}

/// One line without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// The bytes of the line.
    Text(&'a [u8]),
    /// A line longer than the limit; its bytes are not kept.
    TooLong,
}

/// Reads lines; a byte order mark and carriage returns are dropped.
pub(crate) struct Lines {
    reader: Box<dyn BufRead>,
    seen: Rc<RefCell<Seen>>,
    limit: usize,
    number: u64,
    buffer: Vec<u8>,
}

impl Lines {
    pub(crate) fn new(inner: impl Read + 'static, limit: usize) -> io::Result<Self> {
        let seen = Rc::new(RefCell::new(Seen::default()));
        let mut raw = BufReader::with_capacity(1 << 16, Watched { inner, seen: Rc::clone(&seen) });
        let is_gzip = raw.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let mut reader: Box<dyn BufRead> =
            if is_gzip { Box::new(BufReader::new(MultiGzDecoder::new(raw))) } else { Box::new(raw) };
        if reader.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
            reader.consume(3);
        }
        Ok(Self { reader, seen, limit, number: 0, buffer: Vec::new() })
    }

    /// The number of the line read last, counted from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    pub(crate) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.buffer.clear();
        let (mut any, mut too_long) = (false, false);
        loop {
            let chunk = self.reader.fill_buf()?;
            if chunk.is_empty() {
                break;
            }
            any = true;
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let part = &chunk[..end.unwrap_or(chunk.len())];
            too_long |= self.buffer.len() + part.len() > self.limit;
            if !too_long {
                self.buffer.extend_from_slice(part);
            }
            let length = part.len() + usize::from(end.is_some());
            self.reader.consume(length);
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        self.number += 1;
        if too_long {
            return Ok(Some(Line::TooLong));
        }
        Ok(Some(Line::Text(self.buffer.strip_suffix(b"\r").unwrap_or(&self.buffer))))
    }

    /// The digest of the whole file and its length in bytes.
    pub(crate) fn finish(mut self) -> io::Result<(Sha256Digest, u64)> {
        io::copy(&mut self.reader, &mut io::sink())?;
        let seen = self.seen.borrow();
        Ok((Sha256Digest::from_bytes(seen.hasher.clone().finalize().into()), seen.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write as _};

    fn all(bytes: &[u8], limit: usize) -> (Vec<Option<Vec<u8>>>, String, u64) {
        let mut lines = Lines::new(Cursor::new(bytes.to_vec()), limit).unwrap();
        let mut found = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            found.push(match line {
                Line::Text(text) => Some(text.to_vec()),
                Line::TooLong => None,
            });
        }
        let (digest, length) = lines.finish().unwrap();
        (found, digest.to_string(), length)
    }

    #[test]
    fn lines_plain_and_gzip_and_too_long() {
        let text = b"\xef\xbb\xbfone\r\n\ntwelve bytes\nlast";
        let expected = [Some(b"one".to_vec()), Some(vec![]), None, Some(b"last".to_vec())];
        let (found, digest, length) = all(text, 10);
        assert_eq!((found.as_slice(), length), (&expected[..], 26));
        assert_eq!(digest, Sha256Digest::of(text).to_string());
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        let packed = encoder.finish().unwrap();
        let (found, digest, _) = all(&packed, 10);
        assert_eq!(found, expected);
        assert_eq!(digest, Sha256Digest::of(&packed).to_string());
    }
}
