//! SCF: a header of 128 bytes with the places of samples, bases and comments.

use super::bytes::{Bytes, text};
use super::{MOST_TRACE_BASES, MOST_TRACE_POINTS, RawTrace, TraceError, TraceFormat, TraceOrigin};

/// Bytes of a base in version 2.
const BASE: usize = 12;
/// Most bytes of comments.
const MOST_COMMENTS: usize = 1 << 20;

pub(super) fn is_scf(bytes: &[u8]) -> bool {
    bytes.starts_with(b".scf")
}

/// Letters, peaks, Phred scores.
type Bases = (Vec<u8>, Vec<u32>, Vec<u8>);

struct Header {
    points: usize,
    points_at: usize,
    point_bytes: usize,
    bases: usize,
    bases_at: usize,
    is_columnar: bool,
}

pub(super) fn read(bytes: &[u8]) -> Result<RawTrace, TraceError> {
    let file = Bytes(bytes);
    let header = Header::read(file)?;
    let (called, peaks, qualities) = header.bases(file)?;
    let channels = header.channels(file)?;
    let (size, at) = (file.size(28, "the header")?, file.size(32, "the header")?);
    let comments = if size > MOST_COMMENTS { &[] } else { file.part(at, size, "the comments")? };
    Ok(RawTrace {
        format: if header.is_columnar { TraceFormat::Scf3 } else { TraceFormat::Scf2 },
        called,
        qualities,
        peaks,
        channels,
        origin: origin(comments),
        has_edited_calls: false,
    })
}

impl Header {
    fn read(file: Bytes<'_>) -> Result<Self, TraceError> {
        let what = "the header";
        let version = file.part(36, 4, what)?;
        // Before version 2 there was no sample size: it was one byte.
        let point_bytes = match (version.first(), file.size(40, what)?) {
            (Some(b'2'..=b'9'), 2) => 2,
            _ => 1,
        };
        let header = Self {
            points: file.size(4, what)?,
            points_at: file.size(8, what)?,
            point_bytes,
            bases: file.size(12, what)?,
            bases_at: file.size(24, what)?,
            is_columnar: version.first().is_some_and(|major| (b'3'..=b'9').contains(major)),
        };
        if header.bases > MOST_TRACE_BASES {
            return Err(TraceError::TooLarge { what: "called bases", limit: MOST_TRACE_BASES });
        }
        if header.points > MOST_TRACE_POINTS {
            return Err(TraceError::TooLarge { what: "points of a channel", limit: MOST_TRACE_POINTS });
        }
        Ok(header)
    }

    /// Letters, peaks, and the probability (as Phred) of each letter that is called.
    fn bases(&self, file: Bytes<'_>) -> Result<Bases, TraceError> {
        let part = Bytes(file.part(self.bases_at, self.bases * BASE, "the bases")?);
        let (mut called, mut peaks, mut qualities) = (Vec::new(), Vec::new(), Vec::new());
        for index in 0..self.bases {
            let (peak, quality_at, letter_at): (usize, [usize; 4], usize) = if self.is_columnar {
                let column = |number: usize| self.bases * number + index;
                (index * 4, [4, 5, 6, 7].map(column), column(8))
            } else {
                (index * BASE, [4, 5, 6, 7].map(|place| index * BASE + place), index * BASE + 8)
            };
            let letter = part.part(letter_at, 1, "the bases")?[0];
            let place = b"ACGT".iter().position(|base| *base == super::base(letter));
            let quality = match place {
                Some(place) => part.part(quality_at[place], 1, "the bases")?[0],
                None => 0,
            };
            called.push(letter);
            peaks.push(part.u32(peak, "the bases")?);
            qualities.push(quality);
        }
        Ok((called, peaks, qualities))
    }

    fn channels(&self, file: Bytes<'_>) -> Result<[Vec<i32>; 4], TraceError> {
        let size = self.points * self.point_bytes * 4;
        let part = file.part(self.points_at, size, "the samples")?;
        let value = |index: usize| -> u32 {
            let at = index * self.point_bytes;
            let bytes = &part[at..at + self.point_bytes];
            bytes.iter().fold(0, |number, byte| (number << 8) | u32::from(*byte))
        };
        let mut channels: [Vec<i32>; 4] = Default::default();
        for (channel, values) in channels.iter_mut().enumerate() {
            let index = |point: usize| {
                if self.is_columnar { channel * self.points + point } else { point * 4 + channel }
            };
            let stored = (0..self.points).map(|point| value(index(point)));
            let signal: Vec<u32> =
                if self.is_columnar { undelta(stored, self.point_bytes) } else { stored.collect() };
            *values = signal.into_iter().map(|value| value.try_into().unwrap_or(i32::MAX)).collect();
        }
        Ok(channels)
    }
}

/// Version 3 stores the differences of the differences of the signal, modulo the size of a number.
fn undelta(stored: impl Iterator<Item = u32>, bytes: usize) -> Vec<u32> {
    let mask = if bytes == 2 { 0xffff } else { 0xff };
    let (mut step, mut value) = (0u32, 0u32);
    stored
        .map(|difference| {
            step = step.wrapping_add(difference) & mask;
            value = value.wrapping_add(step) & mask;
            value
        })
        .collect()
}

/// Comments are lines `NAME=value`.
fn origin(comments: &[u8]) -> TraceOrigin {
    let lines: Vec<(String, String)> = comments
        .split(|byte| *byte == b'\n')
        .filter_map(|line| {
            let at = line.iter().position(|byte| *byte == b'=')?;
            Some((text(&line[..at]), text(&line[at + 1..])))
        })
        .collect();
    let value = |name: &str| {
        lines.iter().find(|(known, _)| known == name).map_or_else(String::new, |(_, value)| value.clone())
    };
    TraceOrigin {
        sample: value("NAME"),
        instrument: value("MACH"),
        model: value("MODL"),
        run_start: value("DATE"),
        run_end: String::new(),
        mobility: value("DYEP"),
        basecaller: value("BCAL"),
    }
}
