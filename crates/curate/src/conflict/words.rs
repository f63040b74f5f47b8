//! Which haplotypes share words, and how many.

use std::collections::BTreeMap;

use rayon::prelude::*;
use saola_refdb::TaxonNumber;
use saola_seq::kmers;

use super::{BASES_PER_DIFFERENCE, Haplotype};

const WORD: usize = 24;
/// Words that are sorted at a time.
const WORDS_AT_A_TIME: usize = 1 << 26;

/// Words that near sequences share at least: three quarters of the shorter one overlap, and only there words can be
/// shared.
pub(super) fn enough(shorter: usize) -> usize {
    let length = shorter * 3 / 4;
    length.saturating_sub(WORD - 1 + WORD * (length / BASES_PER_DIFFERENCE)).max(1)
}

/// The words that haplotypes of more than one family have.
///
/// Words are held as 32 bits of a mixed number, beside the bits that choose when they are sorted. Where two words have
/// the same, too many are counted as shared, and haplotypes are compared that need not be: no answer changes.
pub(super) struct SharedWords<'a> {
    /// Sorted by length.
    haplotypes: &'a [Haplotype<'a>],
    /// Places of the haplotypes that have a word, one word after the other.
    places: Vec<u32>,
    /// For each word, where its places end.
    ends: Vec<usize>,
    /// Place of a haplotype and number of a word, sorted.
    words: Vec<(u32, u32)>,
    /// For a number of words, how many of the shortest haplotypes could be near to one that has no more.
    within_reach: Vec<usize>,
}

impl<'a> SharedWords<'a> {
    pub(super) fn new(haplotypes: &'a [Haplotype<'a>]) -> Self {
        let bases: usize = haplotypes.iter().map(|haplotype| haplotype.bases.len()).sum();
        let passes = bases.div_ceil(WORDS_AT_A_TIME).next_power_of_two() as u64;
        let families: Vec<TaxonNumber> = haplotypes.iter().map(|haplotype| haplotype.family).collect();
        let (mut places, mut ends) = (Vec::new(), Vec::new());
        for pass in 0..passes {
            let pairs = sorted_words(haplotypes, |mixed| mixed & (passes - 1) == pass);
            for group in pairs.chunk_by(|one, next| one >> 32 == next >> 32) {
                let family = |pair: &u64| families[low(*pair) as usize];
                if group.iter().any(|pair| family(pair) != family(&group[0])) {
                    places.extend(group.iter().map(|pair| low(*pair)));
                    ends.push(places.len());
                }
            }
        }
        let mut words: Vec<(u32, u32)> = Vec::with_capacity(places.len());
        let mut start = 0;
        for (word, end) in (0..).zip(&ends) {
            words.extend(places[start..*end].iter().map(|place| (*place, word)));
            start = *end;
        }
        words.par_sort_unstable();
        Self { haplotypes, places, ends, words, within_reach: within_reach(haplotypes) }
    }

    /// Haplotypes of other families that share enough words with the one at `place` to be near.
    pub(super) fn candidates(&self, place: usize) -> Vec<&'a Haplotype<'a>> {
        let own = &self.haplotypes[place];
        let from = self.words.partition_point(|(known, _)| (*known as usize) < place);
        let words = &self.words[from..];
        let words = &words[..words.partition_point(|(known, _)| *known as usize == place)];
        let reach = self.reach(own.bases.len(), words.len());
        let mut shared: BTreeMap<u32, usize> = BTreeMap::new();
        for (_, word) in words {
            for other in self.places_of(*word as usize).iter().take_while(|other| (**other as usize) < reach)
            {
                if self.haplotypes[*other as usize].family != own.family {
                    *shared.entry(*other).or_default() += 1;
                }
            }
        }
        let others = shared.into_iter().map(|(place, count)| (&self.haplotypes[place as usize], count));
        others
            .filter(|(other, count)| *count >= enough(own.bases.len().min(other.bases.len())))
            .map(|(other, _)| other)
            .collect()
    }

    /// How many of the shortest haplotypes could share enough words with one of this length that has so many of them.
    fn reach(&self, length: usize, words: usize) -> usize {
        if enough(length) <= words {
            return self.haplotypes.len();
        }
        self.within_reach.get(words).or(self.within_reach.last()).copied().unwrap_or_default()
    }

    fn places_of(&self, word: usize) -> &[u32] {
        let start = word.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.places[start..self.ends[word]]
    }
}

/// For each number of words, the haplotypes up to the longest for which so many are enough.
fn within_reach(haplotypes: &[Haplotype<'_>]) -> Vec<usize> {
    let mut table = vec![0];
    for (before, haplotype) in haplotypes.iter().enumerate() {
        let words = enough(haplotype.bases.len());
        if table.len() <= words {
            table.resize(words + 1, 0);
        }
        table[words] = before + 1;
    }
    let mut most = 0;
    for count in &mut table {
        most = most.max(*count);
        *count = most;
    }
    table
}

/// Words and places of the haplotypes that have them, in the two halves of a number, sorted.
fn sorted_words(haplotypes: &[Haplotype<'_>], is_wanted: impl Fn(u64) -> bool + Sync) -> Vec<u64> {
    let is_wanted = &is_wanted;
    let places = (0..u32::try_from(haplotypes.len()).unwrap_or(u32::MAX)).into_par_iter();
    let mut pairs: Vec<u64> = haplotypes
        .par_iter()
        .zip(places)
        .flat_map_iter(|(haplotype, place)| {
            let mixed = kmers(haplotype.bases, WORD).map(mix).filter(|mixed| is_wanted(*mixed));
            mixed.map(move |mixed| mixed >> 32 << 32 | u64::from(place))
        })
        .collect();
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

/// Spreads a word's 48 bits evenly over a number, one to one.
const fn mix(word: u64) -> u64 {
    let mixed = word.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ mixed >> 32
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
const fn low(pair: u64) -> u32 {
    pair as u32
}

/// All words of some haplotypes.
pub(super) struct Words<'a> {
    haplotypes: &'a [&'a Haplotype<'a>],
    /// A word and the place of a haplotype that has it, sorted.
    words: Vec<(u64, usize)>,
}

impl<'a> Words<'a> {
    pub(super) fn new(haplotypes: &'a [&'a Haplotype<'a>]) -> Self {
        let words = haplotypes.par_iter().enumerate();
        let mut words: Vec<(u64, usize)> = words
            .flat_map_iter(|(place, haplotype)| kmers(haplotype.bases, WORD).map(move |word| (word, place)))
            .collect();
        words.par_sort_unstable();
        words.dedup();
        Self { haplotypes, words }
    }

    /// Places of the haplotypes that share enough words with this one to be near.
    pub(super) fn candidates(&self, haplotype: &Haplotype<'_>) -> Vec<usize> {
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for word in kmers(haplotype.bases, WORD) {
            let start = self.words.partition_point(|(known, _)| *known < word);
            for (_, place) in self.words[start..].iter().take_while(|(known, _)| *known == word) {
                *shared.entry(*place).or_default() += 1;
            }
        }
        let shorter = |place: usize| haplotype.bases.len().min(self.haplotypes[place].bases.len());
        let found = shared.into_iter().filter(|(place, count)| *count >= enough(shorter(*place)));
        found.map(|(place, _)| place).collect()
    }
}
