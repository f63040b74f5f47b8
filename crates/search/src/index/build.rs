//! Writes the index section of a marker.

use rayon::prelude::*;
use zerocopy::IntoBytes;
use zerocopy::little_endian::{U16, U32};

use super::cluster::{Draft, gather};
use super::layout::{ClusterEntry, HaplotypeEntry, Header, WordEntry};
use super::word::{expansions, words};
use super::{LAYOUT_VERSION, ROW, WORD, WORD_BITS};

/// Most words that are kept as typical of a marker: so many that chance finds few of them (1 in 256 of all words).
const TYPICAL_WORDS: usize = 1 << 16;

/// A distinct sequence of a marker.
pub(crate) struct Haplotype {
    /// Number of the sequence in the release.
    pub(crate) sequence: u32,
    /// Its base sets; not empty.
    pub(crate) masks: Vec<u8>,
    /// Numbers of the records that have it.
    pub(crate) records: Vec<u32>,
}

/// The section's bytes: the same for the same haplotypes, in whatever order they come. `None` when a number does not fit.
///
/// Time O(bases), in parallel but for the gathering of clusters.
pub(crate) fn build(mut haplotypes: Vec<Haplotype>) -> Option<Vec<u8>> {
    let order = |one: &Haplotype| (std::cmp::Reverse(one.masks.len()), one.sequence);
    haplotypes.par_sort_unstable_by_key(order);
    let mut drafts = gather(&haplotypes);
    // Clusters of one row first: a stable sort.
    drafts.sort_by_key(|draft| rows(draft) > 1);
    let first_rows = first_rows(&drafts)?;
    let wild: Vec<Vec<bool>> = drafts.par_iter().map(|draft| wild_pieces(draft, &haplotypes)).collect();
    let (words, postings) = postings(&drafts, &wild, &first_rows, &haplotypes)?;
    let directory = directory(&words)?;
    let typical = typical_words(&drafts, &haplotypes);
    let (haplotype_entries, records) = members(&drafts, &haplotypes)?;
    let (clusters, consensus) = clusters(&drafts, &wild, &first_rows, &haplotypes)?;
    let single = drafts.iter().filter(|draft| rows(draft) == 1).count();
    let owners = drafts.iter().enumerate().skip(single).flat_map(|(number, draft)| {
        std::iter::repeat_n(U32::new(u32::try_from(number).unwrap_or(u32::MAX)), rows(draft))
    });
    let owners: Vec<U32> = owners.collect();
    let wild_rows = wild_rows(&drafts, &wild);
    let count = |length: usize| u32::try_from(length).ok().map(U32::new);
    let header = Header {
        layout_version: LAYOUT_VERSION.into(),
        word: count(WORD)?,
        haplotypes: count(haplotype_entries.len())?,
        records: count(records.len())?,
        clusters: count(clusters.len())?,
        owners: count(owners.len())?,
        directory: count(directory.len())?,
        words: count(words.len())?,
        postings: count(postings.len())?,
        typical: count(typical.len())?,
        rows: count(wild_rows.len())?,
        reserved: 0.into(),
    };
    Some(
        [
            header.as_bytes(),
            haplotype_entries.as_bytes(),
            records.as_bytes(),
            clusters.as_bytes(),
            owners.as_bytes(),
            directory.as_bytes(),
            words.as_bytes(),
            postings.as_bytes(),
            typical.as_bytes(),
            wild_rows.as_bytes(),
            &consensus,
        ]
        .concat(),
    )
}

fn pieces(draft: &Draft) -> usize {
    draft.consensus.len() / WORD
}

/// Rows of a cluster: at least one, so that every cluster has a place.
fn rows(draft: &Draft) -> usize {
    pieces(draft).div_ceil(ROW).max(1)
}

/// The first row of each cluster, and the number of rows.
fn first_rows(drafts: &[Draft]) -> Option<Vec<u32>> {
    let mut next = 0_u32;
    let mut first = vec![0];
    for draft in drafts {
        next = next.checked_add(u32::try_from(rows(draft)).ok()?)?;
        first.push(next);
    }
    // Postings count pieces in 32 bits.
    usize::try_from(next).is_ok_and(|rows| rows <= u32::MAX as usize / ROW).then_some(first)
}

/// The whole pieces of a member: number of the piece, and its base sets.
fn whole_pieces(masks: &[u8], start: usize) -> impl Iterator<Item = (usize, &[u8])> {
    let first = start.div_ceil(WORD);
    let inside = masks.get(first * WORD - start..).unwrap_or_default();
    (first..).zip(inside.chunks_exact(WORD))
}

/// Which pieces have too many words to be listed.
fn wild_pieces(draft: &Draft, haplotypes: &[Haplotype]) -> Vec<bool> {
    let mut wild = vec![false; pieces(draft)];
    for &(number, start) in &draft.members {
        for (piece, masks) in whole_pieces(&haplotypes[number].masks, start) {
            wild[piece] |= expansions(masks).is_none();
        }
    }
    wild
}

/// Words and the pieces where they occur, both sorted.
fn postings(
    drafts: &[Draft],
    wild: &[Vec<bool>],
    first_rows: &[u32],
    haplotypes: &[Haplotype],
) -> Option<(Vec<WordEntry>, Vec<U32>)> {
    let mut pairs: Vec<(u32, u32)> = drafts
        .par_iter()
        .zip(wild)
        .zip(first_rows)
        .flat_map_iter(|((draft, wild), first_row)| {
            let mut pairs: Vec<(u32, u32)> = Vec::new();
            for &(number, start) in &draft.members {
                for (piece, masks) in whole_pieces(&haplotypes[number].masks, start) {
                    // Rows were checked to be few enough for 32 bits.
                    let place = u32::try_from(*first_row as usize * ROW + piece).unwrap_or(u32::MAX);
                    let words = expansions(masks).filter(|_| !wild[piece]);
                    pairs.extend(words.into_iter().flatten().map(|word| (word, place)));
                }
            }
            pairs.sort_unstable();
            pairs.dedup();
            pairs
        })
        .collect();
    pairs.par_sort_unstable();
    let entry = |word: u32, posting: usize| {
        Some(WordEntry { word: word.into(), first_posting: u32::try_from(posting).ok()?.into() })
    };
    let mut entries = Vec::new();
    let mut before = None;
    for (posting, (word, _)) in pairs.iter().enumerate() {
        if before != Some(word) {
            entries.push(entry(*word, posting)?);
            before = Some(word);
        }
    }
    entries.push(entry(u32::MAX, pairs.len())?);
    Some((entries, pairs.into_iter().map(|(_, place)| U32::new(place)).collect()))
}

/// Where the words of each range begin: about two words a range.
fn directory(words: &[WordEntry]) -> Option<Vec<U32>> {
    let known = words.len() - 1;
    let bits = (known / 2).max(1).ilog2().min(WORD_BITS);
    let slot = |entry: &WordEntry| (entry.word.get() >> (WORD_BITS - bits)) as usize;
    let mut first = vec![0_usize; (1 << bits) + 1];
    for entry in &words[..known] {
        first[slot(entry) + 1] += 1;
    }
    let mut sum = 0;
    first
        .iter()
        .map(|count| {
            sum += count;
            u32::try_from(sum).ok().map(U32::new)
        })
        .collect()
}

/// The words that most clusters share, sorted by value.
fn typical_words(drafts: &[Draft], haplotypes: &[Haplotype]) -> Vec<U32> {
    let mut counts = vec![0_u32; 1 << WORD_BITS];
    for draft in drafts {
        for (_, word) in
            draft.members.first().into_iter().flat_map(|one| words(&haplotypes[one.0].masks, WORD))
        {
            counts[word as usize] += 1;
        }
    }
    let mut found: Vec<(std::cmp::Reverse<u32>, u32)> = (0_u32..)
        .zip(&counts)
        .filter(|(_, count)| **count > 0)
        .map(|(word, count)| (std::cmp::Reverse(*count), word))
        .collect();
    found.par_sort_unstable();
    found.truncate(TYPICAL_WORDS);
    let mut typical: Vec<u32> = found.into_iter().map(|(_, word)| word).collect();
    typical.sort_unstable();
    typical.into_iter().map(U32::new).collect()
}

/// The members of all clusters, in their order, and their records.
fn members(drafts: &[Draft], haplotypes: &[Haplotype]) -> Option<(Vec<HaplotypeEntry>, Vec<U32>)> {
    let mut entries = Vec::new();
    let mut records: Vec<U32> = Vec::new();
    for &(number, start) in drafts.iter().flat_map(|draft| &draft.members) {
        let haplotype = &haplotypes[number];
        entries.push(HaplotypeEntry {
            sequence: haplotype.sequence.into(),
            start: u32::try_from(start).ok()?.into(),
            bases: u32::try_from(haplotype.masks.len()).ok()?.into(),
            first_record: u32::try_from(records.len()).ok()?.into(),
        });
        records.extend(haplotype.records.iter().map(|&record| U32::new(record)));
    }
    let end = u32::try_from(records.len()).ok()?.into();
    entries.push(HaplotypeEntry { sequence: 0.into(), start: 0.into(), bases: 0.into(), first_record: end });
    Some((entries, records))
}

/// The clusters and the bytes of their consensus sequences.
fn clusters(
    drafts: &[Draft],
    wild: &[Vec<bool>],
    first_rows: &[u32],
    haplotypes: &[Haplotype],
) -> Option<(Vec<ClusterEntry>, Vec<u8>)> {
    let number = |count: usize| u32::try_from(count).ok().map(U32::new);
    let mut entries = Vec::new();
    let mut consensus = Vec::new();
    let mut first_haplotype = 0;
    for ((draft, wild), first_row) in drafts.iter().zip(wild).zip(first_rows) {
        let starts = draft.members.iter().map(|member| member.1);
        let ends = draft.members.iter().map(|member| member.1 + haplotypes[member.0].masks.len());
        entries.push(ClusterEntry {
            first_haplotype: number(first_haplotype)?,
            first_row: (*first_row).into(),
            bases: number(draft.consensus.len())?,
            first_byte: number(consensus.len())?,
            wild: number(wild.iter().filter(|wild| **wild).count())?,
            latest_start: number(starts.max().unwrap_or_default())?,
            earliest_end: number(ends.min().unwrap_or_default())?,
        });
        first_haplotype += draft.members.len();
        consensus
            .extend(draft.consensus.chunks(2).map(|two| two[0] | two.get(1).map_or(0, |mask| mask << 4)));
    }
    entries.push(ClusterEntry {
        first_haplotype: number(first_haplotype)?,
        first_row: (*first_rows.last()?).into(),
        bases: 0.into(),
        first_byte: number(consensus.len())?,
        wild: 0.into(),
        latest_start: 0.into(),
        earliest_end: 0.into(),
    });
    Some((entries, consensus))
}

/// Wild pieces of a cluster in its first row, 0 in its others.
fn wild_rows(drafts: &[Draft], wild: &[Vec<bool>]) -> Vec<U16> {
    drafts
        .iter()
        .zip(wild)
        .flat_map(|(draft, wild)| {
            let count = wild.iter().filter(|wild| **wild).count();
            let first = U16::new(u16::try_from(count).unwrap_or(u16::MAX));
            std::iter::once(first).chain(std::iter::repeat_n(U16::new(0), rows(draft) - 1))
        })
        .collect()
}
