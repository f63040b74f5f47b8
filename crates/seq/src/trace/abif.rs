//! ABIF: a directory of tagged items, each of some elements.

use super::bytes::{Bytes, shorts, text};
use super::{MOST_TRACE_BASES, MOST_TRACE_POINTS, RawTrace, TraceError, TraceFormat, TraceOrigin};

/// Macintosh resource forks put 128 bytes before the file.
const MAC_HEADER: usize = 128;
/// Bytes of an entry of the directory.
const ENTRY: usize = 28;
/// Most entries; known files have some 200.
const MOST_ENTRIES: usize = 10_000;

/// Types of elements.
const P_STRING: u16 = 18;

pub(super) fn is_abif(bytes: &[u8]) -> bool {
    start(bytes).is_some()
}

fn start(bytes: &[u8]) -> Option<&[u8]> {
    [0, MAC_HEADER].into_iter().filter_map(|at| bytes.get(at..)).find(|bytes| bytes.starts_with(b"ABIF"))
}

/// An item of the directory.
struct Item<'a> {
    name: [u8; 4],
    number: u32,
    element: u16,
    data: &'a [u8],
}

/// The items that could be read.
struct Directory<'a>(Vec<Item<'a>>);

pub(super) fn read(bytes: &[u8]) -> Result<RawTrace, TraceError> {
    let directory = Directory::read(Bytes(start(bytes).unwrap_or_default()))?;
    let called =
        directory.first(&[(*b"PBAS", 2), (*b"PBAS", 1)]).ok_or(TraceError::Missing("called base"))?;
    if called.len() > MOST_TRACE_BASES {
        return Err(TraceError::TooLarge { what: "called bases", limit: MOST_TRACE_BASES });
    }
    let edited = directory.data(*b"PBAS", 1);
    let peaks = directory.first(&[(*b"PLOC", 2), (*b"PLOC", 1)]).unwrap_or_default();
    // Peaks are counted without sign: a run can have more than 32,767 points.
    let peaks = shorts(peaks).map(|peak| u32::from(peak.cast_unsigned())).collect();
    Ok(RawTrace {
        format: TraceFormat::Abif,
        called: called.to_vec(),
        qualities: directory.first(&[(*b"PCON", 2), (*b"PCON", 1)]).unwrap_or_default().to_vec(),
        peaks,
        channels: directory.channels()?,
        origin: directory.origin(),
        has_edited_calls: edited.is_some_and(|edited| edited != called),
    })
}

impl<'a> Directory<'a> {
    fn read(file: Bytes<'a>) -> Result<Self, TraceError> {
        let count = file.size(18, "the directory")?;
        let offset = file.size(26, "the directory")?;
        if count > MOST_ENTRIES {
            return Err(TraceError::TooLarge { what: "items of the directory", limit: MOST_ENTRIES });
        }
        let entries = Bytes(file.part(offset, count * ENTRY, "the directory")?);
        (0..count).map(|index| Item::read(file, entries, index * ENTRY)).collect::<Result<_, _>>().map(Self)
    }

    fn data(&self, name: [u8; 4], number: u32) -> Option<&'a [u8]> {
        self.item(name, number).map(|item| item.data)
    }

    fn item(&self, name: [u8; 4], number: u32) -> Option<&Item<'a>> {
        self.0.iter().find(|item| item.name == name && item.number == number)
    }

    fn first(&self, wanted: &[([u8; 4], u32)]) -> Option<&'a [u8]> {
        wanted.iter().find_map(|(name, number)| self.data(*name, *number))
    }

    fn text(&self, name: [u8; 4], number: u32) -> String {
        let Some(item) = self.item(name, number) else { return String::new() };
        match (item.element, item.data.split_first()) {
            (P_STRING, Some((length, rest))) => text(&rest[..rest.len().min(usize::from(*length))]),
            _ => text(item.data),
        }
    }

    /// Analysed signal, put in the order A, C, G, T by the file's order of filter wheel.
    fn channels(&self) -> Result<[Vec<i32>; 4], TraceError> {
        let mut channels: [Vec<i32>; 4] = Default::default();
        let Some(order) = self.data(*b"FWO_", 1) else { return Ok(channels) };
        for (index, base) in order.iter().take(4).enumerate() {
            let number = 9 + u32::try_from(index).unwrap_or_default();
            let place = b"ACGT".iter().position(|known| *known == base.to_ascii_uppercase());
            let (Some(place), Some(data)) = (place, self.data(*b"DATA", number)) else { continue };
            if data.len() / 2 > MOST_TRACE_POINTS {
                return Err(TraceError::TooLarge { what: "points of a channel", limit: MOST_TRACE_POINTS });
            }
            channels[place] = shorts(data).map(i32::from).collect();
        }
        Ok(channels)
    }

    fn origin(&self) -> TraceOrigin {
        let caller = [self.text(*b"SPAC", 2), self.text(*b"SVER", 2)];
        let caller: Vec<&str> = caller.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        TraceOrigin {
            sample: self.text(*b"SMPL", 1),
            instrument: self.text(*b"MCHN", 1),
            model: self.text(*b"MODL", 1),
            run_start: self.time(1),
            run_end: self.time(2),
            mobility: [self.text(*b"PDMF", 2), self.text(*b"PDMF", 1)]
                .into_iter()
                .find(|name| !name.is_empty())
                .unwrap_or_default(),
            basecaller: caller.join(", "),
        }
    }

    /// Date (year in two bytes, month, day) and time (hour, minute, second) of a run's start (1) or end (2).
    fn time(&self, number: u32) -> String {
        let date = self.data(*b"RUND", number).unwrap_or_default();
        let time = self.data(*b"RUNT", number).unwrap_or_default();
        match (date, time) {
            ([high, low, month, day, ..], [hour, minute, second, ..]) => {
                let year = i16::from_be_bytes([*high, *low]);
                format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
            }
            _ => String::new(),
        }
    }
}

impl<'a> Item<'a> {
    fn read(file: Bytes<'a>, entries: Bytes<'a>, at: usize) -> Result<Self, TraceError> {
        let entry = Bytes(entries.part(at, ENTRY, "the directory")?);
        let name: [u8; 4] = entry.part(0, 4, "a name")?.try_into().unwrap_or_default();
        let number = entry.u32(4, "a number")?;
        let what = format!("item {}{number}", text(&name));
        let (element_size, count) = (usize::from(entry.u16(10, &what)?), entry.size(12, &what)?);
        let size = entry.size(16, &what)?;
        // Up to four bytes stand in the entry itself.
        let data = if size <= 4 {
            entry.part(20, size, &what)?
        } else {
            file.part(entry.size(20, &what)?, size, &what)?
        };
        let used = element_size.saturating_mul(count).min(size);
        Ok(Self { name, number, element: entry.u16(8, &what)?, data: &data[..used] })
    }
}
