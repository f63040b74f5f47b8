//! From reads to the sequence of a sample: trimmed, paired, assembled or voted on, cut at its primers, and edited where a person says so.

mod amplicon;
mod consensus;
mod edit;
mod output;
mod pair;
mod primer;

pub use consensus::{Consensus, ReadsError, TraceRead};
pub use edit::{SampleEdit, read_edits};
pub use output::{ConsensusFile, ConsensusSample, consensus_schema, write_consensus};
pub use pair::{PairError, PairRule, Paired};
pub use primer::{NamedPrimer, read_primers};
