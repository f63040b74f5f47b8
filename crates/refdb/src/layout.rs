//! The fixed-size parts of the file and the section table; see the crate's documentation for the picture.

use std::{io::Write, ops::Range};

use rayon::prelude::*;
use saola_digest::Sha256Digest;
use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    little_endian::{U16, U32, U64},
};

pub(crate) const MAGIC: [u8; 8] = *b"SAOLAREF";
pub(crate) const FORMAT_VERSION: u32 = 1;
pub(crate) const ALIGNMENT: usize = 64;
/// Bytes in a section's name.
pub(crate) const LONGEST_NAME: usize = 16;
/// More sections than any version will have; bounds what a hostile header can make us read.
pub(crate) const MOST_SECTIONS: usize = 256;

#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned, Clone, Copy)]
#[repr(C)]
pub(crate) struct Header {
    pub(crate) magic: [u8; 8],
    pub(crate) format_version: U32,
    pub(crate) section_count: U32,
    pub(crate) file_length: U64,
    pub(crate) reserved: U64,
}

#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned, Clone, Copy)]
#[repr(C)]
pub(crate) struct TableEntry {
    pub(crate) name: [u8; LONGEST_NAME],
    pub(crate) offset: U64,
    pub(crate) length: U64,
    pub(crate) sha256: [u8; 32],
}

/// One record's fixed-size part.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned, Clone, Copy)]
#[repr(C)]
pub(crate) struct Entry {
    pub(crate) sequence: U32,
    pub(crate) taxon: U32,
    pub(crate) marker: U16,
    pub(crate) tier: u8,
    pub(crate) reserved: u8,
    pub(crate) leaf: [u8; 32],
}

/// Where one distinct sequence is stored.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned, Clone, Copy)]
#[repr(C)]
pub(crate) struct SequenceEntry {
    pub(crate) first_byte: U64,
    pub(crate) bases: U32,
    pub(crate) ambiguities: U32,
    pub(crate) first_ambiguity: U64,
}

/// One base that is not A, C, G or T.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned, Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Ambiguity {
    pub(crate) position: U32,
    pub(crate) code: u8,
    pub(crate) reserved: [u8; 3],
}

/// A named part of the file.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) name: String,
    pub(crate) range: Range<usize>,
    pub(crate) sha256: Sha256Digest,
}

/// Why the header or the section table cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LayoutError {
    Foreign,
    Newer(u32),
    Truncated { expected: u64, found: u64 },
    Damaged(String),
}

/// Reads and checks header and section table; no section is read.
pub(crate) fn read_sections(bytes: &[u8]) -> Result<Vec<Section>, LayoutError> {
    let truncated =
        |expected: usize| LayoutError::Truncated { expected: expected as u64, found: bytes.len() as u64 };
    if !bytes.starts_with(&MAGIC) {
        return Err(LayoutError::Foreign);
    }
    let (header, rest) = Header::ref_from_prefix(bytes).map_err(|_| truncated(ALIGNMENT))?;
    let version = header.format_version.get();
    if version > FORMAT_VERSION {
        return Err(LayoutError::Newer(version));
    }
    if version == 0 {
        return Err(LayoutError::Damaged("format version 0 was never written".to_owned()));
    }
    if header.file_length.get() != bytes.len() as u64 {
        return Err(LayoutError::Truncated { expected: header.file_length.get(), found: bytes.len() as u64 });
    }
    let count = header.section_count.get() as usize;
    if count > MOST_SECTIONS {
        return Err(LayoutError::Damaged(format!("{count} sections")));
    }
    let (digest, rest) = rest.split_at_checked(32).ok_or_else(|| truncated(ALIGNMENT))?;
    let table_length = count * size_of::<TableEntry>();
    let table = rest.get(..table_length).ok_or_else(|| truncated(ALIGNMENT + table_length))?;
    if Sha256Digest::of_parts([header.as_bytes(), table]).as_bytes() != digest {
        return Err(LayoutError::Damaged("the header does not have its recorded SHA-256".to_owned()));
    }
    let entries = <[TableEntry]>::ref_from_bytes(table).unwrap_or_default();
    let sections: Vec<Section> =
        entries.iter().map(|entry| read_entry(entry, bytes.len())).collect::<Result<_, _>>()?;
    check_gaps(bytes, &sections, ALIGNMENT + table_length)?;
    Ok(sections)
}

/// Sections follow one another and only zeros lie between them, so that no byte of the file is without a check.
fn check_gaps(bytes: &[u8], sections: &[Section], mut end: usize) -> Result<(), LayoutError> {
    for section in sections {
        let gap = bytes.get(end..section.range.start);
        if !gap.is_some_and(|gap| gap.len() < ALIGNMENT && gap.iter().all(|&byte| byte == 0)) {
            return Err(LayoutError::Damaged(format!("the bytes before section {:?}", section.name)));
        }
        end = section.range.end;
    }
    if end == bytes.len() {
        Ok(())
    } else {
        Err(LayoutError::Damaged("bytes behind the last section".to_owned()))
    }
}

fn read_entry(entry: &TableEntry, file_length: usize) -> Result<Section, LayoutError> {
    let name = entry.name.split(|&byte| byte == 0).next().unwrap_or_default();
    let name = String::from_utf8_lossy(name).into_owned();
    let bounds = || {
        let start = usize::try_from(entry.offset.get()).ok()?;
        let end = start.checked_add(usize::try_from(entry.length.get()).ok()?)?;
        (end <= file_length).then_some(start..end)
    };
    let range =
        bounds().ok_or_else(|| LayoutError::Damaged(format!("section {name:?} lies outside the file")))?;
    Ok(Section { name, range, sha256: Sha256Digest::from_bytes(entry.sha256) })
}

/// A section's name and content, ready to be written.
pub(crate) type NewSection<'a> = (&'a str, &'a [u8]);

/// Header, its digest and the section table of a file with these sections. Time O(bytes), in parallel.
pub(crate) fn head(sections: &[NewSection<'_>]) -> Vec<u8> {
    let mut end = ALIGNMENT + sections.len() * size_of::<TableEntry>();
    let digests: Vec<Sha256Digest> =
        sections.par_iter().map(|(_, content)| Sha256Digest::of(content)).collect();
    let mut table = Vec::with_capacity(sections.len());
    for ((name, content), sha256) in sections.iter().zip(digests) {
        let offset = end.next_multiple_of(ALIGNMENT);
        let mut padded = [0; LONGEST_NAME];
        padded.iter_mut().zip(name.bytes()).for_each(|(place, byte)| *place = byte);
        table.push(TableEntry {
            name: padded,
            offset: (offset as u64).into(),
            length: (content.len() as u64).into(),
            sha256: *sha256.as_bytes(),
        });
        end = offset + content.len();
    }
    let header = Header {
        magic: MAGIC,
        format_version: FORMAT_VERSION.into(),
        section_count: U32::new(u32::try_from(sections.len()).unwrap_or(u32::MAX)),
        file_length: (end as u64).into(),
        reserved: 0.into(),
    };
    let digest = Sha256Digest::of_parts([header.as_bytes(), table.as_bytes()]);
    [header.as_bytes(), digest.as_bytes(), table.as_bytes()].concat()
}

/// Writes sections behind a header and section table, one after the other.
pub(crate) fn write_file(sections: &[NewSection<'_>], output: &mut impl Write) -> std::io::Result<()> {
    let head = head(sections);
    output.write_all(&head)?;
    let mut end = head.len();
    for (_, content) in sections {
        let start = end.next_multiple_of(ALIGNMENT);
        output.write_all(&[0; ALIGNMENT][..start - end])?;
        output.write_all(content)?;
        end = start + content.len();
    }
    Ok(())
}
