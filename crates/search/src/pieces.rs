//! Records without a better partial alignment, by words of eight bases.
//!
//! Most records near a query have no partial alignment that comes near their spanning one. Two counts show it, in a fraction of the time
//! of a pass over the pair. Let f > 0 be an identity, L the least overlap. A partial alignment of identity f or more has at
//! least L columns, so `x >= f L` matches, and takes at least as many bases of the record: the *least* is f L rounded up. If it takes `l`
//! bases of it, it has `d <= l (1 - f) / f` differences.
//!
//! A *piece* is [`PIECE`] bases of the record, next to each other. Of disjoint pieces that lie wholly in the alignment each difference breaks at
//! most one; one that is not broken is aligned base by base to bases of the query that agree, so that the two share a word.
//!
//! # Any alignment ([`Pieces::can_share`])
//!
//! Of the record's pieces, cut from its first base on, at least `floor((l + 1) / k) - 1 >= (l - 2 (k - 1)) / k` lie wholly among l bases
//! (k = 8). With H of all the pieces occurring in the query there is no such alignment when
//!
//! ```text
//! H < (l - 14) / 8 - l (1 - f) / f         for every l from the least on
//! ```
//!
//! When 1/8 >= (1 - f) / f the right side grows with l, so that the least alone decides.
//!
//! # An alignment that is better than the spanning one ([`Pieces::can_overhang`])
//!
//! Let the record have a spanning alignment, the canonical one S, of identity f with d differences, and let m >= L + 2A + d, with A the
//! allowed overhang. Then S takes at least m - 2A >= L bases of the query and at least m - 2A - d >= L of the record: S keeps the end rule of
//! partial alignments, too. So the canonical partial alignment P is S or comes before it. If P overhangs by at most A at both ends, it is
//! a spanning alignment, which does not come before S: P = S. Hence a P of higher identity overhangs by more than A at an end:
//!
//! ```text
//! query    ==================================           P has D differences at most. It starts at the record's first base and query
//! record           |------|------|------|--...          base A + 1 or later, so that all of it lies on diagonals (record - query)
//!            > A    first pieces                        of at most D - A - 1; at the other end alike
//! ```
//!
//! All pieces that lie in the first `least` bases of the record are in P, and all but D of them occur in the query on such a diagonal. When
//! fewer do, and at the other end too, P is S.

use crate::bases::mask;
use crate::ends::allowed_overhang;
use crate::index::{expansions, words};
use crate::rank::Ratio;
use std::sync::OnceLock;

/// Bases of a piece: so many that few of them occur in a barcode by chance.
pub(crate) const PIECE: usize = 8;

/// The words of a query and where they are.
#[derive(Clone, Debug)]
pub(crate) struct Pieces {
    bases: usize,
    present: Present,
    /// Word and position.
    found: Vec<(u32, usize)>,
    /// The same sorted, when first asked for.
    places: OnceLock<Vec<(u32, usize)>>,
}

impl Pieces {
    /// `None` when the query stands for too many words.
    pub(crate) fn new(query: &[u8]) -> Option<Self> {
        let found = all_words(query)?;
        Some(Self {
            bases: query.len(),
            present: Present::of(found.iter().map(|place| place.0)),
            found,
            places: OnceLock::new(),
        })
    }

    /// Whether a partial alignment with this record can have an identity of `floor` or more, by the words in common.
    pub(crate) fn can_share(&self, record: &[u8], floor: Ratio, min_overlap: usize) -> bool {
        let (part, whole) = (u128::from(floor.numerator()), u128::from(floor.denominator()));
        let lost = whole.saturating_sub(part);
        let Some(least) = least(floor, min_overlap).filter(|_| part >= 8 * lost) else {
            return true;
        };
        let shared = record.chunks_exact(PIECE).filter(|piece| self.occurs(piece)).count() as u128;
        8 * part * shared + 8 * least * lost + 14 * part >= part * least
    }

    /// Whether a partial alignment can have a higher identity than the spanning one, `found`, of so many differences; `most` are
    /// the most differences that it can have.
    pub(crate) fn can_overhang(
        &self,
        record: &[u8],
        (found, differences): (Ratio, usize),
        most: usize,
        min_overlap: usize,
    ) -> bool {
        let overhang = allowed_overhang(self.bases);
        let enough = min_overlap.saturating_add(2 * overhang).saturating_add(differences);
        let least = least(found, min_overlap).and_then(|least| usize::try_from(least).ok());
        let Some(least) = least.filter(|least| self.bases >= enough && least / PIECE > most) else {
            return true;
        };
        let needed = least / PIECE - most;
        let pieces = least / PIECE;
        let front = record.chunks_exact(PIECE).take(pieces).enumerate();
        let front = front.filter(|(number, piece)| {
            self.occurs_from(piece, (number * PIECE + overhang + 1).saturating_sub(most))
        });
        let back = record.rchunks_exact(PIECE).take(pieces).enumerate();
        let back = back.filter(|(number, piece)| {
            // Query bases before the piece, at most: as many bases follow it as in the record, and the overhang.
            let after = (number + 1) * PIECE + overhang + 1;
            (self.bases + most).checked_sub(after).is_some_and(|last| self.occurs_to(piece, last))
        });
        front.count() >= needed || back.count() >= needed
    }

    /// Whether a piece may agree with a stretch of the query; one with ambiguity codes is taken to.
    fn occurs(&self, piece: &[u8]) -> bool {
        self.present.holds(word(piece))
    }

    fn places(&self) -> &[(u32, usize)] {
        self.places.get_or_init(|| {
            let mut places = self.found.clone();
            places.sort_unstable();
            places
        })
    }

    /// Whether it may at this position or a later one.
    fn occurs_from(&self, piece: &[u8], position: usize) -> bool {
        word(piece).is_none_or(|word| {
            let places = self.places();
            let place = places.partition_point(|place| *place < (word, position));
            places.get(place).is_some_and(|place| place.0 == word)
        })
    }

    /// Whether it may at this position or an earlier one.
    fn occurs_to(&self, piece: &[u8], position: usize) -> bool {
        word(piece).is_none_or(|word| {
            let places = self.places();
            let place = places.partition_point(|place| *place <= (word, position));
            place.checked_sub(1).is_some_and(|place| places[place].0 == word)
        })
    }
}

/// Every word of eight bases that agrees with a sequence of base sets, and where; `None` when a stretch stands for too many.
pub(crate) fn all_words(masks: &[u8]) -> Option<Vec<(u32, usize)>> {
    let mut found: Vec<(u32, usize)> =
        words(masks, PIECE).map(|(place, word)| (word, place as usize)).collect();
    let mixed = |window: &[u8]| window.iter().any(|mask| !mask.is_power_of_two());
    if mixed(masks) {
        for (place, window) in masks.windows(PIECE).enumerate().filter(|(_, window)| mixed(window)) {
            found.extend(expansions(window)?.into_iter().map(|word| (word, place)));
        }
    }
    Some(found)
}

/// The least matches of a partial alignment of this identity; `None` for 0.
fn least(floor: Ratio, min_overlap: usize) -> Option<u128> {
    let matches = (min_overlap as u128 * u128::from(floor.numerator())).div_ceil(floor.denominator().into());
    (matches > 0).then_some(matches)
}

/// The word of a piece of a record; `None` when it has ambiguity codes.
fn word(piece: &[u8]) -> Option<u32> {
    piece.iter().try_fold(0, |word, &code| {
        let mask = mask(code);
        mask.is_power_of_two().then(|| word << 2 | mask.trailing_zeros())
    })
}

/// A set of words.
#[derive(Clone, Debug)]
pub(crate) struct Present(Vec<u64>);

impl Present {
    pub(crate) fn of(words: impl Iterator<Item = u32>) -> Self {
        let mut present = vec![0; 1 << (2 * PIECE - 6)];
        for word in words {
            present[word as usize / 64] |= 1 << (word % 64);
        }
        Self(present)
    }

    /// Whether a word is there; what has none is taken to.
    pub(crate) fn holds(&self, word: Option<u32>) -> bool {
        word.is_none_or(|word| self.0[word as usize / 64] >> (word % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Comparison;
    use crate::ends::Kind;
    use crate::myers::Pattern;
    use proptest::prelude::*;

    /// The definition, without any bound.
    fn plainly(pattern: &Pattern, record: &[u8]) -> Option<Comparison> {
        let (spanning, partial) =
            (pattern.counts(record, Kind::Spanning), pattern.counts(record, Kind::Partial));
        let better = |one: &Comparison| spanning.is_none_or(|spanning| one.identity() > spanning.identity());
        partial.filter(better).or(spanning)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        /// Long enough queries that the rules apply; records that begin or end within the query, and turned ones.
        #[test]
        fn the_comparison_is_that_of_the_definition(
            bases in "[ACGT]{40,130}",
            lost in (0_usize..30, 0_usize..30),
            added in ("[ACGT]{0,40}", "[ACGT]{0,40}"),
            changes in prop::collection::vec((0_usize..130, 0_usize..3, "[ACGTRN]{0,2}"), 0..4),
            least in 9_usize..60,
            percent in 80_u64..100,
        ) {
            let mut changed = bases.clone().into_bytes();
            for (place, gone, put) in changes {
                let place = place.min(changed.len());
                let end = (place + gone).min(changed.len());
                changed.splice(place..end, put.into_bytes());
            }
            let kept = lost.0.min(changed.len())..changed.len().saturating_sub(lost.1).max(lost.0.min(changed.len()));
            let record = [added.0.as_bytes(), &changed[kept], added.1.as_bytes()].concat();
            for (query, record) in [(bases.as_bytes(), record.as_slice()), (record.as_slice(), bases.as_bytes())] {
                let pattern = Pattern::with_min_overlap(query, least);
                prop_assert_eq!(pattern.compare(record), plainly(&pattern, record));
                let floor = Ratio::percent(percent);
                let partial = pattern.counts(record, Kind::Partial);
                if partial.is_some_and(|partial| partial.identity() >= floor) {
                    prop_assert!(pattern.partial_reach(record, floor).is_some());
                }
            }
        }
    }
}
