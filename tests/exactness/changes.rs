//! Queries made of records: the ways in which a sample differs from a reference.

use saola::reverse_complement;

use crate::{libraries::Library, prng::Random};

/// Kinds of change.
pub(crate) const CHANGES: [&str; 13] = [
    "as it is",
    "mini-barcode",
    "longer",
    "the longest",
    "to 5 % changed",
    "5 to 20 % changed",
    "IUPAC codes",
    "gaps",
    "chimera",
    "partial overlap",
    "mini, changed, IUPAC codes",
    "short",
    "unlike all",
];

/// A changed record of a library, one in three reverse-complemented.
pub(crate) fn changed(random: &mut Random, change: &str, library: &Library) -> Vec<u8> {
    let source = random.pick(&library.records).clone();
    let other = random.pick(&library.records).clone();
    let query = match change {
        "mini-barcode" => piece(random, &source, 100, 300),
        "longer" => {
            let (before, after) = (random.between(0, 200), random.between(11, 200));
            [strange(random, before), source, strange(random, after)].concat()
        }
        "the longest" => random.pick(&library.longest()).clone(),
        "to 5 % changed" => replaced(random, source, 50),
        "5 to 20 % changed" => {
            let most = random.between(100, 400);
            replaced(random, source, most)
        }
        "IUPAC codes" => ambiguous(random, source),
        "gaps" => with_gaps(random, source),
        "chimera" => [&source[..source.len() / 2], &other[other.len() / 2..]].concat(),
        "partial overlap" => {
            let (own, strangers) = (piece(random, &source, 60, 400), random.between(20, 300));
            [own, strange(random, strangers)].concat()
        }
        "mini, changed, IUPAC codes" => {
            let own = piece(random, &source, 60, 300);
            let own = replaced(random, own, 80);
            let own = ambiguous(random, own);
            with_gaps(random, own)
        }
        "short" => piece(random, &source, 1, 60),
        "unlike all" => {
            let length = random.between(1, 700);
            strange(random, length)
        }
        _ => source,
    };
    if random.chance(1, 3) { reverse_complement(&query) } else { query }
}

/// Plain bases by chance.
pub(crate) fn strange(random: &mut Random, length: usize) -> Vec<u8> {
    (0..length).map(|_| *random.pick(b"ACGT")).collect()
}

/// A piece of `least` to `most` bases; all of a sequence that is shorter.
pub(crate) fn piece(random: &mut Random, bases: &[u8], least: usize, most: usize) -> Vec<u8> {
    let length = random.between(least, most).min(bases.len());
    let start = random.below(bases.len() - length + 1);
    bases[start..start + length].to_vec()
}

/// Up to `most` thousandths of the bases replaced by any base.
pub(crate) fn replaced(random: &mut Random, mut bases: Vec<u8>, most: usize) -> Vec<u8> {
    for _ in 0..random.between(0, bases.len() * most / 1000) {
        let place = random.below(bases.len());
        bases[place] = *random.pick(b"ACGT");
    }
    bases
}

/// Some IUPAC codes in place of bases, mostly of codes that can be the base; one time in four a run of `N`,
/// which can be most of the sequence.
pub(crate) fn ambiguous(random: &mut Random, mut bases: Vec<u8>) -> Vec<u8> {
    for _ in 0..random.between(1, 20) {
        let place = random.below(bases.len());
        let code = match bases[place] {
            b'A' => *random.pick(b"RWMDHVN"),
            b'C' => *random.pick(b"YSMBHVN"),
            b'G' => *random.pick(b"RSKBDVN"),
            b'T' => *random.pick(b"YWKBDHN"),
            _ => *random.pick(b"RYSWKMBDHVN"),
        };
        bases[place] = code;
    }
    if random.chance(1, 4) {
        let start = random.below(bases.len());
        let most = if random.chance(1, 4) { bases.len() } else { 60 };
        let end = bases.len().min(start + random.between(1, most));
        bases[start..end].fill(b'N');
    }
    bases
}

/// One to six runs of bases lost or doubled.
pub(crate) fn with_gaps(random: &mut Random, mut bases: Vec<u8>) -> Vec<u8> {
    for _ in 0..random.between(1, 6) {
        let start = random.below(bases.len());
        let end = bases.len().min(start + random.between(1, 9));
        let run = bases[start..end].to_vec();
        if random.chance(1, 2) && bases.len() > run.len() {
            bases.drain(start..end);
        } else {
            bases.splice(start..start, run);
        }
    }
    bases
}
