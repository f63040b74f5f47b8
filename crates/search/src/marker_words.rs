//! Finds the marker and strand of a query by the exact words that it shares with each marker's most frequent ones.

use crate::bases::mask;
use crate::index::{Index, WORD, words};
use crate::strand::{Strand, reverse_complement};

/// Of 4^12 words, those of a marker's records are shared by chance. The bases of real sequences are not evenly mixed, so
/// that twice the even share is taken off.
const CHANCE: usize = 2;
/// Fewest words, beyond chance, for an answer; a hundred bases of a close relative share more.
const FEWEST_SHARED: usize = 20;
/// The answer must share at least this many times as many words as the next best marker, read on either strand, unless
/// it shares as large a part of all words of the query: markers can overlap, as the two halves of COI do.
const LEAD: usize = 2;

/// The marker (by place) that clearly shares most words with the query, and the strand on which it does.
pub(crate) fn find_marker(indices: &[Index<'_>], query: &[u8]) -> Option<(usize, Strand)> {
    let (plus, minus) = (words_of(query), words_of(&reverse_complement(query)));
    let shared = |index: &Index<'_>, words: &[u32]| {
        let shared = words.iter().filter(|word| index.is_typical(**word)).count();
        let by_chance = index.typical_words().saturating_mul(words.len()) >> (2 * WORD);
        shared.saturating_sub(CHANCE * by_chance)
    };
    let count = |index: &Index<'_>| {
        let (plus, minus) = (shared(index, &plus), shared(index, &minus));
        if minus > plus { (minus, Strand::Minus) } else { (plus, Strand::Plus) }
    };
    let counts: Vec<(usize, Strand)> = indices.iter().map(count).collect();
    let (best, (most, strand)) =
        counts.iter().copied().enumerate().rev().max_by_key(|(_, (count, _))| *count)?;
    let second = counts.iter().enumerate().filter(|(marker, _)| *marker != best);
    let second = second.map(|(_, (count, _))| *count).max().unwrap_or_default();
    let leads = most >= LEAD * second || LEAD * most >= plus.len();
    (most >= FEWEST_SHARED && leads).then_some((best, strand))
}

fn words_of(bases: &[u8]) -> Vec<u32> {
    let masks: Vec<u8> = bases.iter().map(|&code| mask(code)).collect();
    words(&masks, WORD).map(|(_, word)| word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{Haplotype, build};

    #[test]
    fn the_marker_with_the_shared_words_is_found_on_both_strands() {
        let one = b"ACGTTGCAACCAGTTGACCATGCATTAGGCATCCGATTACAGGCATTACG";
        let two = b"TTTGGCCAAATTTCCGGGATATATCGCGATATCCCGGGAAATTTGGCCAA";
        let section = |bases: &[u8]| {
            let masks = bases.iter().map(|&code| mask(code)).collect();
            build(vec![Haplotype { sequence: 0, masks, records: vec![0] }]).unwrap()
        };
        let sections = [section(one), section(two)];
        let indices: Vec<Index<'_>> = sections.iter().map(|section| Index::open(section).unwrap()).collect();
        assert_eq!(find_marker(&indices, one), Some((0, Strand::Plus)));
        assert_eq!(find_marker(&indices, &reverse_complement(two)), Some((1, Strand::Minus)));
        assert_eq!(find_marker(&indices, b"GATTACAGATTACAGATTACAGATTACAGATTACA"), None);
        assert_eq!(find_marker(&indices, b""), None);
    }
}
