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
//!
//! Most records are near to none of another family, and this is seen without comparing them:
//!
//! ```text
//! 1. equal sequences of one family are one haplotype, counted as often as it comes
//! 2. words of one family alone are left out:  ACGT..TC {Tytonidae}   GGCA..AT {Tytonidae, Cuculidae}
//!                                             left out               kept: all that a pair of two families can share
//! 3. haplotypes that share enough of these with one of another family are compared with it
//! 4. only those that are near to such a one are compared with their own family, by all words
//! ```
//!
//! Memory is O(bases): a bounded part of the words at a time, and those of several families. Time is O(n log n) for n
//! words, and for steps 3 and 4 as much as the words of several families are shared.

mod words;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;
use saola_refdb::{NewRecord, TaxonNumber, Taxonomy};
use saola_search::{Kind, Pattern};

use words::{SharedWords, Words};

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

/// Records of one marker and family with equal bases.
struct Haplotype<'a> {
    bases: &'a [u8],
    family: TaxonNumber,
    /// Positions among the records.
    records: Vec<usize>,
}

/// Finds the records in conflict, in the order of the records.
pub(crate) fn label_conflicts(taxonomy: &Taxonomy, records: &[NewRecord]) -> Vec<Conflict> {
    let mut by_marker: BTreeMap<&str, Vec<Haplotype<'_>>> = BTreeMap::new();
    let mut known: HashMap<(&str, &[u8], TaxonNumber), usize> = HashMap::new();
    for (record, NewRecord { marker, sequence: bases, taxon, .. }) in records.iter().enumerate() {
        let Some(family) = taxonomy.at_rank(*taxon, "family") else { continue };
        let haplotypes = by_marker.entry(marker).or_default();
        let place = *known.entry((marker, bases, family)).or_insert(haplotypes.len());
        match haplotypes.get_mut(place) {
            Some(haplotype) => haplotype.records.push(record),
            None => haplotypes.push(Haplotype { bases, family, records: vec![record] }),
        }
    }
    let mut conflicts: Vec<Conflict> = by_marker
        .into_values()
        .flat_map(|mut haplotypes| {
            haplotypes.sort_by_key(|haplotype| haplotype.bases.len());
            conflicts_of_marker(taxonomy, &haplotypes)
        })
        .collect();
    conflicts.sort_by_key(|conflict| conflict.record);
    conflicts
}

fn conflicts_of_marker(taxonomy: &Taxonomy, haplotypes: &[Haplotype<'_>]) -> Vec<Conflict> {
    let shared = SharedWords::new(haplotypes);
    let strangers = |place: usize| {
        let bases = haplotypes[place].bases;
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for other in shared.candidates(place).into_iter().filter(|other| is_near(bases, other.bases)) {
            *counts.entry(taxonomy.name(other.family)).or_default() += other.records.len();
        }
        (!counts.is_empty()).then_some((&haplotypes[place], counts))
    };
    let troubled: Vec<(&Haplotype<'_>, BTreeMap<&str, usize>)> =
        (0..haplotypes.len()).into_par_iter().filter_map(strangers).collect();
    let same = count_own_family(haplotypes, &troubled.iter().map(|(one, _)| *one).collect::<Vec<_>>());
    let judged = troubled.iter().zip(same);
    judged.flat_map(|((haplotype, strangers), same)| judge(taxonomy, haplotype, strangers, same)).collect()
}

/// For each of the troubled: near records of its own family, itself included.
fn count_own_family(haplotypes: &[Haplotype<'_>], troubled: &[&Haplotype<'_>]) -> Vec<usize> {
    let families: BTreeSet<TaxonNumber> = troubled.iter().map(|one| one.family).collect();
    let words = Words::new(troubled);
    let near: Vec<(usize, usize)> = haplotypes
        .par_iter()
        .filter(|haplotype| families.contains(&haplotype.family))
        .flat_map_iter(|haplotype| {
            let own = words.candidates(haplotype).into_iter().filter(|place| {
                let other = troubled[*place];
                other.family == haplotype.family && other.bases != haplotype.bases
            });
            own.filter(|place| is_near(haplotype.bases, troubled[*place].bases))
                .map(|place| (place, haplotype.records.len()))
                .collect::<Vec<_>>()
        })
        .collect();
    let mut counts: Vec<usize> = troubled.iter().map(|haplotype| haplotype.records.len()).collect();
    for (place, records) in near {
        counts[place] += records;
    }
    counts
}

/// In conflict when at least as many near records belong to some other family as to its own.
fn judge(
    taxonomy: &Taxonomy,
    haplotype: &Haplotype<'_>,
    strangers: &BTreeMap<&str, usize>,
    same: usize,
) -> Vec<Conflict> {
    // The first of the largest families, so that the reason does not depend on anything but the records.
    let Some((stranger, count)) = strangers.iter().rev().max_by_key(|(_, count)| **count) else {
        return Vec::new();
    };
    if *count < same {
        return Vec::new();
    }
    let reason = format!(
        "label conflict: nearly the same sequence as {count} records of {stranger} and {} others of {}",
        same - 1,
        taxonomy.name(haplotype.family)
    );
    haplotype.records.iter().map(|record| Conflict { record: *record, reason: reason.clone() }).collect()
}

fn is_near(one: &[u8], other: &[u8]) -> bool {
    let length = one.len().min(other.len());
    let limit = u32::try_from(length / BASES_PER_DIFFERENCE).unwrap_or(u32::MAX);
    let pattern = Pattern::with_min_overlap(one, length * 3 / 4);
    pattern.differences(other, Kind::Partial, Some(limit)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
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

    /// The definition at the head of this file, on all pairs and without words.
    fn by_definition(taxonomy: &Taxonomy, records: &[NewRecord]) -> Vec<usize> {
        let is_in_conflict = |index: &usize| {
            let own = records[*index].taxon;
            let near = |family: TaxonNumber| {
                let of_family = (0..records.len()).filter(|other| records[*other].taxon == family);
                let is_near = |other: &usize| {
                    other == index || is_near(&records[*index].sequence, &records[*other].sequence)
                };
                of_family.filter(is_near).count()
            };
            let others =
                (1..).map(TaxonNumber).take(taxonomy.taxa().len() - 1).filter(|family| *family != own);
            others.map(near).any(|count| count > 0 && count >= near(own))
        };
        (0..records.len()).filter(is_in_conflict).collect()
    }

    proptest! {
        #[test]
        fn words_find_what_the_definition_says(
            genes in proptest::collection::vec("[ACGT]{200}", 2..4),
            rows in proptest::collection::vec((0..4_usize, 1..3_u32, 0..200_usize, 0..200_usize, 0..10_usize), 1..14),
        ) {
            // Copies of a few genes, each with up to two bases changed and a few missing at its end.
            let records: Vec<NewRecord> = rows
                .into_iter()
                .map(|(gene, family, one, other, missing)| {
                    let mut bases = genes[gene % genes.len()].clone().into_bytes();
                    bases[one] = b'A';
                    bases[other] = b'C';
                    bases.truncate(200 - missing);
                    record(std::str::from_utf8(&bases).unwrap(), family)
                })
                .collect();
            let found = label_conflicts(&taxonomy(), &records);
            let found: Vec<usize> = found.into_iter().map(|conflict| conflict.record).collect();
            prop_assert_eq!(found, by_definition(&taxonomy(), &records));
        }
    }
}
