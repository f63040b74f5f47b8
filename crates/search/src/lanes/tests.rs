//! Against the definition, cell by cell.

use super::{InfixPattern, Instructions};
use crate::bases::mask;
use proptest::prelude::*;

/// `D` by the recurrence, one column at a time.
fn plain(query: &[u8], text: &[u8], limit: u32) -> Option<u32> {
    let mut column: Vec<u32> = (0..).take(query.len() + 1).collect();
    let mut least = column[query.len()];
    for &base in text {
        let mut diagonal = 0;
        for row in 1..=query.len() {
            let pair = diagonal + u32::from(query[row - 1] & base == 0);
            diagonal = column[row];
            column[row] = pair.min(column[row] + 1).min(column[row - 1] + 1);
        }
        least = least.min(column[query.len()]);
    }
    Some(least).filter(|&least| least <= limit)
}

/// All ways that this machine has, against [`plain`].
fn assert_plain(query: &[u8], texts: &[Vec<u8>], limit: u32) {
    let expected: Vec<_> = texts.iter().map(|text| plain(query, text, limit)).collect();
    let texts: Vec<&[u8]> = texts.iter().map(Vec::as_slice).collect();
    let pattern = InfixPattern::new(query);
    assert_eq!(pattern.distances(&texts, limit), expected, "as chosen");
    for instructions in [Instructions::Avx512, Instructions::Avx2, Instructions::Plain] {
        if let Some(found) = pattern.distances_by(instructions, &texts, limit) {
            assert_eq!(found, expected, "{instructions:?}, limit {limit}");
        }
    }
}

/// Base sets of IUPAC codes.
fn masks(codes: &[u8]) -> Vec<u8> {
    codes.iter().map(|&code| mask(code)).collect()
}

#[test]
fn worked_examples() {
    let cases: [(&[u8], &[u8], u32); 6] = [
        (b"GTA", b"AGCA", 1),
        (b"GTA", b"CCGYTANN", 1),
        (b"GTA", b"CCRTACC", 0),
        (b"GTA", b"", 3),
        (b"GTA", b"N", 2),
        (b"", b"ACGT", 0),
    ];
    for (query, text, expected) in cases {
        let pattern = InfixPattern::new(&masks(query));
        let text = masks(text);
        assert_eq!(pattern.distances(&[&text], 3), [Some(expected)]);
        assert_plain(&masks(query), &[text], 3);
    }
}

#[test]
fn the_empty_set_agrees_with_nothing() {
    assert_eq!(InfixPattern::new(&[0; 70]).distances(&[&[15; 100], &[0; 100]], 70), [Some(70), Some(70)]);
    assert_eq!(
        InfixPattern::new(&[15; 70]).distances(&[&[15; 100], &[0; 100], &[15; 60]], 69),
        [Some(0), None, Some(10)]
    );
}

/// Plain bases in no visible order.
fn shuffled(bases: u32) -> Vec<u8> {
    (0..bases).map(|place| 1 << (place.wrapping_mul(place).wrapping_mul(2_654_435_761) >> 30)).collect()
}

#[test]
fn every_limit_with_long_gaps_at_the_edges_of_blocks() {
    for bases in [63, 64, 65, 127, 128, 129, 200, 257] {
        let query = shuffled(bases);
        let (left, right) = query.split_at(query.len() / 2);
        let texts = [
            query.clone(),
            [left, &[2; 70], right].concat(),
            [&query[..10], &query[query.len() - 10..]].concat(),
            [&[1; 300], left].concat(),
            [right, left].concat(),
            [8; 500].to_vec(),
            Vec::new(),
        ];
        for limit in 0..=bases + 1 {
            assert_plain(&query, &texts, limit);
        }
    }
}

#[test]
fn texts_of_very_different_lengths_in_one_call() {
    let query = shuffled(130);
    let texts: Vec<Vec<u8>> = (0..40_usize)
        .map(|index| {
            [vec![1 << (index % 4); index * index * index % 5_003], query[index..].to_vec()].concat()
        })
        .rev()
        .collect();
    for limit in [0, 7, 33, u32::MAX] {
        assert_plain(&query, &texts, limit);
    }
}

/// A base set: mostly one base, now and then any of the sixteen.
fn base() -> impl Strategy<Value = u8> {
    prop_oneof![12 => (0..4_u32).prop_map(|bit| 1 << bit), 1 => 0..16_u8]
}

fn sequence(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(base(), 0..most)
}

/// What happened to a copy of the query: (place, kind, base).
fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, base()), 0..40)
}

fn edited(query: &[u8], edits: &[(prop::sample::Index, u8, u8)]) -> Vec<u8> {
    let mut text = query.to_vec();
    for (place, kind, base) in edits {
        let place = place.index(text.len() + 1);
        match (kind, place < text.len()) {
            (0, true) => text[place] = *base,
            (1, true) => drop(text.remove(place)),
            _ => text.insert(place, *base),
        }
    }
    text
}

/// Texts of all sorts: unrelated, a piece of the query with flanks, several copies.
fn text(query: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let piece = (any::<prop::sample::Index>(), any::<prop::sample::Index>());
    let whole = Just(query.clone());
    let part = piece.prop_map(move |(one, other)| {
        let (one, other) = (one.index(query.len() + 1), other.index(query.len() + 1));
        query[one.min(other)..one.max(other)].to_vec()
    });
    let copy = prop_oneof![3 => whole, 1 => part];
    let related = (sequence(150), copy, edits(), sequence(150))
        .prop_map(|(before, copy, edits, after)| [before, edited(&copy, &edits), after].concat());
    prop_oneof![1 => sequence(400), 3 => related]
}

fn lengths() -> impl Strategy<Value = usize> {
    prop_oneof![
        3 => prop::sample::select(vec![0, 1, 2, 63, 64, 65, 127, 128, 129, 191, 192, 193, 256, 320]),
        2 => 0..400_usize,
    ]
}

fn limits() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 0..40_u32, 2 => 0..420_u32, 1 => Just(u32::MAX)]
}

fn cases() -> impl Strategy<Value = (Vec<u8>, Vec<Vec<u8>>, u32)> {
    lengths()
        .prop_flat_map(|bases| prop::collection::vec(base(), bases))
        .prop_flat_map(|query| (Just(query.clone()), prop::collection::vec(text(query), 0..20), limits()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_way_gives_the_distance_of_the_definition((query, texts, limit) in cases()) {
        assert_plain(&query, &texts, limit);
    }
}
