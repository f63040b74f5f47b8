//! Sanger traces: what a capillary sequencer and its base caller wrote, read and never changed.
//!
//! * ABIF (`.ab1`): "Applied Biosystems Genetic Analysis Data File Format", Applied Biosystems, September 2009.
//! * SCF (`.scf`) versions 2 and 3: Dear & Staden 1992, DNA Sequence 3:107-110, and the Staden package's description of version 3.

mod abif;
mod bytes;
mod peaks;
mod scf;

use std::fmt;

pub use peaks::{DoublePeak, PeakHeights};

/// Most bases of a trace: ten times what a capillary can read.
pub const MOST_TRACE_BASES: usize = 20_000;
/// Highest Phred score that text formats can hold.
const MOST_PHRED: u8 = 93;
/// Most points of a channel.
pub const MOST_TRACE_POINTS: usize = 1_000_000;

/// The format of a trace file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TraceFormat {
    /// ABIF, `.ab1`.
    Abif,
    /// SCF, version 1 or 2.
    Scf2,
    /// SCF, version 3.
    Scf3,
}

impl fmt::Display for TraceFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Abif => "ABIF",
            Self::Scf2 => "SCF 2",
            Self::Scf3 => "SCF 3",
        })
    }
}

/// What a trace file says about its making; empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceOrigin {
    /// Name that the laboratory gave the sample.
    pub sample: String,
    /// Name or serial number of the instrument.
    pub instrument: String,
    /// Model of the instrument.
    pub model: String,
    /// Start of the run, `YYYY-MM-DDThh:mm:ss`, by the instrument's clock.
    pub run_start: String,
    /// End of the run.
    pub run_end: String,
    /// Mobility file: dyes and polymer.
    pub mobility: String,
    /// Base caller with its version.
    pub basecaller: String,
}

/// A trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Its format.
    pub format: TraceFormat,
    /// The base caller's letters as they stand in the file, ASCII.
    pub called: Vec<u8>,
    /// The same as upper-case IUPAC codes, what is no base (`-`) as `N`.
    pub bases: Vec<u8>,
    /// Phred scores (0 to 93), one a base; `None` where the file has none, all of them are 0, or one is higher than a Phred
    /// score can be.
    pub qualities: Option<Vec<u8>>,
    /// The point of each base's peak, counted from 0, rising or not as the file has it; empty where it has none.
    pub peaks: Vec<u32>,
    /// Signal of A, C, G, T, one value a point; empty where the file has none.
    pub channels: [Vec<i32>; 4],
    /// Where it comes from.
    pub origin: TraceOrigin,
    /// Whether the file also holds letters that someone edited, which are not used.
    pub has_edited_calls: bool,
}

/// Why a file is not a usable trace.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// The first bytes are not those of a trace.
    #[error("neither an ABIF nor an SCF trace")]
    NotATrace,
    /// A part lies beyond the end of the file.
    #[error("cut off or damaged: {0} lies beyond the end of the file")]
    CutOff(String),
    /// A part is not there.
    #[error("no {0} in the trace")]
    Missing(&'static str),
    /// A count that is not possible.
    #[error("damaged: {0}")]
    Damaged(String),
    /// More than is read.
    #[error("{what}: more than the {limit} that are read")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// The bound.
        limit: usize,
    },
}

impl TraceError {
    /// What the user can do about it, in one sentence.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NotATrace => "give .ab1 or .scf files as the sequencer wrote them",
            Self::CutOff(_) | Self::Damaged(_) => {
                "copy the file again, and compare its size with the original"
            }
            Self::Missing(_) => "give a sequencing trace with called bases, not a fragment analysis",
            Self::TooLarge { .. } => "a capillary's trace is far shorter: this is another kind of file",
        }
    }
}

/// Whether bytes begin as a trace does.
pub fn is_trace(bytes: &[u8]) -> bool {
    abif::is_abif(bytes) || scf::is_scf(bytes)
}

/// Reads a trace of either format.
///
/// Time and memory are linear in the file, whatever its tables claim.
///
/// # Errors
///
/// [`TraceError`].
pub fn read_trace(bytes: &[u8]) -> Result<Trace, TraceError> {
    let raw = if abif::is_abif(bytes) {
        abif::read(bytes)?
    } else if scf::is_scf(bytes) {
        scf::read(bytes)?
    } else {
        return Err(TraceError::NotATrace);
    };
    raw.checked()
}

/// A trace as a format's reader found it.
struct RawTrace {
    format: TraceFormat,
    called: Vec<u8>,
    qualities: Vec<u8>,
    peaks: Vec<u32>,
    channels: [Vec<i32>; 4],
    origin: TraceOrigin,
    has_edited_calls: bool,
}

impl RawTrace {
    /// The parts must fit each other.
    fn checked(self) -> Result<Trace, TraceError> {
        let count = self.called.len();
        if count == 0 {
            return Err(TraceError::Missing("called base"));
        }
        if let Some(letter) = self.called.iter().find(|letter| !letter.is_ascii_graphic()) {
            return Err(TraceError::Damaged(format!("byte {letter:#04x} among the called bases")));
        }
        if !self.qualities.is_empty() && self.qualities.len() != count {
            let message = format!("{count} bases and {} qualities", self.qualities.len());
            return Err(TraceError::Damaged(message));
        }
        if !self.peaks.is_empty() && self.peaks.len() != count {
            return Err(TraceError::Damaged(format!("{count} bases and {} peaks", self.peaks.len())));
        }
        let points = self.channels[0].len();
        if self.channels.iter().any(|channel| channel.len() != points) {
            return Err(TraceError::Damaged("channels of different lengths".to_owned()));
        }
        // Some SCF files hold probabilities of another scale, which say nothing as Phred scores.
        let is_phred = self.qualities.iter().all(|quality| *quality <= MOST_PHRED);
        let has_qualities = is_phred && self.qualities.iter().any(|quality| *quality > 0);
        Ok(Trace {
            format: self.format,
            bases: self.called.iter().map(|letter| base(*letter)).collect(),
            called: self.called,
            qualities: Some(self.qualities).filter(|_| has_qualities),
            peaks: self.peaks,
            channels: self.channels,
            origin: self.origin,
            has_edited_calls: self.has_edited_calls,
        })
    }
}

/// A called letter as IUPAC code.
fn base(letter: u8) -> u8 {
    crate::iupac::normalise(letter).unwrap_or(b'N')
}
