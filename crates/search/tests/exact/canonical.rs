//! Canonical alignments: against every alignment written down, and against the plain table.

use crate::definition::{Case, Op, Plain};
use crate::generate::{ambiguous_pair, pair, poor_sequence, related};
use proptest::prelude::*;
use saola_search::{
    Alignment, Cigar, Comparison, Kind, Operation, Pattern, Strand, align, compare, render,
    reverse_complement,
};
use std::cmp::Reverse;

fn op(operation: Operation) -> Op {
    match operation {
        Operation::Insertion => Op::Insertion,
        Operation::Deletion => Op::Deletion,
        _ => Op::Pair,
    }
}

/// The integers of a plain alignment, counted position by position.
fn count(case: &Case<'_>, plain: &Plain) -> Option<Comparison> {
    let (differences, Reverse(positions), gap_events, ambiguous) = case.measure(plain.start, &plain.ops);
    let gaps = plain.ops.iter().filter(|op| **op != Op::Pair).count();
    let columns = positions - ambiguous;
    let least = if case.kind == Kind::Partial { case.min_overlap.max(1) } else { 1 };
    let short = |number: usize| u32::try_from(number).unwrap();
    (columns >= least && columns >= ambiguous).then(|| Comparison {
        kind: case.kind,
        matches: short(columns - differences),
        differences: short(differences),
        columns: short(columns),
        ambiguous: short(ambiguous),
        gap_columns: short(gaps),
        gap_events: short(gap_events),
        query_start: short(plain.start.0 + 1),
        query_end: short(plain.end.0),
        reference_start: short(plain.start.1 + 1),
        reference_end: short(plain.end.1),
    })
}

/// Counts and path of the crate against those of the definition.
fn check(case: &Case<'_>, plain: Option<&Plain>) {
    let expected = plain.and_then(|plain| count(case, plain));
    let pattern = Pattern::with_min_overlap(case.query, case.min_overlap);
    assert_eq!(pattern.counts(case.reference, case.kind), expected);
    let found = pattern.align(case.reference, case.kind).unwrap();
    let ops = found.as_ref().map(|found| found.cigar.operations().map(op).collect());
    assert_eq!(ops, plain.filter(|_| expected.is_some()).map(|plain| plain.ops.clone()));
    assert_eq!(found.as_ref().map(|found| found.comparison), expected);
    if let Some(found) = found {
        recount(&found, case);
    }
}

/// The counts again from the CIGAR and from the positions, and the differences from the bit-parallel pass.
fn recount(found: &Alignment, case: &Case<'_>) {
    let counts = &found.comparison;
    let of = |operation| u32::try_from(found.cigar.count(operation)).unwrap();
    let gaps = of(Operation::Insertion) + of(Operation::Deletion);
    assert_eq!(of(Operation::Match), counts.matches);
    assert_eq!(of(Operation::Ambiguous), counts.ambiguous);
    assert_eq!(of(Operation::Mismatch) + gaps, counts.differences);
    assert_eq!(gaps, counts.gap_columns);
    assert_eq!(counts.matches + counts.differences, counts.columns);
    let pattern = Pattern::with_min_overlap(case.query, case.min_overlap);
    let least = pattern.differences(case.reference, case.kind, None);
    assert_eq!(least, Some(counts.differences));
    let differing = found.differing(case.query, case.reference).unwrap();
    assert_eq!(differing.len(), counts.differences as usize);
    let text = render(found, case.query, case.reference, 30).unwrap();
    let stars = text.matches('*').count();
    assert_eq!(stars, differing.len(), "{text}");
    let again: Result<Cigar, _> = found.cigar.to_string().parse();
    assert_eq!(again.as_ref(), Ok(&found.cigar));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn of_all_alignments_the_first(
        (query, reference) in prop_oneof![pair(5), (poor_sequence(5), poor_sequence(5)), ambiguous_pair(5)],
        min_overlap in 0_usize..4,
    ) {
        for kind in [Kind::Spanning, Kind::Partial] {
            let case = Case { query: &query, reference: &reference, kind, min_overlap };
            let plain = case.canonical_of_all();
            prop_assert_eq!(&plain, &case.canonical(), "the two plain forms differ");
            check(&case, plain.as_ref());
        }
    }
}

/// What must not depend on the orientation.
fn shared_counts(one: &Comparison) -> [u32; 5] {
    [one.matches, one.differences, one.columns, one.ambiguous, one.gap_events]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn both_reverse_complements_have_the_same_counts(
        (query, reference) in prop_oneof![pair(40), pair(200), related(200), ambiguous_pair(60)],
        min_overlap in 0_usize..60,
    ) {
        let forward = Pattern::with_min_overlap(&query, min_overlap);
        let turned = Pattern::with_min_overlap(&reverse_complement(&query), min_overlap);
        let mirrored = reverse_complement(&reference);
        for kind in [Kind::Spanning, Kind::Partial] {
            let (one, other) = (forward.counts(&reference, kind), turned.counts(&mirrored, kind));
            prop_assert_eq!(one.as_ref().map(shared_counts), other.as_ref().map(shared_counts));
        }
        let (one, other) = (forward.compare(&reference), turned.compare(&mirrored));
        prop_assert_eq!(one.map(|one| one.kind), other.map(|one| one.kind));
        prop_assert_eq!(one.as_ref().map(shared_counts), other.as_ref().map(shared_counts));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn longer_pairs(
        (query, reference) in prop_oneof![pair(100), (poor_sequence(60), poor_sequence(60)), ambiguous_pair(60)],
        min_overlap in 0_usize..60,
    ) {
        for kind in [Kind::Spanning, Kind::Partial] {
            let case = Case { query: &query, reference: &reference, kind, min_overlap };
            check(&case, case.canonical().as_ref());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn pairs_of_barcode_length((query, reference) in related(400)) {
        for kind in [Kind::Spanning, Kind::Partial] {
            let case = Case { query: &query, reference: &reference, kind, min_overlap: 100 };
            check(&case, case.canonical().as_ref());
        }
    }

    #[test]
    fn the_kind_with_the_higher_identity_stands_for_the_pair((query, reference) in pair(260)) {
        let of = |kind| {
            let case = Case { query: &query, reference: &reference, kind, min_overlap: 100 };
            case.canonical().and_then(|plain| count(&case, &plain))
        };
        let expected = match (of(Kind::Spanning), of(Kind::Partial)) {
            (Some(spanning), Some(partial)) => {
                let higher = partial.matches * spanning.columns > spanning.matches * partial.columns;
                Some(if higher { partial } else { spanning })
            }
            (spanning, partial) => spanning.or(partial),
        };
        prop_assert_eq!(compare(&query, &reference, 0..query.len()), expected);
    }

    #[test]
    fn the_minus_strand_aligns_the_reverse_complement((query, reference) in related(260)) {
        let turned = reverse_complement(&query);
        let plus = align(&query, &reference, Kind::Spanning, Strand::Plus, 100).unwrap();
        let minus = align(&turned, &reference, Kind::Spanning, Strand::Minus, 100).unwrap();
        let Some((plus, minus)) = plus.zip(minus) else { return Ok(()) };
        prop_assert_eq!(&plus.cigar, &minus.cigar);
        let bases = u32::try_from(query.len()).unwrap();
        prop_assert_eq!(minus.comparison.query_start, bases + 1 - plus.comparison.query_end);
        prop_assert_eq!(minus.comparison.query_end, bases + 1 - plus.comparison.query_start);
        let (one, other) = (
            plus.positions(&query, &reference).unwrap(),
            minus.positions(&turned, &reference).unwrap(),
        );
        for (one, other) in one.iter().zip(&other) {
            prop_assert_eq!(one.query_base, other.query_base);
            prop_assert_eq!(one.reference_position, other.reference_position);
            prop_assert_eq!(one.query_position.map(|place| bases + 1 - place), other.query_position);
        }
    }
}
