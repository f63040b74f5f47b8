//! What it is: gates and ladder, from a sequence to a conclusion with its reasons.
//!
//! The ladder is walked from the top: species (or a group of species that the marker does not separate), genus,
//! family. On each rung the same gates are asked of the taxon in question; the first rung on which all pass is the
//! conclusion, and if none does the answer is that the reference does not support one. Every gate keeps its value,
//! its limit and a sentence, so that a reader can follow why a rung was left.
//!
//! On the query's own fragment R, with distances counted in differences ([`saola_search`]):
//!
//! * `d1` is the distance of the best record `r*`. The candidates C are the records within `d1` and a few
//!   differences more; the neighbours N are the records as close to `r*` as the query is. The taxa of C and N
//!   together are the highest precision that is possible (gate 1 of a rung: they all belong to one taxon).
//! * Gate 2: `d1` is within the taxon's limit. For a species, or a group of species, that is a multiple of the distance from any of
//!   its specimens to the nearest other one, and never more than a share of its distance to the next species; for a genus or family
//!   its own spread on R, and half the distance to the next.
//! * Gate 3: the gap to the nearest record outside is wide enough, by counted differences and by the exact sign
//!   test on the positions at which the two disagree.
//! * Gate 4: the taxon is sampled well enough; of a group, each species. Gate 5 (species): every recognised congener is represented.
//! * Gate 7 (species): where all records of the species differ from all of a relative, the query has the species' bases.
//!
//! There is no gate 6, "no record of another species would have been called this one": gate 2 contains it, as its limit is less than
//! the distance to the nearest record of another species.
//!
//! Before the ladder the sequence itself is asked: G1 qualities, G2 length and unknown bases, G2C how much of it the conclusion rests
//! on, G2L length for a species, G3 reading frame, G5 human DNA, G6 halves of different species. With qualities: G1Q the bases that
//! differ from the nearest record. With traces: G1D both directions, G7 second peaks, as of a mixture. Samples of one item are brought together by [`reconcile`] (G8).
//!
//! Everything here is a pure function of query, release and profile, in integers.

mod chimera;
mod clade;
mod diagnostic;
mod field;
mod fragment;
mod gap;
mod gate;
mod identifier;
mod item;
mod ladder;
mod memo;
mod outcome;
mod profile;
mod quality;
mod question;
mod reads;
pub mod trial;

pub use gate::{Blocks, Gate, GateStatus};
pub use identifier::{Identifier, Query, ReadFacts, UnknownMarker};
pub use item::{ItemConclusion, reconcile};
pub use outcome::{Identification, Level, LimitationId, Neighbour, RecordHit};
pub use profile::{Profile, ProfileError};
pub use question::{Answer, QuestionAnswer};

/// Version of the rules in this crate; a result made under other rules is not comparable.
pub const RULES_VERSION: &str = "4";
