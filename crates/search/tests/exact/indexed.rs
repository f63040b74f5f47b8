//! The search by the index against the plain search over all records.

use std::collections::BTreeMap;

use crate::generate::{edited, related, sequence};
use proptest::collection::vec;
use proptest::prelude::*;
use saola_refdb::{NewRecord, Release, ReleaseBuilder, Taxon, TaxonNumber, Taxonomy, Tier};
use saola_search::{
    Alignment, Certificate, Options, Outcome, Ratio, ReleaseSearch, align, reverse_complement,
};
use saola_seq::MarkerTable;

/// A release of one marker with these sequences, in this order of ids.
pub(crate) fn release(sequences: &[Vec<u8>]) -> Release {
    let markers = b"marker\taliases\tgenome\tcoding\treference_accession\treference_start\treference_end\t\
        reference_strand\tminimum_length\tprimers\nCOI-5P\t\tmitochondrion\tyes\t\t\t\t\t100\t\n";
    let root = Taxon {
        id: "1".into(),
        name: "root".into(),
        rank: "no rank".into(),
        parent: String::new(),
        source: String::new(),
    };
    let record = |(number, sequence): (usize, &Vec<u8>)| NewRecord {
        fields: BTreeMap::from([("record_id".to_owned(), format!("r{number:04}"))]),
        // A release holds IUPAC codes alone.
        sequence: sequence.iter().map(|&code| if code == b'?' { b'N' } else { code }).collect(),
        marker: "COI-5P".into(),
        taxon: TaxonNumber(0),
        tier: Tier::Screening,
    };
    let builder = ReleaseBuilder {
        markers: MarkerTable::parse("markers", markers).unwrap(),
        taxonomy: Taxonomy::new(vec![root], vec![], vec![], vec![]).unwrap(),
        records: sequences.iter().enumerate().map(record).collect(),
        ..ReleaseBuilder::default()
    };
    Release::from_bytes(builder.write().unwrap(), "test").unwrap()
}

/// Compares both searches of a query under these options.
fn check(search: &ReleaseSearch<'_>, query: &[u8], options: &Options) -> Result<(), TestCaseError> {
    let marker = search.release().markers().resolve("COI-5P").unwrap();
    let found = search.search(marker, query, options);
    let plain = search.search_exhaustively(marker, query, options);
    prop_assert_eq!(&found.hits, &plain.hits, "{:?}", options);
    let account = found.certificate;
    let parts = account.excluded_by_words + account.excluded_by_consensus + account.excluded_by_differences;
    prop_assert_eq!(parts + account.aligned, account.records);
    if account.best_proven {
        prop_assert_eq!(&found.best, &plain.best);
    }
    prop_assert!(account.best_proven || options.prove_down_to > Ratio::ZERO);
    for hit in found.hits.iter().chain(&found.best) {
        let reference =
            search.release().record(u32::try_from(hit.index).unwrap()).unwrap().sequence().unwrap();
        let between = Alignment::of_hit(query, &reference, hit.strand, &hit.comparison).unwrap();
        let whole = align(query, &reference, hit.comparison.kind, hit.strand, options.min_overlap);
        prop_assert_eq!(Some(between), whole.unwrap());
    }
    check_bound(&found, &plain)
}

/// No record that was left out reaches the identity that the account names.
fn check_bound(found: &Outcome, plain: &Outcome) -> Result<(), TestCaseError> {
    let Certificate { identity_bound, best_proven, .. } = found.certificate;
    if best_proven && plain.best.first().is_some_and(|best| best.comparison.identity() < identity_bound) {
        prop_assert!(found.hits.is_empty());
    }
    Ok(())
}

/// A family of sequences: an ancestor, changed copies of it, pieces of those, and strangers; some turned round.
fn family(most: usize) -> impl Strategy<Value = (Vec<u8>, Vec<Vec<u8>>)> {
    let copies = vec((edited(40), 0_usize..100, 0_usize..100, any::<bool>()), 1..12);
    (sequence(most), copies, vec(sequence(most), 0..3)).prop_map(|(ancestor, copies, strangers)| {
        let mut records: Vec<Vec<u8>> = vec![ancestor.clone()];
        for (edits, start, end, turned) in copies {
            let copy = edits.apply(&ancestor);
            let (start, end) = (start * copy.len() / 200, copy.len() - end * copy.len() / 200);
            let piece = copy[start..end].to_vec();
            records.push(if turned { reverse_complement(&piece) } else { piece });
        }
        let query = records[records.len() / 2].clone();
        records.extend(strangers);
        (query, records)
    })
}

fn options() -> impl Strategy<Value = Options> {
    let percent = proptest::sample::select(&[0_u64, 50, 80, 90, 95, 99, 100][..]);
    let down = proptest::sample::select(&[0_u64, 75, 95][..]);
    (percent, down, proptest::option::of(0_usize..4), 20_usize..120, any::<bool>()).prop_map(
        |(percent, down, max_hits, min_overlap, both_strands)| Options {
            min_identity: Ratio::percent(percent),
            max_hits,
            min_overlap,
            both_strands,
            prove_down_to: Ratio::percent(down),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn families_of_barcodes((query, records) in family(700), edits in edited(20), options in options()) {
        let release = release(&records);
        let search = ReleaseSearch::new(&release).unwrap();
        check(&search, &query, &options)?;
        let changed = edits.apply(&query);
        check(&search, &changed, &options)?;
        check(&search, &changed[changed.len() / 4..changed.len() * 3 / 4], &options)?;
    }

    #[test]
    fn short_and_strange_sequences(pairs in vec(related(200), 1..6), options in options()) {
        let records: Vec<Vec<u8>> = pairs.iter().map(|pair| pair.1.clone()).collect();
        let release = release(&records);
        let search = ReleaseSearch::new(&release).unwrap();
        check(&search, &pairs[0].0, &options)?;
    }
}
