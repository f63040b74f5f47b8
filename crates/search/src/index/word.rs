//! Words: so many bases in a row as a number, 2 bits a base (`A` 0, `C` 1, `G` 2, `T` 3), first base in the highest bits.

/// Most words that are listed for base sets that stand for several.
pub(super) const MOST_EXPANSIONS: usize = 64;

/// Position and value of the words of plain bases; `length` at most 16.
pub(crate) fn words(masks: &[u8], length: usize) -> impl Iterator<Item = (u32, u32)> + '_ {
    let kept = if length >= 16 { u32::MAX } else { (1 << (2 * length)) - 1 };
    let (mut word, mut run) = (0_u32, 0_usize);
    (0_u32..).zip(masks).filter_map(move |(end, &mask)| {
        word = (word << 2 | mask.trailing_zeros() & 3) & kept;
        run = if mask.is_power_of_two() { run + 1 } else { 0 };
        let first = (end + 1).checked_sub(u32::try_from(length).ok()?)?;
        (run >= length).then_some((first, word))
    })
}

/// Every word that agrees with these base sets (at most 16 of them); `None` when there are more than [`MOST_EXPANSIONS`].
///
/// Two rows of base sets can agree position by position exactly if they share a word.
pub(crate) fn expansions(masks: &[u8]) -> Option<Vec<u32>> {
    let choices = masks.iter().map(|mask| mask.count_ones() as usize);
    let count = choices.fold(1, usize::saturating_mul);
    if count > MOST_EXPANSIONS {
        return None;
    }
    let mut words = vec![0_u32];
    for &mask in masks {
        let bases = (0..4).filter(|base| mask >> base & 1 == 1);
        words = bases.flat_map(|base| words.iter().map(move |word| word << 2 | base)).collect();
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bases::mask;

    fn masks(text: &str) -> Vec<u8> {
        text.bytes().map(mask).collect()
    }

    #[test]
    fn words_of_plain_bases_alone() {
        let found: Vec<(u32, u32)> = words(&masks("ACGNTT"), 2).collect();
        assert_eq!(found, [(0, 0b0001), (1, 0b0110), (4, 0b1111)]);
    }

    #[test]
    fn codes_stand_for_all_their_words() {
        assert_eq!(expansions(&masks("AR")), Some(vec![0b0000, 0b0010]));
        assert_eq!(expansions(&masks("NNN")).map(|words| words.len()), Some(64));
        assert_eq!(expansions(&masks("NNNR")), None);
        assert_eq!(expansions(&[1, 0]), Some(vec![]), "no base agrees with a byte that is no code");
    }
}
