use crate::iupac;

/// A word of plain bases as a number, 2 bits a base, first base in the highest bits.
///
/// `None` when `word` holds an ambiguity code or more than 31 bases.
pub fn pack(word: &[u8]) -> Option<u64> {
    if word.len() > 31 {
        return None;
    }
    word.iter().try_fold(0, |packed, &base| Some(packed << 2 | u64::from(iupac::base_number(base)?)))
}

/// All words of `length` bases (1 to 31) in `bases`, from left to right, leaving out those with ambiguity codes.
///
/// Time O(n).
///
/// ```
/// assert_eq!(saola_seq::kmers(b"ACGNCC", 2).collect::<Vec<_>>(), [0b0001, 0b0110, 0b0101]);
/// ```
pub fn kmers(bases: &[u8], length: usize) -> impl Iterator<Item = u64> {
    let length = length.clamp(1, 31);
    let mask = (1_u64 << (2 * length)) - 1;
    let (mut packed, mut run) = (0_u64, 0_usize);
    bases.iter().filter_map(move |&base| {
        if let Some(number) = iupac::base_number(base) {
            packed = (packed << 2 | u64::from(number)) & mask;
            run += 1;
        } else {
            run = 0;
        }
        (run >= length).then_some(packed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rolling_equals_packing_each_window(bases in "[ACGTN]{0,60}", length in 1_usize..12) {
            let bases = bases.as_bytes();
            let each: Vec<u64> = bases.windows(length).filter_map(pack).collect();
            prop_assert_eq!(kmers(bases, length).collect::<Vec<_>>(), each);
        }
    }
}
