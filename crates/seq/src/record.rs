/// One sequence as read from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SequenceRecord {
    /// First word of the header line: valid UTF-8 without control characters.
    pub name: String,
    /// Rest of the header line, possibly empty.
    pub description: String,
    /// Line of the header in the (decompressed) file, counted from 1.
    pub line: u64,
    /// Upper-case IUPAC codes, uracil as T, alignment gaps removed.
    pub bases: Vec<u8>,
    /// Phred scores (0 to 93), one for each base; `None` for FASTA.
    pub qualities: Option<Vec<u8>>,
    /// Number of alignment gap characters (`-` or `.`) that were removed.
    pub gaps_removed: usize,
}

/// Where reading failed and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ReadError {
    /// Name of the file as the caller gave it.
    pub file: String,
    /// Name of the record, where one was read.
    pub record: Option<String>,
    /// Line in the (decompressed) file, counted from 1, where known.
    pub line: Option<u64>,
    /// What is wrong.
    pub kind: ReadErrorKind,
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.file)?;
        if let Some(record) = &self.record {
            write!(formatter, ", record {record:?}")?;
        }
        if let Some(line) = self.line {
            write!(formatter, ", line {line}")?;
        }
        write!(formatter, ": {}", self.kind)
    }
}

/// What is wrong with an input file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// No bytes, or only blank lines.
    #[error("the file is empty")]
    Empty,
    /// Neither FASTA nor FASTQ.
    #[error("not a sequence file: it begins with {found}, not with '>' (FASTA) or '@' (FASTQ)")]
    NotASequenceFile {
        /// The first character or the recognised file type, for the message.
        found: String,
    },
    /// The gzip stream is damaged or ends early.
    #[error("the gzip data are damaged or cut off ({0})")]
    Gzip(String),
    /// More text than [`crate::Limits`] allows.
    #[error("more than {limit} bytes of text")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// A line or record longer than [`crate::Limits`] allows.
    #[error("longer than {limit} bases")]
    TooLong {
        /// The limit in bases.
        limit: usize,
    },
    /// The text does not follow the format.
    #[error("{0}")]
    Malformed(String),
    /// A header without a name.
    #[error("the record has no name")]
    NoName,
    /// A name that is too long, not UTF-8, or holds control characters.
    #[error("the record's name {0}")]
    BadName(&'static str),
    /// A record without bases.
    #[error("the record has no bases")]
    NoBases,
    /// A letter that no nucleotide code uses, but amino acids do.
    #[error("'{letter}' at position {position} is no nucleotide code: this looks like a protein sequence")]
    Protein {
        /// The letter found.
        letter: char,
        /// Position in the record's sequence, counted from 1.
        position: usize,
    },
    /// Any other character.
    #[error("{character:?} at position {position} is no nucleotide code")]
    NotANucleotide {
        /// The character found.
        character: char,
        /// Position in the record's sequence, counted from 1.
        position: usize,
    },
    /// A quality character outside `!` to `~`.
    #[error("a quality character lies outside Phred+33 ('!' to '~')")]
    BadQuality,
}

impl ReadErrorKind {
    /// What the user can do about it, in one sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty => "check that the export from the sequencer or editor was complete",
            Self::NotASequenceFile { .. } => "give FASTA or FASTQ, plain or gzip-compressed",
            Self::Gzip(_) => "copy or download the file again, and compare its size with the original",
            Self::TooLarge { .. } => "split the file, or give the reads of one amplicon only",
            Self::TooLong { .. } => "barcodes are given as single markers, not as chromosomes",
            Self::Malformed(_) => "open the file at that line; every record must be complete",
            Self::NoName | Self::BadName(_) => {
                "names identify samples in the report: use short plain words after '>' or '@'"
            }
            Self::NoBases => "remove the record, or note the failed amplification in the case file",
            Self::Protein { .. } => "give the DNA sequence of the marker",
            Self::NotANucleotide { .. } => "use the IUPAC nucleotide codes ACGTRYSWKMBDHVN",
            Self::BadQuality => "old Illumina files (Phred+64) must be converted to Phred+33",
        }
    }
}
