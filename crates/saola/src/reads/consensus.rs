//! The consensus of a sample's traces.

use std::collections::BTreeSet;
use std::ops::Range;

use saola_digest::Sha256Digest;
use saola_identify::ReadFacts;
use saola_report::{ConsensusSite, Disagreements, Edit, Read, Reads, SiteSupport};
use saola_seq::assembly::{Agreement, Assembly, AssemblyError, AssemblyRead, GOOD_QUALITY, Site, Support};
use saola_seq::trace::{PeakHeights, Trace};
use saola_seq::{SequenceRecord, TrimRules, trim};

use super::NamedPrimer;
use super::edit;
use super::primer;

/// Phred score that a base of a trace without qualities gets: it decides nothing against a base that has one.
const UNKNOWN_QUALITY: u8 = 1;
/// Disputed positions that a report lists.
const MOST_DISPUTED: usize = 200;
/// Positions of several reads over which second peaks can be told from noise.
const LEAST_OVERLAP: u64 = 100;

/// A trace that belongs to a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceRead {
    /// Name of the file without folder.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Digest,
    /// The trace.
    pub trace: Trace,
    /// Whether it reads the reverse strand; `None` when nothing says so.
    pub is_reverse: Option<bool>,
}

/// A sample's sequence with how it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consensus {
    /// Name of the sample.
    pub sample: String,
    /// Bases, upper-case IUPAC codes; empty when no read has a part that is good enough.
    pub bases: Vec<u8>,
    /// Phred scores, one a base.
    pub qualities: Vec<u8>,
    /// How it was made.
    pub reads: Reads,
    /// Every position of the consensus before primers were cut off and edits were made, with what each read says.
    pub sites: Vec<ConsensusSite>,
    /// Name and SHA-256 of the first read's file.
    pub source: (String, Sha256Digest),
    /// The traces, in the order of the reads.
    pub traces: Vec<TraceRead>,
}

/// Why a sample has no consensus.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadsError {
    /// The reads do not go together.
    #[error("sample {sample:?}: {file}: {error}")]
    Assembly {
        /// The sample.
        sample: String,
        /// File of the read.
        file: String,
        /// What is wrong.
        error: AssemblyError,
    },
    /// An edit that does not fit.
    #[error("sample {sample:?}: edit {number}: {message}")]
    Edit {
        /// The sample.
        sample: String,
        /// Number of the edit of this sample, from 1.
        number: usize,
        /// What is wrong.
        message: String,
    },
}

impl ReadsError {
    /// What the user can do about it, in one sentence.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Assembly { .. } => {
                "check that the reads are of one sample and marker, or give them names of their own; --pair-by tells how names are read"
            }
            Self::Edit { .. } => "positions are those of the consensus before any edit",
        }
    }
}

/// A read after trimming.
struct Trimmed {
    kept: Range<usize>,
    qualities: Vec<u8>,
}

impl Trimmed {
    fn of(trace: &Trace, rules: &TrimRules) -> Self {
        if let Some(qualities) = &trace.qualities {
            return Self { kept: trim(qualities, rules), qualities: qualities.clone() };
        }
        // Nothing says where such a read is good: it is kept but for unknown bases at its ends.
        let is_known = |base: &u8| *base != b'N';
        let from = trace.bases.iter().position(is_known).unwrap_or(0);
        let to = trace.bases.iter().rposition(is_known).map_or(from, |last| last + 1);
        Self { kept: from..to, qualities: vec![UNKNOWN_QUALITY; trace.bases.len()] }
    }
}

impl Consensus {
    /// The consensus as a record; without qualities when no read has any.
    pub fn record(&self) -> SequenceRecord {
        let has_qualities =
            self.reads.amplicon.is_some() || self.reads.reads.iter().any(|read| read.mean_phred.is_some());
        SequenceRecord {
            name: self.sample.clone(),
            description: String::new(),
            line: 1,
            bases: self.bases.clone(),
            qualities: Some(self.qualities.clone()).filter(|_| has_qualities),
            gaps_removed: 0,
        }
    }

    /// What the gates ask of the reads.
    ///
    /// Two sources show their second peaks in every read, noise in one: where reads overlap over enough bases, second peaks are those that
    /// all reads of a position have; else those of the longest read.
    pub fn facts(&self) -> ReadFacts {
        if let Some(amplicon) = &self.reads.amplicon {
            let first = amplicon.groups.first();
            return ReadFacts::Amplicon {
                least_depth: first.map_or(0, |group| group.least_depth),
                used: amplicon.used,
                agreeing: first.map_or(0, |group| group.reads),
            };
        }
        let double: Vec<Option<Vec<bool>>> = self
            .traces
            .iter()
            .map(|read| Some(read.trace.peak_heights()?.iter().map(PeakHeights::is_double).collect()))
            .collect();
        let is_double = |said: &SiteSupport| {
            let read = usize::try_from(said.read).ok()?.checked_sub(1)?;
            let base = usize::try_from(said.position).ok()?.checked_sub(1)?;
            double.get(read)?.as_ref()?.get(base).copied()
        };
        let (mut peaks, mut double_peaks) = (0, 0);
        for site in self.sites.iter().filter(|site| site.support.len() > 1) {
            let said: Option<Vec<bool>> = site.support.iter().map(is_double).collect();
            if let Some(said) = said {
                peaks += 1;
                double_peaks += u64::from(said.iter().all(|is_double| *is_double));
            }
        }
        if peaks < LEAST_OVERLAP {
            let kept = |read: &&Read| read.kept_to + 1 - read.kept_from;
            let looked_at = |read: &&Read| read.kept_from > 0 && read.double_peaks.is_some();
            let longest = self.reads.reads.iter().filter(looked_at).max_by_key(kept);
            peaks = longest.as_ref().map_or(0, kept);
            double_peaks = longest.and_then(|read| read.double_peaks).unwrap_or(0);
        }
        ReadFacts::Traces { both_directions: self.reads.both_directions, peaks, double_peaks }
    }

    /// Makes the consensus of a sample's traces. Reads of which trimming leaves nothing are told and left out.
    ///
    /// # Errors
    ///
    /// [`ReadsError`].
    pub fn of(
        sample: &str,
        traces: Vec<TraceRead>,
        primers: &[NamedPrimer],
        edits: &[Edit],
    ) -> Result<Self, ReadsError> {
        let rules = TrimRules::default();
        let trimmed: Vec<Trimmed> = traces.iter().map(|read| Trimmed::of(&read.trace, &rules)).collect();
        let used: Vec<usize> = (0..traces.len()).filter(|read| !trimmed[*read].kept.is_empty()).collect();
        let assembly = assemble(sample, &traces, &trimmed, &used)?;
        let directions = directions(&traces, &used, &assembly);
        let mut reads = Reads {
            reads: traces
                .iter()
                .zip(&trimmed)
                .zip(&directions)
                .map(|((read, trimmed), direction)| described(read, trimmed, direction))
                .collect(),
            disagreements: disagreements(&assembly),
            edits: edits.to_vec(),
            ..Reads::default()
        };
        let (bases, qualities) = assembly.consensus();
        let (left, found) = primer::cut(&bases, primers);
        reads.primers = found;
        let offsets: Vec<u64> = used.iter().map(|read| trimmed[*read].kept.start as u64).collect();
        let sites = numbered(&assembly, &left, &Numbers { used: &used, offsets: &offsets });
        let inside =
            |position: i64| position >= 1 && position <= i64::try_from(left.len()).unwrap_or(i64::MAX);
        let is_both = |site: &ConsensusSite| site.agreement == Agreement::Both.as_str() && site.base != '-';
        let within = || sites.iter().filter(|site| inside(site.position));
        reads.both_directions = within().filter(|site| is_both(site)).count() as u64;
        let is_disputed = |site: &&ConsensusSite| {
            site.support.len() > 1 && ["resolved", "conflict", "unclear"].contains(&site.agreement.as_str())
        };
        reads.disputed = within().filter(is_disputed).take(MOST_DISPUTED).cloned().collect();
        let (bases, qualities) =
            edit::apply(&bases[left.clone()], &qualities[left], edits).map_err(|(index, message)| {
                ReadsError::Edit { sample: sample.to_owned(), number: index + 1, message }
            })?;
        reads.positions = bases.len() as u64;
        let first = traces.first().map(|read| (read.file.clone(), read.sha256));
        let source = first.unwrap_or_else(|| (String::new(), Sha256Digest::of(b"")));
        Ok(Self { sample: sample.to_owned(), bases, qualities, reads, sites, source, traces })
    }
}

fn assemble(
    sample: &str,
    traces: &[TraceRead],
    trimmed: &[Trimmed],
    used: &[usize],
) -> Result<Assembly, ReadsError> {
    let reads: Vec<AssemblyRead> = used
        .iter()
        .map(|read| AssemblyRead {
            bases: traces[*read].trace.bases[trimmed[*read].kept.clone()].to_vec(),
            qualities: trimmed[*read].qualities[trimmed[*read].kept.clone()].to_vec(),
            is_reverse: traces[*read].is_reverse,
        })
        .collect();
    if reads.is_empty() {
        return Ok(Assembly { sites: Vec::new(), is_reverse: Vec::new() });
    }
    Assembly::of(&reads).map_err(|error| {
        let read = match &error {
            AssemblyError::NoBases(read)
            | AssemblyError::TooLong { read }
            | AssemblyError::NoOverlap { read } => *read,
            _ => 0,
        };
        let file = used.get(read).map_or_else(String::new, |read| traces[*read].file.clone());
        ReadsError::Assembly { sample: sample.to_owned(), file, error }
    })
}

/// The direction of each read, in words.
fn directions(traces: &[TraceRead], used: &[usize], assembly: &Assembly) -> Vec<String> {
    let word = |is_reverse: bool| if is_reverse { "reverse" } else { "forward" };
    let said = |(index, read): (usize, &TraceRead)| {
        let place = used.iter().position(|used| *used == index);
        let found = place.and_then(|place| assembly.is_reverse.get(place)).copied();
        match (read.is_reverse, found) {
            (Some(known), _) => word(known).to_owned(),
            (None, Some(found)) if used.len() > 1 => format!("{} (by overlap)", word(found)),
            (None, _) => "not stated".to_owned(),
        }
    };
    traces.iter().enumerate().map(said).collect()
}

fn described(read: &TraceRead, trimmed: &Trimmed, direction: &str) -> Read {
    let (trace, kept) = (&read.trace, &trimmed.kept);
    let double = trace
        .peak_heights()
        .map(|heights| heights[kept.clone()].iter().filter(|heights| heights.is_double()).count() as u64);
    let mean = trace.qualities.as_ref().filter(|_| !kept.is_empty()).map(|qualities| {
        qualities[kept.clone()].iter().map(|quality| u64::from(*quality)).sum::<u64>() / kept.len() as u64
    });
    let origin = trace.origin.clone();
    Read {
        file: read.file.clone(),
        sha256: read.sha256.to_string(),
        format: trace.format.to_string(),
        direction: direction.to_owned(),
        bases: trace.bases.len() as u64,
        kept_from: if kept.is_empty() { 0 } else { kept.start as u64 + 1 },
        kept_to: if kept.is_empty() { 0 } else { kept.end as u64 },
        mean_phred: mean,
        double_peaks: double,
        has_edited_calls: trace.has_edited_calls,
        sample_name: origin.sample,
        instrument: [origin.instrument, origin.model].join(" ").trim().to_owned(),
        run_start: origin.run_start,
        mobility: origin.mobility,
        basecaller: origin.basecaller,
    }
}

/// Columns in which reads name different letters, by how many of these letters are good.
fn disagreements(assembly: &Assembly) -> Disagreements {
    let mut counts = Disagreements::default();
    for site in &assembly.sites {
        let named = |support: &&Support| matches!(support.base, b'A' | b'C' | b'G' | b'T' | b'-');
        let letters: BTreeSet<u8> = site.support.iter().filter(named).map(|support| support.base).collect();
        if letters.len() < 2 {
            continue;
        }
        let is_good = |letter: &&u8| {
            site.support.iter().any(|support| support.base == **letter && support.quality >= GOOD_QUALITY)
        };
        match letters.iter().filter(is_good).count() {
            0 => counts.none_good += 1,
            1 => counts.one_good += 1,
            _ => counts.both_good += 1,
        }
    }
    counts
}

/// How reads are numbered: in the assembly, and in the sample with what trimming took off their start.
struct Numbers<'n> {
    used: &'n [usize],
    offsets: &'n [u64],
}

/// All sites with their positions in the part that primers leave.
fn numbered(assembly: &Assembly, left: &Range<usize>, numbers: &Numbers<'_>) -> Vec<ConsensusSite> {
    let mut count = 0i64;
    let start = i64::try_from(left.start).unwrap_or(i64::MAX);
    let mut sites = Vec::new();
    for site in &assembly.sites {
        count += i64::from(site.call.base != b'-');
        sites.push(described_site(site, count - start, numbers));
    }
    sites
}

fn described_site(site: &Site, position: i64, numbers: &Numbers<'_>) -> ConsensusSite {
    ConsensusSite {
        position,
        base: char::from(site.call.base),
        phred: site.call.quality,
        agreement: site.call.agreement.as_str().to_owned(),
        support: site
            .support
            .iter()
            .map(|support| SiteSupport {
                read: numbers.used.get(support.read).map_or(0, |read| *read as u64 + 1),
                position: support.position as u64 + numbers.offsets.get(support.read).copied().unwrap_or(0),
                base: char::from(support.base),
                phred: support.quality,
            })
            .collect(),
        votes: None,
    }
}

#[cfg(test)]
mod tests {
    use saola_seq::iupac::reverse_complement;
    use saola_seq::trace::{TraceFormat, TraceOrigin};

    use super::*;

    const AMPLICON: &[u8] =
        b"ACGTTGCAACCAGTTCGATCTTAGGCATTCGAGTCCATGATTACGGACTTCAGGATCCATTGACGTACCTTAGCAATTCGGAGTCTACCATGA";

    /// A simulated trace without signal.
    fn trace(bases: &[u8], quality: u8, is_reverse: Option<bool>) -> TraceRead {
        TraceRead {
            file: format!("simulated_{is_reverse:?}"),
            sha256: Sha256Digest::of(bases),
            trace: Trace {
                format: TraceFormat::Abif,
                called: bases.to_vec(),
                bases: bases.to_vec(),
                qualities: Some(vec![quality; bases.len()]),
                peaks: Vec::new(),
                channels: Default::default(),
                origin: TraceOrigin::default(),
                has_edited_calls: false,
            },
            is_reverse,
        }
    }

    fn changed(bases: &[u8], position: usize, to: u8) -> Vec<u8> {
        let mut changed = bases.to_vec();
        changed[position - 1] = to;
        changed
    }

    fn pair(forward: (&[u8], u8), reverse: (&[u8], u8)) -> Consensus {
        let reads = vec![
            trace(forward.0, forward.1, Some(false)),
            trace(&reverse_complement(reverse.0), reverse.1, Some(true)),
        ];
        Consensus::of("simulated", reads, &[], &[]).unwrap()
    }

    #[test]
    fn a_pair_that_agrees_is_its_amplicon() {
        let found = pair((AMPLICON, 30), (AMPLICON, 35));
        assert_eq!(found.bases, AMPLICON);
        assert!(found.qualities.iter().all(|quality| *quality == 65));
        assert_eq!(found.reads.both_directions, AMPLICON.len() as u64);
        assert!(found.reads.disputed.is_empty());
    }

    #[test]
    fn two_good_bases_that_differ_are_unknown_and_told_with_their_places() {
        assert_eq!(AMPLICON[39], b'A');
        let found = pair((AMPLICON, 50), (&changed(AMPLICON, 40, b'C'), 25));
        assert_eq!(found.bases, changed(AMPLICON, 40, b'N'));
        assert_eq!(found.reads.disagreements.both_good, 1);
        let site = &found.reads.disputed[0];
        let said: Vec<(u64, u64, char, u8)> =
            site.support.iter().map(|said| (said.read, said.position, said.base, said.phred)).collect();
        // The reverse read is counted from its own start.
        let behind = AMPLICON.len() as u64 - 39;
        assert_eq!((site.position, said), (40, vec![(1, 40, 'A', 50), (2, behind, 'C', 25)]));
    }

    #[test]
    fn a_read_whose_direction_nobody_knows_is_turned_by_its_overlap() {
        let reads = vec![
            trace(AMPLICON, 30, Some(false)),
            trace(&reverse_complement(&AMPLICON[10..]), 30, None),
            trace(&[&AMPLICON[30..], b"GGTACCAGTTAC"].concat(), 30, None),
        ];
        let found = Consensus::of("simulated", reads, &[], &[]).unwrap();
        assert_eq!(found.bases, [AMPLICON, b"GGTACCAGTTAC"].concat());
        assert_eq!(found.reads.reads[1].direction, "reverse (by overlap)");
        assert_eq!(found.reads.reads[2].direction, "forward (by overlap)");
    }

    #[test]
    fn a_base_that_one_good_read_lacks_is_unknown() {
        let shorter = [&AMPLICON[..45], &AMPLICON[46..]].concat();
        let found = pair((AMPLICON, 40), (&shorter, 40));
        assert_eq!(found.bases.len(), AMPLICON.len());
        assert_eq!(found.bases.split(|base| *base == b'N').count(), 2);
    }
}
