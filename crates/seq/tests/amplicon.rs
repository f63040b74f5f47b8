//! Simulated nanopore reads of real barcodes, whose consensus is known. Errors are random: real reads also share errors.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking and tells what it measured"
)]

use std::path::Path;

use saola_seq::amplicon::{Amplicon, AmpliconRead, AmpliconRules, PrimerPair};
use saola_seq::iupac::{is_base, reverse_complement};

/// A small generator (xorshift64*), so that the reads are the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit
    }

    fn base(&mut self) -> u8 {
        b"ACGT"[usize::try_from(self.below(4)).unwrap()]
    }
}

/// Plain barcodes of the reference, each with its length.
fn barcodes(count: usize) -> Vec<Vec<u8>> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-db/records/nl-vertebrates-coi.tsv");
    let text = fs_err::read_to_string(path).unwrap();
    let column = text.lines().next().unwrap().split('\t').position(|name| name == "nuc").unwrap();
    let sequences =
        text.lines().skip(1).map(|line| line.split('\t').nth(column).unwrap().as_bytes().to_vec());
    let plain = sequences.filter(|bases| bases.len() > 600 && bases.iter().all(|base| is_base(*base)));
    plain.step_by(7).take(count).collect()
}

fn primers() -> PrimerPair {
    PrimerPair {
        names: ["LCO1490".to_owned(), "HCO2198".to_owned()],
        forward: b"GGTCAACAAATCATAAAGATATTGG".to_vec(),
        reverse: b"TAAACTTCAGGGTGACCAAAAAATCA".to_vec(),
    }
}

/// A read with so many errors for each thousand bases: two fifths substitutions, two fifths deletions, a fifth insertions.
fn read(amplicon: &[u8], errors: u64, random: &mut Random) -> Vec<u8> {
    let mut bases = Vec::new();
    for base in amplicon {
        match random.below(1000) {
            hit if hit * 5 < errors * 2 => bases.push(random.base()),
            hit if hit * 5 < errors * 4 => {}
            hit if hit < errors => bases.extend([random.base(), *base]),
            _ => bases.push(*base),
        }
    }
    if random.below(2) == 0 { reverse_complement(&bases) } else { bases }
}

/// The reads of a well.
fn well(barcode: &[u8], depth: usize, random: &mut Random) -> Vec<Vec<u8>> {
    let pair = primers();
    let amplicon = [&pair.forward[..], barcode, &reverse_complement(&pair.reverse)].concat();
    (0..depth)
        .map(|_| {
            let errors = 50 + random.below(71);
            read(&amplicon, errors, random)
        })
        .collect()
}

fn groups(reads: &[Vec<u8>]) -> Amplicon {
    let qualities: Vec<Vec<u8>> = reads.iter().map(|read| vec![12; read.len()]).collect();
    let reads: Vec<AmpliconRead<'_>> =
        reads.iter().zip(&qualities).map(|(bases, qualities)| AmpliconRead { bases, qualities }).collect();
    Amplicon::of(&reads, &[primers()], &AmpliconRules::default())
}

/// Wells whose consensus is their barcode.
fn right_wells(wells: usize, depth: usize) -> usize {
    let mut random = Random(20_261_127);
    let right = |barcode: &Vec<u8>| {
        let found = groups(&well(barcode, depth, &mut random));
        found.groups.first().is_some_and(|group| group.consensus().0 == *barcode)
    };
    barcodes(wells).iter().map(right).filter(|is_right| *is_right).count()
}

#[test]
fn some_wells_of_a_simulated_plate() {
    assert_eq!(right_wells(6, 100), 6);
}

#[test]
#[ignore = "a whole plate takes a minute; run by .ci/run"]
fn a_simulated_plate() {
    for depth in [20, 50, 100] {
        let right = right_wells(96, depth);
        eprintln!("simulated plate, 5 to 12 % errors, depth {depth}: {right} of 96 wells are their barcode");
        assert!(depth < 100 || right >= 95, "{right} of 96");
    }
}

#[test]
fn a_simulated_contaminant_is_a_group_of_its_own() {
    let mut random = Random(7);
    let barcodes = barcodes(2);
    let mut reads = well(&barcodes[0], 80, &mut random);
    reads.extend(well(&barcodes[1], 20, &mut random));
    // Two reads that were joined head to head, and some that are too short.
    let joined = [reads[0].clone(), reverse_complement(&reads[0])].concat();
    reads.push(joined);
    reads.push(barcodes[0][..60].to_vec());
    let found = groups(&reads);
    let sizes: Vec<usize> = found.groups.iter().map(|group| group.reads).collect();
    // Some reads have too many errors in a primer.
    assert!(sizes.len() == 2 && sizes[0] > 75 && sizes[1] > 17, "{sizes:?} {:?}", found.counts);
    assert_eq!(found.groups[0].consensus().0, barcodes[0]);
    assert_eq!(found.groups[1].consensus().0, barcodes[1]);
    assert_eq!(found.counts.wrong_length, 1);
    assert!(found.counts.chimeric + found.counts.without_primers >= 1);
}

#[test]
fn the_order_of_the_reads_does_not_matter() {
    let mut random = Random(11);
    let mut reads = well(&barcodes(1)[0], 30, &mut random);
    let forward = groups(&reads);
    reads.reverse();
    assert_eq!(groups(&reads), forward);
    assert_eq!(groups(&[]).groups, []);
}
