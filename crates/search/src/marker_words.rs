//! Finds the marker and strand of a query by the exact words that it shares with each marker's records.

use rayon::prelude::*;
use saola_seq::kmers;

use crate::strand::{Strand, reverse_complement};

/// Bases in a word.
const WORD: usize = 12;
/// Of 4^12 words, those of a marker's records are shared by chance. The bases of real sequences are not evenly mixed, so
/// that twice the even share is taken off.
const CHANCE: usize = 2;
/// Fewest words, beyond chance, for an answer; a hundred bases of a close relative share more.
const FEWEST_SHARED: usize = 20;
/// The answer must share at least this many times as many words as the next best marker, read on either strand, unless
/// it shares as large a part of all words of the query: markers can overlap, as the two halves of COI do.
const LEAD: usize = 2;

/// The distinct words of each marker's records, on the records' strand.
pub(crate) struct MarkerWords {
    words: Vec<Vec<u64>>,
}

impl MarkerWords {
    /// `sequences[marker]` are the records of one marker.
    pub(crate) fn new(sequences: &[&[Vec<u8>]]) -> Self {
        let distinct = |sequences: &&[Vec<u8>]| {
            let mut words: Vec<u64> = sequences.iter().flat_map(|bases| kmers(bases, WORD)).collect();
            words.par_sort_unstable();
            words.dedup();
            words
        };
        Self { words: sequences.iter().map(distinct).collect() }
    }

    /// The marker that clearly shares most words with the query, and the strand on which it does.
    pub(crate) fn find(&self, query: &[u8]) -> Option<(usize, Strand)> {
        let minus = reverse_complement(query);
        let shared = |bases: &[u8], words: &[u64]| {
            let shared = kmers(bases, WORD).filter(|word| words.binary_search(word).is_ok()).count();
            let by_chance = words.len().saturating_mul(kmers(bases, WORD).count()) >> (2 * WORD);
            shared.saturating_sub(CHANCE * by_chance)
        };
        let counts: Vec<(usize, Strand)> = self
            .words
            .par_iter()
            .map(|words| {
                let (plus, minus) = (shared(query, words), shared(&minus, words));
                if minus > plus { (minus, Strand::Minus) } else { (plus, Strand::Plus) }
            })
            .collect();
        let (best, (most, strand)) =
            counts.iter().copied().enumerate().rev().max_by_key(|(_, (count, _))| *count)?;
        let second = counts.iter().enumerate().filter(|(marker, _)| *marker != best);
        let second = second.map(|(_, (count, _))| *count).max().unwrap_or_default();
        let leads = most >= LEAD * second || LEAD * most >= kmers(query, WORD).count();
        (most >= FEWEST_SHARED && leads).then_some((best, strand))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marker_with_the_shared_words_is_found_on_both_strands() {
        let one = b"ACGTTGCAACCAGTTGACCATGCATTAGGCATCCGATTACAGGCATTACG".to_vec();
        let two = b"TTTGGCCAAATTTCCGGGATATATCGCGATATCCCGGGAAATTTGGCCAA".to_vec();
        let (first, second) = (vec![one.clone()], vec![two.clone()]);
        let words = MarkerWords::new(&[&first, &second]);
        assert_eq!(words.find(&one), Some((0, Strand::Plus)));
        assert_eq!(words.find(&reverse_complement(&two)), Some((1, Strand::Minus)));
        assert_eq!(words.find(b"GATTACAGATTACAGATTACAGATTACAGATTACA"), None);
        assert_eq!(words.find(b""), None);
    }
}
