//! Other programs, where their definitions coincide with ours.

use crate::generate::{related, sequence};
use bio::alignment::distance::simd::levenshtein;
use bio::pattern_matching::myers::long::Myers;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use saola_search::{Kind, Pattern};

fn plain(most: usize) -> impl Strategy<Value = Vec<u8>> {
    vec(select(&b"ACGT"[..]), 1..=most)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// With a least overlap of both whole sequences, no end overhangs: the edit distance of two sequences of equal length.
    #[test]
    fn a_partial_alignment_of_all_bases_is_the_edit_distance(query in plain(300), other in plain(300)) {
        let length = query.len().min(other.len());
        let (query, other) = (&query[..length], &other[..length]);
        let pattern = Pattern::with_min_overlap(query, length);
        prop_assert_eq!(
            pattern.differences(other, Kind::Partial, None),
            Some(levenshtein(query, other))
        );
    }

    /// Between flanks that match nothing, the query cannot gain by overhanging, unless it gives up all but the overhang: then it is
    /// the best occurrence of the whole query in the text (rust-bio's long Myers).
    #[test]
    fn between_dead_flanks_a_spanning_alignment_is_an_occurrence((query, text) in related(200)) {
        let plain = |bytes: &[u8]| bytes.iter().copied().filter(|base| b"ACGT".contains(base)).collect::<Vec<_>>();
        let (query, text) = (plain(&query), plain(&text));
        prop_assume!(!query.is_empty());
        let flank = vec![b'?'; query.len()];
        let reference = [&flank[..], &text, &flank].concat();
        let occurrence = Myers::<u64>::new(query.iter().copied())
            .find_all_end(reference.iter().copied(), query.len())
            .map(|(_, distance)| distance)
            .min();
        let given_up = query.len().saturating_sub(10.max(query.len() / 50));
        let expected = occurrence.unwrap_or(query.len()).min(given_up);
        let found = Pattern::new(&query).differences(&reference, Kind::Spanning, None);
        prop_assert_eq!(found, u32::try_from(expected).ok());
    }
}

proptest! {
    /// Nothing but upper-case IUPAC is promised an answer, but everything gets one.
    #[test]
    fn any_bytes_are_compared_without_panic(query in vec(any::<u8>(), 0..300), reference in sequence(300)) {
        let pattern = Pattern::new(&query);
        let _ = pattern.compare(&reference);
        let _ = Pattern::new(&reference).compare(&query);
    }
}
