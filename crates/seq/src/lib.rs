//! What was read: sequences from files, and the terms that describe them.
//!
//! * [`read_records`]: FASTA or FASTQ, plain or gzip, told apart by content; bounded by [`Limits`].
//! * [`trace`]: Sanger traces, ABIF and SCF; [`trim`]: their ends cut by quality.
//! * [`assembly`]: several reads of one amplicon, called position by position.
//! * [`amplicon`]: nanopore reads of one amplicon, parted into groups and called by their votes.
//! * [`iupac`]: the nucleotide alphabet (IUPAC-IUB 1984) and reverse complement.
//! * [`MarkerTable`]: barcode markers with their aliases, reference coordinates and least lengths.
//! * [`GeneticCode`]: stop codons under the NCBI translation tables used by barcodes.
//! * [`kmers`]: the exact words of a sequence, packed in 2 bits a base.
//! * [`table`]: tab-separated text tables with file and line in every error.

pub mod amplicon;
pub mod assembly;
pub mod iupac;
pub mod table;
pub mod trace;

mod genetic_code;
mod kmer;
mod marker;
mod reader;
mod record;
mod trim;

pub use genetic_code::{CodingCheck, GeneticCode, GeneticCodeTable, check_coding};
pub use kmer::{kmers, pack};
pub use marker::{Genome, Marker, MarkerReference, MarkerTable, Primer};
pub use reader::{Limits, is_unsafe, read_records};
pub use record::{ReadError, ReadErrorKind, SequenceRecord};
pub use trim::{TrimRules, error_of, trim};
