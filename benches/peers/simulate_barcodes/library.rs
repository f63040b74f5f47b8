//! Genera, species and records grown from the roots.

use crate::{
    gene::{Gene, mutated},
    prng::Random,
    roots::Root,
};

/// Half of the species have one record; the largest have about two thousand; the mean is 9.
const RECORD_DOUBLINGS: u32 = 10;
/// Half of the genera have one species; the largest have 63; the mean is a little above 5.
const SPECIES_DOUBLINGS: u32 = 5;

/// A genus: its ancestral gene, from which species descend like the rays of a star.
pub(crate) struct Genus {
    pub(crate) name: String,
    pub(crate) ancestor: Gene,
}

/// A species of the reference.
pub(crate) struct Species {
    /// Place among the genera.
    pub(crate) genus: usize,
    /// `Genus simaaaaaa`.
    pub(crate) name: String,
}

/// A record; its id follows from its place.
pub(crate) struct Record {
    /// Place among the species.
    pub(crate) species: usize,
    pub(crate) bases: Vec<u8>,
    /// A whole gene, not the barcode region.
    pub(crate) whole: bool,
}

/// A simulated reference.
#[derive(Default)]
pub(crate) struct Library {
    pub(crate) genera: Vec<Genus>,
    pub(crate) species: Vec<Species>,
    pub(crate) records: Vec<Record>,
}

impl Library {
    /// Grows `size` records: first the genera of the roots as they come, then simulated genera.
    pub(crate) fn grow(random: &mut Random, roots: &[Root], size: usize) -> Self {
        let mut library = Self::default();
        while library.records.len() < size {
            let number = library.genera.len();
            let genus = match roots.get(number) {
                Some(root) => Genus { name: root.genus.clone(), ancestor: root.gene.clone() },
                None => simulated_genus(random, roots, number),
            };
            library.genera.push(genus);
            for _ in 0..random.long_tailed(SPECIES_DOUBLINGS) {
                library.grow_species(random, number, size);
            }
        }
        library
    }

    fn grow_species(&mut self, random: &mut Random, genus: usize, size: usize) {
        let most = size - self.records.len();
        if most == 0 {
            return;
        }
        let gene = species_gene(random, &self.genera[genus].ancestor);
        let species = self.species.len();
        self.species
            .push(Species { genus, name: format!("{} {}", self.genera[genus].name, epithet(species)) });
        let count = random.long_tailed(RECORD_DOUBLINGS).min(most);
        self.records.extend(grow_records(random, &gene, species, count));
    }
}

/// `sim` and six letters that count: an epithet of letters, because names with digits are no species names.
pub(crate) fn epithet(number: usize) -> String {
    let mut letters = [b'a'; 6];
    let mut rest = number;
    for letter in letters.iter_mut().rev() {
        *letter = b'a' + u8::try_from(rest % 26).unwrap_or_default();
        rest /= 26;
    }
    format!("sim{}", String::from_utf8_lossy(&letters))
}

/// A genus that is not real: 8 to 14 % from a root.
pub(crate) fn simulated_genus(random: &mut Random, roots: &[Root], number: usize) -> Genus {
    let root = &random.pick(roots).gene;
    let ancestor = distant(random, root, 80, 140);
    let name = epithet(number);
    Genus { name: format!("S{}", &name[1..]), ancestor }
}

/// A species 1.5 to 6 % from the ancestor of its genus, so 3 to 12 % from its congeners.
pub(crate) fn species_gene(random: &mut Random, ancestor: &Gene) -> Gene {
    distant(random, ancestor, 15, 60)
}

/// A descendant `least` to `most` thousandths of the bases away.
fn distant(random: &mut Random, gene: &Gene, least: usize, most: usize) -> Gene {
    let length = gene.bases.len();
    let differences = random.between(length * least / 1000, length * most / 1000);
    gene.evolve(random, differences)
}

/// Records of a species. One quarter repeats an earlier record byte for byte, one sixth reads a known haplotype anew, the others
/// are new haplotypes with 1 to 3 differences from the species (in one of twenty species a second, deep lineage has 10 more).
fn grow_records(random: &mut Random, gene: &Gene, species: usize, count: usize) -> Vec<Record> {
    let deep = random.chance(1, 20).then(|| gene.evolve(random, 10));
    let mut haplotypes: Vec<Gene> = Vec::new();
    let mut records: Vec<Record> = Vec::with_capacity(count);
    for _ in 0..count {
        let draw = random.below(12);
        if draw < 3 && !records.is_empty() {
            let Record { bases, whole, .. } = random.pick(&records);
            records.push(Record { species, bases: bases.clone(), whole: *whole });
            continue;
        }
        if draw >= 5 || haplotypes.is_empty() {
            let lineage = deep.as_ref().filter(|_| random.chance(1, 3)).unwrap_or(gene);
            let differences = random.between(1, 3);
            haplotypes.push(lineage.evolve(random, differences));
        }
        let haplotype = haplotypes.len() - 1;
        let haplotype = if draw >= 5 { haplotype } else { random.below(haplotypes.len()) };
        records.push(read_record(random, &haplotypes[haplotype], species));
    }
    records
}

/// What a laboratory would have read of a haplotype.
fn read_record(random: &mut Random, gene: &Gene, species: usize) -> Record {
    let whole = gene.is_whole() && random.chance(3, 10);
    let mut bases = if whole { gene.bases.clone() } else { cut(random, gene.barcode()) };
    if random.chance(1, 1000) {
        let codon = 10 + 3 * random.below(bases.len() / 3 - 10);
        bases.drain(codon..codon + 3);
    }
    if random.chance(1, 50) {
        for _ in 0..random.between(1, 6) {
            let place = random.below(bases.len());
            bases[place] = ambiguity(random, bases[place]);
        }
    }
    Record { species, bases, whole }
}

/// All of it in 62 % of cases, otherwise 300 to 657 bases of its end, its start or its middle.
fn cut(random: &mut Random, barcode: &[u8]) -> Vec<u8> {
    if random.chance(62, 100) {
        return barcode.to_vec();
    }
    let length = random.between(300, crate::BARCODE - 1);
    let lost = crate::BARCODE - length;
    let start = match random.below(3) {
        0 => lost,
        1 => 0,
        _ => random.below(lost + 1),
    };
    barcode[start..start + length].to_vec()
}

/// A code that can be the base: mostly R or Y, sometimes N.
fn ambiguity(random: &mut Random, base: u8) -> u8 {
    match (base, random.chance(1, 4)) {
        (b'A' | b'G', false) => b'R',
        (b'C' | b'T', false) => b'Y',
        _ => b'N',
    }
}

/// A copy with `errors` errors: substitutions, and one lost or doubled base in twenty.
pub(crate) fn misread(random: &mut Random, bases: &[u8], errors: usize) -> Vec<u8> {
    let mut read = bases.to_vec();
    for _ in 0..errors {
        let place = random.below(read.len());
        match random.below(40) {
            0 => drop(read.remove(place)),
            1 => read.insert(place, read[place]),
            _ => read[place] = mutated(random, read[place]),
        }
    }
    read
}
