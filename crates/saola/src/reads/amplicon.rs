//! The consensus of an amplicon's reads.

use saola_report::{AmpliconGroup, AmpliconReads, ConsensusSite, Edit, Reads};
use saola_seq::amplicon::{Amplicon, AmpliconRead, AmpliconRules, AmpliconSite, PrimerPair};

use super::{Consensus, NamedPrimer, ReadsError, edit};
use crate::SampleFile;

impl Consensus {
    /// Makes the consensus of the reads of one amplicon, those of a FASTQ file. Of the primer pairs that two of `primers` make, a forward
    /// and a reverse one of one marker, the one is cut off that most reads have.
    ///
    /// # Errors
    ///
    /// [`ReadsError::Edit`] for an edit that does not fit.
    pub fn of_amplicon(
        sample: &str,
        file: &SampleFile,
        primers: &[NamedPrimer],
        edits: &[Edit],
    ) -> Result<Self, ReadsError> {
        let reads: Vec<AmpliconRead<'_>> = file
            .records
            .iter()
            .map(|record| AmpliconRead {
                bases: &record.bases,
                qualities: record.qualities.as_deref().unwrap_or_default(),
            })
            .collect();
        let found = Amplicon::of(&reads, &pairs(primers), &AmpliconRules::default());
        let sites = found.groups.first().map_or(&[][..], |group| group.sites.as_slice());
        let (bases, qualities) = match found.groups.first() {
            Some(group) => group.consensus(),
            None => Default::default(),
        };
        let (bases, qualities) = edit::apply(&bases, &qualities, edits).map_err(|(index, message)| {
            ReadsError::Edit { sample: sample.to_owned(), number: index + 1, message }
        })?;
        let reads = Reads {
            positions: bases.len() as u64,
            edits: edits.to_vec(),
            amplicon: Some(told(file, &found)),
            ..Reads::default()
        };
        Ok(Self {
            sample: sample.to_owned(),
            bases,
            qualities,
            reads,
            sites: numbered(sites).map(|(position, site)| described(position, site)).collect(),
            source: (file.name.clone(), file.sha256),
            traces: Vec::new(),
        })
    }
}

/// Each forward primer with each reverse one of its marker.
fn pairs(primers: &[NamedPrimer]) -> Vec<PrimerPair> {
    let mut pairs = Vec::new();
    for forward in primers.iter().filter(|primer| primer.is_reverse == Some(false)) {
        let partner = |other: &&NamedPrimer| other.is_reverse == Some(true) && other.marker == forward.marker;
        pairs.extend(primers.iter().filter(partner).map(|reverse| PrimerPair {
            names: [forward.name.clone(), reverse.name.clone()],
            forward: forward.bases.clone(),
            reverse: reverse.bases.clone(),
        }));
    }
    pairs
}

/// Sites with their positions, counted from 1.
fn numbered(sites: &[AmpliconSite]) -> impl Iterator<Item = (u64, &AmpliconSite)> {
    (1..).zip(sites)
}

fn described(position: u64, site: &AmpliconSite) -> ConsensusSite {
    ConsensusSite {
        position: i64::try_from(position).unwrap_or(i64::MAX),
        base: char::from(site.base),
        phred: site.quality,
        agreement: if site.base == b'N' { "unclear" } else { "votes" }.to_owned(),
        support: Vec::new(),
        votes: Some(site.votes.0.map(|votes| votes as u64)),
    }
}

fn told(file: &SampleFile, found: &Amplicon) -> AmpliconReads {
    let counts = &found.counts;
    let uncertain = found
        .groups
        .first()
        .into_iter()
        .flat_map(|group| numbered(&group.sites).filter(|(_, site)| site.is_uncertain_length));
    AmpliconReads {
        file: file.name.clone(),
        sha256: file.sha256.to_string(),
        reads: counts.reads as u64,
        wrong_length: counts.wrong_length as u64,
        poor: counts.poor as u64,
        without_primers: counts.without_primers as u64,
        chimeric: counts.chimeric as u64,
        not_needed: counts.not_needed as u64,
        used: counts.used as u64,
        apart: counts.apart as u64,
        primers: found.primers.as_ref().map_or_else(Vec::new, |pair| pair.names.to_vec()),
        groups: found
            .groups
            .iter()
            .map(|group| AmpliconGroup {
                reads: group.reads as u64,
                forward: group.forward as u64,
                least_depth: group.least_depth() as u64,
                sequence: String::from_utf8_lossy(&group.consensus().0).into_owned(),
            })
            .collect(),
        uncertain_lengths: uncertain.map(|(position, _)| position).collect(),
    }
}
