//! Alignments worked by hand.

use saola_search::{
    AlignmentError, CELL_LIMIT, Comparison, Kind, MIN_OVERLAP, Options, Pattern, Ratio, Reference, Strand,
    align, compare, render, search,
};

/// 120 bases without repeats worth naming.
const CORE: &str = "ATGGCACTATTCGACCGTAAACTGGTCATCGGAGTTGCCAATCTTAGCGATCAAGGCTTACACTGTGCAGACGTCCTAGAATTCGCGTACTTGATACCGCATGGACTCTTAAGCCTGAGA";

/// `CORE` with some bases (0-based place, base) replaced.
fn with(changes: &[(usize, char)]) -> String {
    let mut bases: Vec<char> = CORE.chars().collect();
    for &(place, base) in changes {
        assert_ne!(bases[place], base);
        bases[place] = base;
    }
    bases.into_iter().collect()
}

fn found(query: &str, reference: &str) -> Comparison {
    compare(query.as_bytes(), reference.as_bytes(), 0..query.len()).unwrap()
}

#[test]
fn two_replaced_bases_are_two_differences_in_120_columns() {
    let one = found(CORE, &with(&[(20, 'T'), (80, 'G')]));
    assert_eq!((one.kind, one.matches, one.differences, one.columns), (Kind::Spanning, 118, 2, 120));
    assert_eq!((one.query_start, one.query_end, one.reference_start, one.reference_end), (1, 120, 1, 120));
    assert_eq!(one.identity(), Ratio::new(59, 60).unwrap());
}

#[test]
fn ambiguity_that_can_agree_is_no_column_and_that_cannot_is_a_difference() {
    // Bases 21, 31 and 41 of the query are A, G and A: R can be A, N can be G, Y (C or T) cannot be A.
    assert_eq!((&CORE[20..21], &CORE[30..31], &CORE[40..41]), ("A", "G", "A"));
    let one = found(CORE, &with(&[(20, 'R'), (30, 'N'), (40, 'Y')]));
    assert_eq!((one.matches, one.differences, one.columns, one.ambiguous), (117, 1, 118, 2));
    assert_eq!(one.identity(), Ratio::new(117, 118).unwrap());
    assert_eq!(one.least_identity(), Ratio::new(117, 120).unwrap());
    assert_eq!(one.greatest_identity(), Ratio::new(119, 120).unwrap());
}

#[test]
fn a_lost_codon_is_three_differences_in_one_event() {
    let reference = format!("{}{}", &CORE[..60], &CORE[63..]);
    let one = found(CORE, &reference);
    assert_eq!((one.matches, one.differences, one.gap_columns, one.gap_events), (117, 3, 3, 1));
}

#[test]
fn gaps_stand_leftmost_in_a_run() {
    // ...GGTACCCCTTGG... against one C more: the gap stands before the run of C.
    let query = format!("{}GGTACCCTTGG{}", &CORE[..50], &CORE[50..]);
    let reference = format!("{}GGTACCCCTTGG{}", &CORE[..50], &CORE[50..]);
    let text = |strand| {
        let shown = align(query.as_bytes(), reference.as_bytes(), Kind::Spanning, strand, MIN_OVERLAP);
        shown.unwrap().unwrap().cigar.to_string()
    };
    assert_eq!(text(Strand::Plus), "54=1D77=");
}

#[test]
fn a_gap_takes_the_ambiguous_base_whichever_strand_is_read() {
    // ...CAT... against ...CNAT...: the gap could also take the A and leave a pair A:N, with a match less.
    let query = format!("{}GGCATGG{}", &CORE[..50], &CORE[50..]);
    let reference = format!("{}GGCNATGG{}", &CORE[..50], &CORE[50..]);
    let turned = |bases: &str| saola_search::reverse_complement(bases.as_bytes());
    let cigar = |query: &[u8], reference: &[u8]| {
        let shown = align(query, reference, Kind::Spanning, Strand::Plus, MIN_OVERLAP);
        shown.unwrap().unwrap().cigar.to_string()
    };
    assert_eq!(cigar(query.as_bytes(), reference.as_bytes()), "53=1D74=");
    assert_eq!(cigar(&turned(&query), &turned(&reference)), "74=1D53=");
}

#[test]
fn a_query_may_overhang_by_ten_bases_for_nothing_and_not_by_more() {
    let at = |cut: usize| found(CORE, &CORE[cut..]);
    assert_eq!((at(10).kind, at(10).matches, at(10).differences), (Kind::Spanning, 110, 0));
    assert_eq!((at(10).query_start, at(10).reference_start), (11, 1));
    // One base more: as a spanning record it would have a gap column, as a partial one it has none.
    assert_eq!((at(11).kind, at(11).matches, at(11).differences), (Kind::Partial, 109, 0));
    let spanning = Pattern::new(CORE.as_bytes()).counts(&CORE.as_bytes()[11..], Kind::Spanning).unwrap();
    assert_eq!((spanning.matches, spanning.differences, spanning.gap_events), (109, 1, 1));
    // 99 columns are no partial record.
    let short = found(CORE, &CORE[21..]);
    assert_eq!((short.kind, short.matches, short.differences), (Kind::Spanning, 99, 11));
}

#[test]
fn a_range_of_the_first_sequence_is_the_query() {
    let reference = format!("{}{CORE}{}", "ACCA".repeat(10), "GTTG".repeat(10));
    let longer = format!("TTTTT{CORE}CCCCC");
    let one = compare(longer.as_bytes(), reference.as_bytes(), 5..125).unwrap();
    assert_eq!((one.matches, one.columns, one.query_start, one.reference_start), (120, 120, 1, 41));
    assert_eq!(compare(longer.as_bytes(), reference.as_bytes(), 100..999), None);
}

#[test]
fn the_minus_strand_is_shown_turned_and_counted_forward() {
    let reference = with(&[(20, 'T')]);
    let query = saola_search::reverse_complement(CORE.as_bytes());
    let shown = align(&query, reference.as_bytes(), Kind::Spanning, Strand::Minus, MIN_OVERLAP);
    let shown = shown.unwrap().unwrap();
    let text = render(&shown, &query, reference.as_bytes(), 40).unwrap();
    let first = format!(
        "query      120 {} 81\n{}{}*{}\nreference    1 {} 40\n\n",
        &CORE[..40],
        " ".repeat(15),
        "|".repeat(20),
        "|".repeat(19),
        &reference[..40]
    );
    assert!(text.starts_with(&first), "{text}");
    let differing = shown.differing(&query, reference.as_bytes()).unwrap();
    assert_eq!(differing[0].query_position, Some(100));
    assert_eq!(differing[0].reference_position, Some(21));
    assert_eq!((differing[0].query_base, differing[0].reference_base), ('A', 'T'));
    let wrong = shown.differing(&query, CORE.as_bytes());
    let expected = AlignmentError::OtherSequences { position: 21, operation: 'X' };
    assert_eq!(wrong, Err(expected));
}

#[test]
fn limits_keep_every_tie_and_the_best_is_found_below_the_least_identity() {
    let (near, far) = (with(&[(50, 'C')]), with(&[(11, 'T'), (22, 'G'), (33, 'T')]));
    let references =
        [("c", near.as_str()), ("far", far.as_str()), ("a", near.as_str()), ("b", near.as_str())]
            .map(|(id, bases)| Reference { id, bases: bases.as_bytes() });
    let ids = |hits: &[saola_search::Hit]| -> Vec<String> { hits.iter().map(|hit| hit.id.clone()).collect() };
    let mut options = Options { max_hits: Some(1), ..Options::default() };
    let outcome = search(CORE.as_bytes(), &references, &options);
    assert_eq!(ids(&outcome.best), ["a", "b", "c"]);
    assert_eq!(ids(&outcome.hits), ["a", "b", "c"]);
    options.min_identity = Ratio::new(1, 1).unwrap();
    let outcome = search(CORE.as_bytes(), &references[1..2], &options);
    assert_eq!((ids(&outcome.best), outcome.hits.len()), (vec!["far".to_owned()], 0));
    assert_eq!(outcome.best[0].comparison.differences, 3);
}

#[test]
fn json_has_flat_snake_case_names() {
    let one = search(CORE.as_bytes(), &[Reference { id: "a", bases: CORE.as_bytes() }], &Options::default());
    let text = serde_json::to_string(&one.best[0]).unwrap();
    assert_eq!(
        text,
        "{\"id\":\"a\",\"index\":0,\"strand\":\"+\",\"kind\":\"spanning\",\"matches\":120,\"differences\":0,\"columns\":120,\
         \"ambiguous\":0,\"gap_columns\":0,\"gap_events\":0,\"query_start\":1,\"query_end\":120,\"reference_start\":1,\
         \"reference_end\":120}"
    );
    assert!(serde_json::from_str::<Ratio>("{\"numerator\":1,\"denominator\":0}").is_err());
}

#[test]
fn long_sequences_are_aligned_or_refused_with_their_size() {
    let genome = |seed: u64, bases: usize| {
        let mut state = seed;
        let next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            b"ACGT"[(state >> 62) as usize]
        };
        std::iter::repeat_with(next).take(bases).collect::<Vec<u8>>()
    };
    let query = genome(1, 20_000);
    let mut reference = query.clone();
    reference[5_000] = b'N';
    reference.drain(10_000..10_009);
    let shown = Pattern::new(&query).align(&reference, Kind::Spanning).unwrap().unwrap();
    let counts = shown.comparison;
    assert_eq!((counts.matches, counts.differences), (19_990, 9));
    assert_eq!((counts.gap_events, counts.ambiguous), (1, 1));
    let error = Pattern::new(&genome(2, 40_000)).align(&genome(3, 40_000), Kind::Spanning);
    let Err(AlignmentError::TooLarge { query_bases, cells, .. }) = error else {
        panic!("{error:?}");
    };
    assert_eq!(query_bases, 40_000);
    assert!(cells > CELL_LIMIT);
}

#[test]
fn a_record_that_just_reaches_the_least_identity_is_a_hit() {
    // One base lost after 20, one gained after 100: every difference takes one base only, so no pair of 120 bases at two
    // differences has more matches.
    let bases = format!("{}{}T{}", &CORE[..20], &CORE[21..100], &CORE[100..]);
    let references = [Reference { id: "a", bases: bases.as_bytes() }];
    let at = |matches, columns| {
        let min_identity = Ratio::new(matches, columns).unwrap();
        search(CORE.as_bytes(), &references, &Options { min_identity, ..Options::default() })
    };
    let reached = at(119, 121);
    assert_eq!(reached.hits.len(), 1);
    assert_eq!((reached.hits[0].comparison.matches, reached.hits[0].comparison.columns), (119, 121));
    assert_eq!(at(120, 122).hits.len(), 0);
    assert_eq!(at(120, 122).best, reached.best);
}

/// A run of `N` agrees with every query, and says nothing: without the rule that ambiguous positions may not outnumber columns,
/// the first record would stand at 1/1 before the second at 59/60.
#[test]
fn a_run_of_n_resembles_nothing() {
    let query = b"ACGTTGCAACGATCAGGTTCAACCTGATTGCCATAGGCTTAACGTCCATGACTTGGACCA";
    let mut near = query.to_vec();
    near[30] = b'A';
    let mut unknown = vec![b'N'; 200];
    unknown.push(b'A');
    let references = [Reference { id: "near", bases: &near }, Reference { id: "unknown", bases: &unknown }];
    let found = search(query, &references, &Options::default());
    let listed: Vec<&str> = found.hits.iter().map(|hit| hit.id.as_str()).collect();
    assert_eq!(listed, ["near"]);
    assert_eq!((found.hits[0].comparison.matches, found.hits[0].comparison.columns), (59, 60));
    assert_eq!(compare(query, &unknown, 0..query.len()), None);
    // Half and half is still told.
    let half = [&query[..30], &[b'N'; 30]].concat();
    assert_eq!(
        compare(query, &half, 0..query.len()).map(|found| (found.columns, found.ambiguous)),
        Some((30, 30))
    );
}
