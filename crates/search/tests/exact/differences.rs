//! Least differences: the bit-parallel pass against the plain table.

use crate::definition::Case;
use crate::generate::pair;
use proptest::prelude::*;
use saola_search::{Kind, Pattern, reverse_complement};

fn check(query: &[u8], reference: &[u8], min_overlap: usize) {
    let pattern = Pattern::with_min_overlap(query, min_overlap);
    for kind in [Kind::Spanning, Kind::Partial] {
        let case = Case { query, reference, kind, min_overlap };
        let expected = case.least_differences();
        assert_eq!(pattern.differences(reference, kind, None), expected, "{kind:?}");
        let Some(least) = expected else { continue };
        for limit in [0, 1, least / 2, least, least + 1, 2 * least, u32::MAX] {
            let found = pattern.differences(reference, kind, Some(limit));
            assert_eq!(found, expected.filter(|least| *least <= limit), "{kind:?} {limit}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn short_pairs((query, reference) in pair(24), min_overlap in 0_usize..12) {
        check(&query, &reference, min_overlap);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn pairs_of_one_to_four_blocks((query, reference) in pair(220), min_overlap in 0_usize..120) {
        check(&query, &reference, min_overlap);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn pairs_of_many_blocks((query, reference) in pair(900)) {
        check(&query, &reference, 100);
    }

    #[test]
    fn both_reverse_complements_are_as_far_apart((query, reference) in pair(300)) {
        let strand = Pattern::with_min_overlap(&query, 40);
        let other = Pattern::with_min_overlap(&reverse_complement(&query), 40);
        let mirrored = reverse_complement(&reference);
        for kind in [Kind::Spanning, Kind::Partial] {
            prop_assert_eq!(
                strand.differences(&reference, kind, None),
                other.differences(&mirrored, kind, None)
            );
        }
    }
}

#[test]
fn every_query_length_around_the_block_borders() {
    let text: Vec<u8> = (0_usize..420).map(|place| b"ACGT"[(place * place * 7 + place / 3) % 4]).collect();
    for border in [64_usize, 128, 192] {
        for length in border - 3..=border + 3 {
            let mut query = text[40..40 + length].to_vec();
            query[length / 2] = b'N';
            query[length - 1] = if query[length - 1] == b'A' { b'C' } else { b'A' };
            for reference in [&text[..], &text[45..], &text[..40 + length - 5], &text[60..160]] {
                check(&query, reference, 30);
            }
        }
    }
}
