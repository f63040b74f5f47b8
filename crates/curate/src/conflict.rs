//! Records whose label contradicts those of nearly identical records: the same barcode under two families.
//!
//! Two records of one marker are *near* when they differ in at most 2 % of the shorter one's bases over at least
//! three quarters of it; so near, barcodes of different families do not come (families of vertebrates differ by some
//! 10 % and more in COI). A record is in conflict when at least as many near records belong to some other family as to
//! its own, itself included: a lone stranger among many is in conflict, the many are not; one against one, both are.
//!
//! Near pairs are found by shared words of 24 bases: each difference destroys at most 24 of them, so that two
//! sequences of L bases with at most L / 50 differences share at least L - 23 - 24 L / 50 (the q-gram lemma, Jokinen
//! and Ukkonen 1991).

use std::collections::BTreeMap;

use saola_refdb::{NewRecord, TaxonNumber, Taxonomy};
use saola_search::{Kind, Pattern};
use saola_seq::kmers;

const WORD: usize = 24;
/// One difference in so many bases is still near.
const BASES_PER_DIFFERENCE: usize = 50;

/// Why a record is in conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Conflict {
    /// Position among the records.
    pub(crate) record: usize,
    /// What to say of it.
    pub(crate) reason: String,
}

/// Finds the records in conflict, in the order of the records.
pub(crate) fn label_conflicts(taxonomy: &Taxonomy, records: &[NewRecord]) -> Vec<Conflict> {
    let mut by_marker: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, record) in records.iter().enumerate() {
        by_marker.entry(&record.marker).or_default().push(index);
    }
    let family = |index: usize| taxonomy.at_rank(records[index].taxon, "family");
    let mut conflicts: Vec<Conflict> = by_marker
        .values()
        .flat_map(|members| {
            let words = Words::new(records, members);
            let conflict = |index: &usize| conflict_of(taxonomy, records, &words, *index, &family);
            members.iter().filter_map(conflict).collect::<Vec<_>>()
        })
        .collect();
    conflicts.sort_by_key(|conflict| conflict.record);
    conflicts
}

fn conflict_of(
    taxonomy: &Taxonomy,
    records: &[NewRecord],
    words: &Words,
    index: usize,
    family: &impl Fn(usize) -> Option<TaxonNumber>,
) -> Option<Conflict> {
    let own = family(index)?;
    let candidates = words.candidates(records, index);
    if candidates.iter().all(|other| family(*other).is_none_or(|family| family == own)) {
        return None;
    }
    let near = candidates.into_iter().filter(|other| is_near(&records[index], &records[*other]));
    let (mut same, mut others) = (1, BTreeMap::new());
    for family in near.filter_map(family) {
        if family == own {
            same += 1;
        } else {
            *others.entry(taxonomy.name(family)).or_insert(0) += 1;
        }
    }
    // The first of the largest families, so that the reason does not depend on anything but the records.
    let (stranger, count) = others.into_iter().rev().max_by_key(|(_, count)| *count)?;
    (count >= same).then(|| Conflict {
        record: index,
        reason: format!(
            "label conflict: nearly the same sequence as {count} records of {stranger} and {} others of {}",
            same - 1,
            taxonomy.name(own)
        ),
    })
}

fn is_near(one: &NewRecord, other: &NewRecord) -> bool {
    let length = one.sequence.len().min(other.sequence.len());
    let limit = u32::try_from(length / BASES_PER_DIFFERENCE).unwrap_or(u32::MAX);
    let pattern = Pattern::with_min_overlap(&one.sequence, length * 3 / 4);
    pattern.differences(&other.sequence, Kind::Partial, Some(limit)).is_some()
}

/// Which records of a marker hold each word.
struct Words(Vec<(u64, usize)>);

impl Words {
    fn new(records: &[NewRecord], members: &[usize]) -> Self {
        let of = |index: &usize| {
            let index = *index;
            kmers(&records[index].sequence, WORD).map(move |word| (word, index))
        };
        let mut words: Vec<(u64, usize)> = members.iter().flat_map(of).collect();
        words.sort_unstable();
        words.dedup();
        Self(words)
    }

    /// Other records that share enough words to be near.
    fn candidates(&self, records: &[NewRecord], index: usize) -> Vec<usize> {
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for word in kmers(&records[index].sequence, WORD) {
            let start = self.0.partition_point(|(known, _)| *known < word);
            for (_, other) in self.0[start..].iter().take_while(|(known, _)| *known == word) {
                *shared.entry(*other).or_default() += 1;
            }
        }
        let enough = |other: usize| {
            // Three quarters of the shorter sequence must overlap, and only there words can be shared.
            let length = records[index].sequence.len().min(records[other].sequence.len()) * 3 / 4;
            length.saturating_sub(WORD - 1 + WORD * (length / BASES_PER_DIFFERENCE)).max(1)
        };
        shared
            .into_iter()
            .filter(|(other, count)| *other != index && *count >= enough(*other))
            .map(|(o, _)| o)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use saola_refdb::{Taxon, Tier};

    fn taxonomy() -> Taxonomy {
        let taxon = |id: &str, name: &str, rank: &str, parent: &str| {
            let [id, name, rank, parent] = [id, name, rank, parent].map(str::to_owned);
            Taxon { id, name, rank, parent, source: String::new() }
        };
        let taxa = vec![
            taxon("1", "root", "root", ""),
            taxon("2", "Tytonidae", "family", "1"),
            taxon("3", "Cuculidae", "family", "1"),
        ];
        Taxonomy::new(taxa, vec![], vec![], vec![]).unwrap()
    }

    fn record(sequence: &str, taxon: u32) -> NewRecord {
        let (fields, marker) = (BTreeMap::new(), "COI-5P".to_owned());
        let taxon = TaxonNumber(taxon);
        NewRecord { fields, sequence: sequence.into(), marker, taxon, tier: Tier::Screening }
    }

    const ONE: &str = "ACGTTGCAACCAGTTGACCATGCATTAGGCATCCGATTACAGGCATTACGGATTCCAGATCAGATTTACGGCATATCG";
    const TWO: &str = "TTTGGCCAAATTTCCGGGATATATCGCGATATCCCGGGAAATTTGGCCAACGCGTATATCCGGAATTCCATATGCGC";

    #[test]
    fn a_lone_stranger_is_in_conflict_and_the_many_are_not() {
        let records = [record(ONE, 1), record(ONE, 1), record(ONE, 2), record(TWO, 2), record(TWO, 2)];
        let found = label_conflicts(&taxonomy(), &records);
        assert_eq!(found.iter().map(|conflict| conflict.record).collect::<Vec<_>>(), [2]);
        assert!(found[0].reason.contains("2 records of Tytonidae and 0 others of Cuculidae"));
    }

    #[test]
    fn one_against_one_both_are_in_conflict() {
        let records = [record(ONE, 1), record(ONE, 2)];
        assert_eq!(label_conflicts(&taxonomy(), &records).len(), 2);
        assert!(label_conflicts(&taxonomy(), &[record(ONE, 1), record(TWO, 2)]).is_empty());
    }
}
