use std::io::Read as _;

use needletail::{
    errors::{ParseError, ParseErrorKind},
    parser::{FastaReader, FastqReader, FastxReader, SequenceRecord as Raw},
};

use crate::{ReadError, ReadErrorKind, SequenceRecord, iupac};

/// Bounds on input, so that no file can exhaust memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of (decompressed) text in one file.
    pub file_bytes: usize,
    /// Most bases in one record, and most bytes in one line.
    pub record_bases: usize,
    /// Most bytes in one name.
    pub name_bytes: usize,
}

impl Default for Limits {
    /// 256 MiB of text, 1,000,000 bases a record (a plastid genome has some 150,000), 1,000 bytes a name.
    fn default() -> Self {
        Self { file_bytes: 256 << 20, record_bases: 1_000_000, name_bytes: 1_000 }
    }
}

/// Reads all records of a FASTA or FASTQ file, plain or gzip, told apart by content.
///
/// `file` is only used to name the file in errors. Time and memory are linear in the text, which `limits` bounds.
///
/// # Errors
///
/// [`ReadError`] with the file, record and line of the first thing that is wrong; no record is skipped.
///
/// ```
/// let records = saola_seq::read_records("a.fasta", b">x one\nACGU\nr\n", &Default::default()).unwrap();
/// assert_eq!((records[0].name.as_str(), records[0].bases.as_slice()), ("x", &b"ACGTR"[..]));
/// ```
pub fn read_records(file: &str, bytes: &[u8], limits: &Limits) -> Result<Vec<SequenceRecord>, ReadError> {
    let in_file = |kind| ReadError { file: file.to_owned(), record: None, line: None, kind };
    let decompressed;
    let text = if bytes.starts_with(&[0x1f, 0x8b]) {
        decompressed = decompress(bytes, limits.file_bytes).map_err(in_file)?;
        &decompressed[..]
    } else {
        bytes
    };
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    if text.len() > limits.file_bytes {
        return Err(in_file(ReadErrorKind::TooLarge { limit: limits.file_bytes }));
    }
    let (text, lines_skipped) = skip_blank_lines(text);
    let context = Context { file, lines_skipped, limits };
    let mut reader: Box<dyn FastxReader> = match text.first() {
        None => return Err(in_file(ReadErrorKind::Empty)),
        Some(b'>') => Box::new(FastaReader::new(text)),
        Some(b'@') => Box::new(FastqReader::new(text)),
        Some(_) => return Err(in_file(ReadErrorKind::NotASequenceFile { found: describe_start(text) })),
    };
    context.check_line_lengths(text)?;
    let mut records = Vec::new();
    while let Some(raw) = reader.next() {
        let raw = raw.map_err(|error| context.malformed(&error))?;
        records.push(context.convert(&raw)?);
    }
    Ok(records)
}

fn decompress(bytes: &[u8], limit: usize) -> Result<Vec<u8>, ReadErrorKind> {
    let mut text = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes)
        .take(limit as u64 + 1)
        .read_to_end(&mut text)
        .map_err(|error| ReadErrorKind::Gzip(error.to_string()))?;
    if text.len() > limit {
        return Err(ReadErrorKind::TooLarge { limit });
    }
    Ok(text)
}

/// The text from its first line that is not blank, and the number of lines before it.
fn skip_blank_lines(text: &[u8]) -> (&[u8], u64) {
    let start = text.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(text.len());
    let (blank, rest) = text.split_at(start);
    (rest, count_lines(blank))
}

fn count_lines(text: &[u8]) -> u64 {
    text.split(|&byte| byte == b'\n').skip(1).count() as u64
}

/// Names the file types that labs hand in by mistake.
fn describe_start(text: &[u8]) -> String {
    const KNOWN: [(&[u8], &str); 6] = [
        (b"ABIF", "an ABIF trace (.ab1)"),
        (b".scf", "an SCF trace"),
        (b"%PDF", "a PDF"),
        (b"PK\x03\x04", "a zip archive or office document"),
        (b"LOCUS", "a GenBank flat file"),
        (b"\xfd7zXZ", "xz-compressed data"),
    ];
    match KNOWN.iter().find(|(magic, _)| text.starts_with(magic)) {
        Some((_, name)) => (*name).to_owned(),
        None => match text.first() {
            Some(byte) if byte.is_ascii_graphic() => format!("'{}'", char::from(*byte)),
            Some(byte) => format!("the byte 0x{byte:02x}"),
            None => "nothing".to_owned(),
        },
    }
}

struct Context<'a> {
    file: &'a str,
    lines_skipped: u64,
    limits: &'a Limits,
}

impl Context<'_> {
    fn error(&self, record: Option<String>, line: Option<u64>, kind: ReadErrorKind) -> ReadError {
        ReadError {
            file: self.file.to_owned(),
            record,
            line: line.map(|line| line + self.lines_skipped),
            kind,
        }
    }

    /// Checked before parsing, because a parser must hold a whole line to see its end.
    fn check_line_lengths(&self, text: &[u8]) -> Result<(), ReadError> {
        let limit = self.limits.record_bases;
        match (1..).zip(text.split(|&byte| byte == b'\n')).find(|(_, line)| line.len() > limit + 1) {
            None => Ok(()),
            Some((line, _)) => Err(self.error(None, Some(line), ReadErrorKind::TooLong { limit })),
        }
    }

    fn malformed(&self, error: &ParseError) -> ReadError {
        let message = match error.kind {
            ParseErrorKind::UnexpectedEnd => "the file ends in the middle of a record".to_owned(),
            _ => lower_first(&error.msg),
        };
        let record = error.position.id.as_deref().and_then(|id| id.split_whitespace().next());
        let record =
            record.filter(|name| check_name(name, self.limits.name_bytes).is_ok()).map(str::to_owned);
        let line = (error.position.line > 0).then_some(error.position.line);
        self.error(record, line, ReadErrorKind::Malformed(message))
    }

    fn convert(&self, raw: &Raw<'_>) -> Result<SequenceRecord, ReadError> {
        let line = raw.start_line_number();
        let header = std::str::from_utf8(raw.id())
            .map_err(|_| self.error(None, Some(line), ReadErrorKind::BadName("is not UTF-8")))?;
        let (name, description) = header.split_once(char::is_whitespace).unwrap_or((header, ""));
        check_name(name, self.limits.name_bytes).map_err(|kind| self.error(None, Some(line), kind))?;
        let in_record = |line, kind| self.error(Some(name.to_owned()), Some(line), kind);
        if raw.raw_seq().len() > self.limits.record_bases.saturating_mul(2) {
            return Err(in_record(line, ReadErrorKind::TooLong { limit: self.limits.record_bases }));
        }
        let (bases, gaps_removed) =
            normalise(raw.raw_seq()).map_err(|(kind, newlines)| in_record(line + 1 + newlines, kind))?;
        if bases.is_empty() {
            return Err(in_record(line, ReadErrorKind::NoBases));
        }
        if bases.len() > self.limits.record_bases {
            return Err(in_record(line, ReadErrorKind::TooLong { limit: self.limits.record_bases }));
        }
        let qualities = raw
            .qual()
            .map(|text| decode_qualities(text, raw.raw_seq()))
            .transpose()
            .map_err(|kind| in_record(line + 3, kind))?;
        let description = description.trim().chars().filter(|c| !is_unsafe(*c)).collect();
        let line = line + self.lines_skipped;
        Ok(SequenceRecord { name: name.to_owned(), description, line, bases, qualities, gaps_removed })
    }
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

/// Characters that a name must not hold, because names stand in every output: control characters could rewrite a
/// terminal, and marks for the direction of writing could make a name look like another (Unicode Standard Annex 9).
pub fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        )
}

fn check_name(name: &str, limit: usize) -> Result<(), ReadErrorKind> {
    if name.is_empty() {
        Err(ReadErrorKind::NoName)
    } else if name.len() > limit {
        Err(ReadErrorKind::BadName("is too long"))
    } else if name.chars().any(is_unsafe) {
        Err(ReadErrorKind::BadName("holds control characters"))
    } else {
        Ok(())
    }
}

const fn is_gap(byte: u8) -> bool {
    matches!(byte, b'-' | b'.')
}

/// Bases without gaps and white space, and the number of gaps; an error carries the newlines before it.
fn normalise(raw: &[u8]) -> Result<(Vec<u8>, usize), (ReadErrorKind, u64)> {
    let mut bases = Vec::with_capacity(raw.len());
    let mut gaps = 0;
    for (offset, &byte) in raw.iter().enumerate() {
        if is_gap(byte) {
            gaps += 1;
        } else if let Some(code) = iupac::normalise(byte) {
            bases.push(code);
        } else if !byte.is_ascii_whitespace() {
            let kind = describe_letter(&raw[offset..], bases.len() + gaps + 1);
            return Err((kind, count_lines(&raw[..offset])));
        }
    }
    Ok((bases, gaps))
}

fn describe_letter(rest: &[u8], position: usize) -> ReadErrorKind {
    let character = String::from_utf8_lossy(&rest[..rest.len().min(4)]).chars().next().unwrap_or('?');
    match character.to_ascii_uppercase() {
        letter @ ('E' | 'F' | 'I' | 'J' | 'L' | 'O' | 'P' | 'Q' | 'X' | 'Z' | '*') => {
            ReadErrorKind::Protein { letter, position }
        }
        _ => ReadErrorKind::NotANucleotide { character, position },
    }
}

/// Phred scores of the bases that were kept (those of gap characters are dropped with them).
fn decode_qualities(text: &[u8], raw: &[u8]) -> Result<Vec<u8>, ReadErrorKind> {
    text.iter()
        .zip(raw)
        .filter(|(_, base)| !is_gap(**base) && !base.is_ascii_whitespace())
        .map(|(&byte, _)| match byte {
            b'!'..=b'~' => Ok(byte - b'!'),
            _ => Err(ReadErrorKind::BadQuality),
        })
        .collect()
}

#[cfg(test)]
mod tests;
