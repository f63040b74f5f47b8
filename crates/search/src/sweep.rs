//! One query against many sequences, each compared in full.

use rayon::prelude::*;

use crate::bases::mask;
use crate::ends::{Kind, allowed_overhang};
use crate::lanes::InfixPattern;
use crate::myers::Pattern;

/// Texts that one thread takes at a time.
const TEXTS: usize = 256;

/// The least differences of the spanning alignments of a query with each reference, in their order: the same numbers as
/// [`Pattern::differences`] with [`Kind::Spanning`] and this limit, several references at a time.
///
/// All are upper-case IUPAC DNA. Why the kernel's distance is the spanning one is said at the search's verification: `N` is added
/// for the allowed overhang.
///
/// # Complexity
///
/// O(N m n / 64) word operations for N references, on rayon's current threads; a limit makes it faster.
///
/// # Examples
///
/// ```
/// let references = [b"TTACGTACGATGCARCGATCAGTT".to_vec(), b"TTTT".to_vec()];
/// let found = saola_search::spanning_differences(b"ACGTACGTTGCAACGATCAG", &references, None);
/// assert_eq!(found[0], Some(1));
/// ```
pub fn spanning_differences<R: AsRef<[u8]> + Sync>(
    query: &[u8],
    references: &[R],
    limit: Option<u32>,
) -> Vec<Option<u32>> {
    let masks: Vec<u8> = query.iter().map(|&code| mask(code)).collect();
    if masks.contains(&0) || masks.is_empty() {
        // What is no IUPAC code may overhang at no cost, but does not agree with `N`.
        let pattern = Pattern::new(query);
        return references
            .par_iter()
            .map(|one| pattern.differences(one.as_ref(), Kind::Spanning, limit))
            .collect();
    }
    let pattern = InfixPattern::new(&masks);
    let overhang = vec![mask(b'N'); allowed_overhang(query.len())];
    let padded = |reference: &R| -> Vec<u8> {
        let bases = reference.as_ref().iter().map(|&code| mask(code)).collect::<Vec<u8>>();
        [overhang.as_slice(), &bases, &overhang].concat()
    };
    let chunks = references.par_chunks(TEXTS).flat_map_iter(|chunk| {
        let texts: Vec<Vec<u8>> = chunk.iter().map(padded).collect();
        let texts: Vec<&[u8]> = texts.iter().map(Vec::as_slice).collect();
        pattern.distances(&texts, limit.unwrap_or(u32::MAX))
    });
    chunks.collect()
}
