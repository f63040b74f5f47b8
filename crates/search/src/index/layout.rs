//! The fixed-size parts of an index section; see the module above for the picture.

use zerocopy::little_endian::U32;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned, Clone, Copy)]
#[repr(C)]
pub(super) struct Header {
    pub(super) layout_version: U32,
    pub(super) word: U32,
    pub(super) haplotypes: U32,
    pub(super) records: U32,
    pub(super) clusters: U32,
    pub(super) owners: U32,
    pub(super) directory: U32,
    pub(super) words: U32,
    pub(super) postings: U32,
    pub(super) typical: U32,
    pub(super) rows: U32,
    pub(super) reserved: U32,
}

#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned, Clone, Copy)]
#[repr(C)]
pub(super) struct HaplotypeEntry {
    pub(super) sequence: U32,
    pub(super) start: U32,
    pub(super) bases: U32,
    pub(super) first_record: U32,
}

#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned, Clone, Copy)]
#[repr(C)]
pub(super) struct ClusterEntry {
    pub(super) first_haplotype: U32,
    pub(super) first_row: U32,
    pub(super) bases: U32,
    pub(super) first_byte: U32,
    pub(super) wild: U32,
    pub(super) latest_start: U32,
    pub(super) earliest_end: U32,
}

#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned, Clone, Copy)]
#[repr(C)]
pub(super) struct WordEntry {
    pub(super) word: U32,
    pub(super) first_posting: U32,
}
