//! The nucleotide alphabet of IUPAC-IUB (Nomenclature Committee, 1984): four bases and eleven codes for ambiguity.

/// Upper-case form of a nucleotide code, with uracil written as thymine; `None` for anything else.
///
/// ```
/// use saola_seq::iupac::normalise;
/// assert_eq!(normalise(b'u'), Some(b'T'));
/// assert_eq!(normalise(b'r'), Some(b'R'));
/// assert_eq!(normalise(b'E'), None);
/// ```
pub const fn normalise(byte: u8) -> Option<u8> {
    match byte.to_ascii_uppercase() {
        b'U' => Some(b'T'),
        code @ (b'A' | b'C' | b'G' | b'T' | b'R' | b'Y' | b'S' | b'W' | b'K' | b'M' | b'B' | b'D' | b'H'
        | b'V' | b'N') => Some(code),
        _ => None,
    }
}

/// True for the four plain bases A, C, G and T in upper case.
pub const fn is_base(code: u8) -> bool {
    matches!(code, b'A' | b'C' | b'G' | b'T')
}

/// Whether a code stands for a base, as `R` does for A and G.
///
/// ```
/// use saola_seq::iupac::stands_for;
/// assert!(stands_for(b'R', b'G') && stands_for(b'N', b'T') && stands_for(b'A', b'A'));
/// assert!(!stands_for(b'R', b'C'));
/// ```
pub const fn stands_for(code: u8, base: u8) -> bool {
    let bases: &[u8] = match code {
        b'R' => b"AG",
        b'Y' => b"CT",
        b'S' => b"CG",
        b'W' => b"AT",
        b'K' => b"GT",
        b'M' => b"AC",
        b'B' => b"CGT",
        b'D' => b"AGT",
        b'H' => b"ACT",
        b'V' => b"ACG",
        b'N' => b"ACGT",
        _ => return code == base,
    };
    let mut index = 0;
    while index < bases.len() {
        if bases[index] == base {
            return true;
        }
        index += 1;
    }
    false
}

/// The 2-bit number of a plain base: A 0, C 1, G 2, T 3; `None` for ambiguity codes.
pub const fn base_number(code: u8) -> Option<u8> {
    // Bits 1 and 2 of the letters are 00, 01, 11 and 10: worked out, not branched on, as bases cannot be predicted.
    let bits = code >> 1 & 3;
    if is_base(code) { Some(bits ^ bits >> 1) } else { None }
}

/// The reverse complement; ambiguity codes are complemented as sets (R becomes Y).
pub fn reverse_complement(bases: &[u8]) -> Vec<u8> {
    bio::alphabets::dna::revcomp(bases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_letters_have_numbers() {
        let numbered: Vec<(u8, u8)> =
            (0..=u8::MAX).filter_map(|code| Some((code, base_number(code)?))).collect();
        assert_eq!(numbered, [(b'A', 0), (b'C', 1), (b'G', 2), (b'T', 3)]);
    }

    #[test]
    fn reverse_complement_of_every_code() {
        // Each code and the complement of its base set, in reverse order.
        assert_eq!(reverse_complement(b"ACGTRYSWKMBDHVN"), b"NBDHVKMWSRYACGT");
    }
}
