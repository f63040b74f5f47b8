//! Texts by number: count u64, offsets u64 x (count + 1), UTF-8.
//!
//! ```text
//! "Falco", "", "Sula"  ->  3 | 0 5 5 9 | FalcoSula
//! ```

use zerocopy::{FromBytes, IntoBytes, little_endian::U64};

/// The section that holds `texts` in their order.
pub(crate) fn write<'a>(texts: impl ExactSizeIterator<Item = &'a str>) -> Vec<u8> {
    let mut offsets = Vec::with_capacity(texts.len() + 1);
    let mut pool = Vec::new();
    offsets.push(U64::new(0));
    for text in texts {
        pool.extend_from_slice(text.as_bytes());
        offsets.push((pool.len() as u64).into());
    }
    let count = U64::new(offsets.len() as u64 - 1);
    [count.as_bytes(), offsets.as_bytes(), &pool].concat()
}

/// How many texts a section says it has.
pub(crate) fn count(section: &[u8]) -> usize {
    let count = U64::ref_from_prefix(section).map_or(0, |(count, _)| count.get());
    usize::try_from(count).unwrap_or_default()
}

/// The text with this number; `None` when it is not there. Time O(length of the text).
pub(crate) fn get(section: &[u8], number: usize) -> Option<&str> {
    let (count, rest) = U64::ref_from_prefix(section).ok()?;
    let count = usize::try_from(count.get()).ok()?;
    if number >= count {
        return None;
    }
    let offsets_length = count.checked_add(1)?.checked_mul(8)?;
    let (offsets, pool) = rest.split_at_checked(offsets_length)?;
    let offsets = <[U64]>::ref_from_bytes(offsets).ok()?;
    let start = usize::try_from(offsets.get(number)?.get()).ok()?;
    let end = usize::try_from(offsets.get(number + 1)?.get()).ok()?;
    std::str::from_utf8(pool.get(start..end)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_example() {
        let section = write(["Falco", "", "Sula"].into_iter());
        let numbers: Vec<u8> = [3_u64, 0, 5, 5, 9].iter().flat_map(|number| number.to_le_bytes()).collect();
        assert_eq!(section, [numbers.as_slice(), b"FalcoSula"].concat());
        assert_eq!(
            [0, 1, 2, 3].map(|number| get(&section, number)),
            [Some("Falco"), Some(""), Some("Sula"), None]
        );
        assert_eq!(count(&section), 3);
    }

    #[test]
    fn what_is_cut_or_lies_is_not_there() {
        let section = write(["Falco"].into_iter());
        assert!((0..section.len()).all(|length| get(&section[..length], 0).is_none()));
        let mut lying = section;
        lying[..8].copy_from_slice(&u64::MAX.to_le_bytes());
        assert_eq!(get(&lying, 0), None);
    }
}
