//! FASTA records, read one at a time; what the header says is for [`super::header`] and [`super::map`].

use std::io;

use super::{
    header,
    intake::{Intake, Raw, Reason},
    lines::{Line, Lines},
};

/// A record that is being read.
struct Open {
    line: u64,
    header: Vec<u8>,
    sequence: Vec<u8>,
    too_long: bool,
}

pub(crate) fn read(lines: &mut Lines, intake: &mut Intake<'_>, tick: &mut dyn FnMut(u64)) -> io::Result<()> {
    let mut open: Option<Open> = None;
    // Gaps and ends of lines count here, so that the bound is on memory.
    let limit = intake.limits.record_bases.saturating_mul(2);
    loop {
        let line = lines.next()?;
        let is_end = line.is_none();
        let new = match line {
            None => None,
            Some(Line::Text([b'>', header @ ..])) => Some((header.to_vec(), false)),
            Some(Line::TooLong) => match &mut open {
                Some(open) => {
                    open.too_long = true;
                    None
                }
                None => Some((Vec::new(), true)),
            },
            Some(Line::Text(text)) => {
                add_line(text, &mut open, limit)?;
                None
            }
        };
        if (is_end || new.is_some())
            && let Some(done) = open.take()
        {
            finish(done, intake);
            if intake.read().is_multiple_of(1000) {
                tick(intake.read());
            }
        }
        if is_end {
            return Ok(());
        }
        if let Some((header, too_long)) = new {
            open = Some(Open { line: lines.number(), header, sequence: Vec::new(), too_long });
        }
    }
}

fn add_line(text: &[u8], open: &mut Option<Open>, limit: usize) -> io::Result<()> {
    match open {
        Some(open) => {
            open.too_long |= open.sequence.len() + text.len() > limit;
            if !open.too_long {
                open.sequence.extend_from_slice(text);
            }
            Ok(())
        }
        None if text.iter().all(u8::is_ascii_whitespace) || text.starts_with(b";") => Ok(()),
        None => Err(io::Error::new(io::ErrorKind::InvalidData, "FASTA begins with '>'")),
    }
}

/// Most bytes in a header.
const HEADER_BYTES: usize = 20_000;

fn finish(open: Open, intake: &mut Intake<'_>) {
    let text = String::from_utf8_lossy(&open.header[..open.header.len().min(HEADER_BYTES)]).into_owned();
    let name = text.split_whitespace().next().unwrap_or_default();
    if open.too_long || open.header.len() > HEADER_BYTES {
        return intake.reject(open.line, name, Reason::TooLong, "the record or one of its lines");
    }
    let raw = Raw { line: open.line, sequence: open.sequence, ..Raw::default() };
    match header::parse(text.trim(), raw, intake.map) {
        Ok(raw) => intake.add(raw),
        Err((reason, detail)) => intake.reject(open.line, name, reason, &detail),
    }
}
