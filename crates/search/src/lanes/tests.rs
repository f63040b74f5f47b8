//! Against the definition, cell by cell.

use super::{InfixPattern, Instructions};
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
    let whole = Just(query.clone()).prop_map(move |query| query);
    let part = piece.prop_map(move |(one, other)| {
        let (one, other) = (one.index(query.len() + 1), other.index(query.len() + 1));
        query[one.min(other)..one.max(other)].to_vec()
    });
    let copy = prop_oneof![3 => whole, 1 => part];
    let related = (sequence(150), copy, edits(), sequence(150))
        .prop_map(|(before, copy, edits, after)| [before, edited(&copy, &edits), after].concat());
    let bare = Just(()).prop_flat_map(|()| sequence(400));
    prop_oneof![1 => bare, 3 => related]
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
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_way_gives_the_distance_of_the_definition((query, texts, limit) in cases()) {
        assert_plain(&query, &texts, limit);
    }
}
