//! A query on one strand, made ready for the stages of a search.

use std::ops::Range;
use std::sync::OnceLock;

use crate::bases::mask;
use crate::ends::allowed_overhang;
use crate::index::{Index, WORD, expansions, words};
use crate::lanes::InfixPattern;
use crate::myers::Pattern;
use crate::strand::Strand;

/// The query as read on one strand.
pub(super) struct Oriented {
    pub(super) strand: Strand,
    pub(super) masks: Vec<u8>,
    letters: Vec<u8>,
    min_overlap: usize,
    /// The words that occur in the index: position in the query, and the postings. Sorted by position.
    pub(super) words: Vec<(usize, Range<u32>)>,
    /// Whether the kernel's distances are those of the definition, not merely bounds: every byte of the query is an IUPAC code.
    pub(super) is_exact: bool,
    /// Positions of words that are too many to be looked up, a word apart: as many pieces of a record can be aligned to such bases.
    pub(super) spoiled: Vec<usize>,
    pattern: OnceLock<Pattern>,
    whole: OnceLock<InfixPattern>,
    core: OnceLock<InfixPattern>,
}

impl Oriented {
    pub(super) fn new(index: &Index<'_>, query: &[u8], strand: Strand, min_overlap: usize) -> Self {
        let letters = strand.read(query).into_owned();
        let masks: Vec<u8> = letters.iter().map(|&code| mask(code)).collect();
        let (words, spoiled) = look_up(index, &masks);
        Self {
            strand,
            is_exact: !masks.contains(&0),
            masks,
            letters,
            min_overlap,
            words,
            spoiled,
            pattern: OnceLock::new(),
            whole: OnceLock::new(),
            core: OnceLock::new(),
        }
    }

    pub(super) fn bases(&self) -> usize {
        self.masks.len()
    }

    /// The positions that every spanning record covers: all but the allowed overhang at both ends.
    pub(super) fn core_range(&self) -> Range<usize> {
        let overhang = allowed_overhang(self.bases());
        overhang..self.bases().saturating_sub(overhang).max(overhang)
    }

    /// How many pieces can be spoiled in an alignment that covers an end of the query and at most so many of its bases.
    pub(super) fn spoiled_at_an_end(&self, bases: usize) -> usize {
        let before = self.spoiled.partition_point(|position| *position < bases);
        let last = self.bases().saturating_sub(bases);
        let inside = self.spoiled.len() - self.spoiled.partition_point(|position| position + WORD <= last);
        // Counted a word apart from the left, there may be one more in a part on the right.
        before.max(inside + usize::from(inside > 0))
    }

    /// The query for canonical alignments.
    pub(super) fn pattern(&self) -> &Pattern {
        self.pattern.get_or_init(|| Pattern::with_min_overlap(&self.letters, self.min_overlap))
    }

    /// The whole query for the kernel.
    pub(super) fn whole(&self) -> &InfixPattern {
        self.whole.get_or_init(|| lenient(&self.masks))
    }

    /// The core of the query for the kernel.
    pub(super) fn core(&self) -> &InfixPattern {
        let core = self.masks.get(self.core_range()).unwrap_or_default();
        self.core.get_or_init(|| lenient(core))
    }

    /// The words that lie within these positions.
    pub(super) fn words_in(&self, range: &Range<usize>) -> &[(usize, Range<u32>)] {
        let from = self.words.partition_point(|(position, _)| *position < range.start);
        let to = self.words.partition_point(|(position, _)| position + WORD <= range.end);
        self.words.get(from..to).unwrap_or_default()
    }
}

/// A query for the kernel. What is no IUPAC code agrees with nothing, but may overhang a record, where it must cost nothing: it is
/// taken for `N`, so that the kernel's distance can only be too low.
fn lenient(masks: &[u8]) -> InfixPattern {
    let any = mask(b'N');
    let masks: Vec<u8> = masks.iter().map(|&mask| if mask == 0 { any } else { mask }).collect();
    InfixPattern::new(&masks)
}

/// The postings of every word of the query, and where pieces can be spoiled: pieces are disjoint, so that of positions
/// with unlisted words only those that lie a word apart count.
fn look_up(index: &Index<'_>, masks: &[u8]) -> (Vec<(usize, Range<u32>)>, Vec<usize>) {
    let mut found: Vec<(usize, Range<u32>)> = words(masks, WORD)
        .map(|(position, word)| (position as usize, index.places(word)))
        .filter(|(_, places)| !places.is_empty())
        .collect();
    let (mut spoiled, mut next) = (Vec::new(), 0);
    let mixed = |window: &[u8]| window.iter().any(|mask| !mask.is_power_of_two());
    if !mixed(masks) {
        return (found, spoiled);
    }
    for (position, window) in masks.windows(WORD).enumerate().filter(|(_, window)| mixed(window)) {
        match expansions(window) {
            Some(words) => {
                let places = words.into_iter().map(|word| (position, index.places(word)));
                found.extend(places.filter(|(_, places)| !places.is_empty()));
            }
            None if position >= next => {
                spoiled.push(position);
                next = position + WORD;
            }
            None => {}
        }
    }
    found.sort_by_key(|(position, places)| (*position, places.start));
    (found, spoiled)
}
