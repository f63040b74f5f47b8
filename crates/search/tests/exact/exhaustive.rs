//! The plain search against every pair compared one by one.

use crate::generate::{related, sequence};
use proptest::collection::vec;
use proptest::prelude::*;
use saola_search::{
    Comparison, Hit, Kind, Options, Outcome, Pattern, Ratio, Reference, Strand, merit, ranking,
    reverse_complement, search,
};
use std::cmp::Reverse;

/// A record's comparison by the definition: both kinds on both strands, one after the other.
fn place(query: &[u8], reference: &[u8], min_overlap: usize) -> Option<(Strand, Comparison)> {
    let mut found = Vec::new();
    for strand in [Strand::Plus, Strand::Minus] {
        let pattern = Pattern::with_min_overlap(&strand.read(query), min_overlap);
        for kind in [Kind::Spanning, Kind::Partial] {
            found.extend(pattern.counts(reference, kind).map(|one| (strand, one)));
        }
    }
    found
        .into_iter()
        .min_by_key(|(strand, one)| (Reverse(one.identity()), one.kind, one.differences, *strand))
}

fn by_hand(query: &[u8], references: &[Reference<'_>], options: &Options) -> Outcome {
    let bases = u32::try_from(query.len()).unwrap();
    let mut all: Vec<Hit> = references
        .iter()
        .enumerate()
        .filter_map(|(index, reference)| {
            let (strand, mut comparison) = place(query, reference.bases, options.min_overlap)?;
            if strand == Strand::Minus {
                let (start, end) = (comparison.query_start, comparison.query_end);
                comparison.query_start = bases + 1 - end;
                comparison.query_end = bases + 1 - start;
            }
            let id = reference.id.to_owned();
            Some(Hit { id, index, strand, comparison })
        })
        .collect();
    all.sort_by(|one, other| ranking((&one.comparison, &one.id), (&other.comparison, &other.id)));
    let tied = |one: &Hit, other: &Hit| merit(&one.comparison, &other.comparison).is_eq();
    let best = all.iter().filter(|hit| tied(hit, &all[0])).cloned();
    let reaching = all.iter().filter(|hit| hit.comparison.identity() >= options.min_identity);
    let reaching: Vec<Hit> = reaching.cloned().collect();
    let kept = reaching.iter().enumerate().filter(|(rank, hit)| {
        options.max_hits.is_none_or(|most| *rank < most || most > 0 && tied(hit, &reaching[most - 1]))
    });
    Outcome { best: best.collect(), hits: kept.map(|(_, hit)| hit.clone()).collect(), ..Outcome::default() }
}

fn on_threads(threads: usize, work: impl Fn() -> Outcome + Send + Sync) -> Outcome {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.unwrap().install(work)
}

/// A query, records of which some are akin to it, some of those turned round, some twice.
fn database() -> impl Strategy<Value = (Vec<u8>, Vec<Vec<u8>>)> {
    let strangers = vec(sequence(200), 0..4);
    (vec(related(200), 1..5), strangers).prop_map(|(pairs, strangers)| {
        let query = pairs[0].0.clone();
        let mut records: Vec<Vec<u8>> = Vec::new();
        for (rank, (_, reference)) in pairs.into_iter().enumerate() {
            if rank % 2 == 1 {
                records.push(reverse_complement(&reference));
                let mut near = query.clone();
                near.truncate(query.len().saturating_sub(7 * rank));
                records.push(near);
            }
            records.push(reference.clone());
            records.push(reference);
        }
        records.extend(strangers);
        (query, records)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_search_is_every_pair_compared(
        (query, records) in database(),
        percent in select_percent(),
        max_hits in proptest::option::of(0_usize..5),
        min_overlap in 20_usize..120,
    ) {
        let ids: Vec<String> = (0..records.len()).map(|number| format!("record-{}", 50 - number)).collect();
        let references: Vec<Reference<'_>> = ids
            .iter()
            .zip(&records)
            .map(|(id, bases)| Reference { id, bases })
            .collect();
        let options = Options {
            min_identity: Ratio::new(percent, 100).unwrap(),
            max_hits,
            min_overlap,
            both_strands: true,
            prove_down_to: Ratio::ZERO,
        };
        let found = on_threads(1, || search(&query, &references, &options));
        prop_assert_eq!(&found, &on_threads(4, || search(&query, &references, &options)));
        let mut expected = by_hand(&query, &references, &options);
        expected.certificate = found.certificate;
        prop_assert_eq!(&found, &expected);
        prop_assert_eq!(found.certificate.records, references.len());

        // A record's own identity is a least identity that it just reaches.
        let all = by_hand(&query, &references, &Options { min_identity: Ratio::ZERO, max_hits: None, ..options });
        for hit in &all.hits {
            let sharp = Options { min_identity: hit.comparison.identity(), max_hits: None, ..options };
            prop_assert!(search(&query, &references, &sharp).hits.contains(hit), "{hit:?}");
        }

        let turned: Vec<Reference<'_>> = references.iter().rev().copied().collect();
        let again = search(&query, &turned, &options);
        let names = |hits: &[Hit]| hits.iter().map(|hit| hit.id.clone()).collect::<Vec<_>>();
        prop_assert_eq!(names(&again.best), names(&found.best));
        prop_assert_eq!(names(&again.hits), names(&found.hits));
    }
}

fn select_percent() -> impl Strategy<Value = u64> {
    proptest::sample::select(&[0_u64, 50, 80, 95, 100][..])
}
