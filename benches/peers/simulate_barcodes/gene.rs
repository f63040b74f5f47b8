//! A coding gene and how it changes: codon by codon, under purifying selection.

use crate::prng::Random;

/// Amino acids of the codons in the order TTT, TTC, TTA, TTG, TCT, ... (NCBI, "The Genetic Codes"); `*` ends translation.
const VERTEBRATE: &[u8; 64] = b"FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIMMTTTTNNKKSS**VVVVAAAADDEEGGGG";
const INVERTEBRATE: &[u8; 64] = b"FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIMMTTTTNNKKSSSSVVVVAAAADDEEGGGG";

/// Attempts for each substitution wanted, so that a saturated gene ends the loop.
const ATTEMPTS: usize = 200;

/// Bases of the COI barcode region within a gene.
#[derive(Clone)]
pub(crate) struct Gene {
    /// A, C, G and T.
    pub(crate) bases: Vec<u8>,
    /// Position of the first whole codon's first base.
    pub(crate) frame: usize,
    /// Where the barcode region of 658 bases begins.
    pub(crate) barcode: usize,
    /// NCBI's number of the genetic code: 2, or 5 for all others.
    pub(crate) code: u8,
}

impl Gene {
    /// The barcode region.
    pub(crate) fn barcode(&self) -> &[u8] {
        &self.bases[self.barcode..self.barcode + crate::BARCODE]
    }

    /// Whether the gene goes beyond the barcode region.
    pub(crate) fn is_whole(&self) -> bool {
        self.bases.len() > crate::BARCODE
    }

    /// Whether a codon before the last ends translation.
    pub(crate) fn has_stop(&self) -> bool {
        self.codons().any(|start| self.amino_acid(&self.bases[start..start + 3]) == b'*')
    }

    /// First bases of the codons, without the last codon of a whole gene, which may be its stop.
    fn codons(&self) -> impl Iterator<Item = usize> {
        let end = self.bases.len() - if self.is_whole() { 3 } else { 0 };
        (self.frame..end.saturating_sub(2)).step_by(3)
    }

    fn amino_acid(&self, codon: &[u8]) -> u8 {
        let number = codon.iter().fold(0, |number, base| 4 * number + order(*base));
        if self.code == 2 { VERTEBRATE[number] } else { INVERTEBRATE[number] }
    }

    /// A descendant with `differences` bases unlike this gene's (fewer only if the gene is saturated).
    ///
    /// A codon is drawn, then its third base (80 %), first (15 %) or second (5 %), then a transition (60 %) or one of the
    /// two transversions. A stop codon is never taken, a synonymous codon always, any other in one of ten cases.
    pub(crate) fn evolve(&self, random: &mut Random, differences: usize) -> Self {
        let mut child = self.clone();
        let codons: Vec<usize> = self.codons().collect();
        let mut changed = 0;
        for _ in 0..ATTEMPTS * differences {
            if changed >= differences {
                break;
            }
            let start = *random.pick(&codons);
            let place = start + *random.pick(&[2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 1]);
            if child.bases[place] == self.bases[place] && child.substitute(random, start, place) {
                changed += 1;
            }
        }
        child
    }

    /// Whether the substitution was taken.
    fn substitute(&mut self, random: &mut Random, start: usize, place: usize) -> bool {
        let before = self.amino_acid(&self.bases[start..start + 3]);
        let old = self.bases[place];
        self.bases[place] = mutated(random, old);
        let after = self.amino_acid(&self.bases[start..start + 3]);
        let taken = after != b'*' && (after == before || random.chance(1, 10));
        if !taken {
            self.bases[place] = old;
        }
        taken
    }
}

/// Another base: the transition in 60 % of cases.
pub(crate) fn mutated(random: &mut Random, base: u8) -> u8 {
    let [transition, one, other] = match base {
        b'A' => *b"GCT",
        b'C' => *b"TAG",
        b'G' => *b"ACT",
        _ => *b"CAG",
    };
    *random.pick(&[
        transition, transition, transition, transition, transition, transition, one, one, other, other,
    ])
}

/// Place in the order T, C, A, G of the published tables.
const fn order(base: u8) -> usize {
    match base {
        b'T' => 0,
        b'C' => 1,
        b'A' => 2,
        _ => 3,
    }
}
