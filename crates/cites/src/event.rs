//! One dated change of the Appendices.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use crate::country::CountryCode;
use crate::population::{Coverage, Population};
use crate::rank::Rank;

/// An Appendix of the Convention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Appendix {
    /// Appendix I.
    I,
    /// Appendix II.
    II,
    /// Appendix III: listed by one party.
    III,
}

/// What an event does. The order is that in which events of one day are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    /// Ends a listing of the taxon in that Appendix (and of that party, and of those populations, if named).
    Deletion,
    /// Ends a reservation of a party.
    Withdrawal,
    /// A party's reservation against the listing of the taxon in that Appendix.
    Reservation,
    /// Takes the taxon out of a listing of a higher taxon in that Appendix.
    Exception,
    /// Opens a listing.
    Inclusion,
    /// Replaces wording, populations and exclusions of the listings of the taxon in that Appendix.
    Amendment,
}

/// How far an event is known to be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventStatus {
    /// Compared by a test with an independent listing history.
    Verified,
    /// Stated by the named document.
    Stated,
    /// Not checked: shown, never deciding.
    Unverified,
}

/// One dated change of the Appendices, a row of `listings.tsv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Unique in the file.
    pub event_id: String,
    /// The taxon as the treaty names it.
    pub taxon: String,
    /// Its rank.
    pub rank: Rank,
    /// The group (`groups.tsv`) that the taxon is or belongs to; keeps homonyms apart.
    pub within: String,
    /// What the event does.
    pub kind: EventKind,
    /// The Appendix it changes.
    pub appendix: Appendix,
    /// Populations that the listing is limited to; empty: no limit.
    pub populations_included: Vec<Population>,
    /// Populations that the listing leaves out.
    pub populations_excluded: Vec<Population>,
    /// Taxa below the listed one that the listing leaves out.
    pub excluded_taxa: Vec<String>,
    /// Number of the annotation on parts and derivatives (`#4`), with the meeting that set it where known.
    pub hash_annotation: String,
    /// Other conditions in short words.
    pub annotation: String,
    /// The day from which the event has effect.
    pub effective_from: Date,
    /// The listing party (Appendix III) or the reserving party.
    pub party: Option<CountryCode>,
    /// Where the change is published.
    pub document: String,
    /// How far the event is known to be right.
    pub status: EventStatus,
    /// What limits that knowledge.
    pub status_note: String,
}

const APPENDICES: [(Appendix, &str); 3] = [(Appendix::I, "I"), (Appendix::II, "II"), (Appendix::III, "III")];

const KINDS: [(EventKind, &str); 6] = [
    (EventKind::Deletion, "deletion"),
    (EventKind::Withdrawal, "withdrawal"),
    (EventKind::Reservation, "reservation"),
    (EventKind::Exception, "exception"),
    (EventKind::Inclusion, "inclusion"),
    (EventKind::Amendment, "amendment"),
];

const STATUSES: [(EventStatus, &str); 3] = [
    (EventStatus::Verified, "verified"),
    (EventStatus::Stated, "stated"),
    (EventStatus::Unverified, "unverified"),
];

/// A word that is none of the allowed ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("none of the words that this column allows")]
pub struct UnknownWord;

macro_rules! words {
    ($type:ty, $table:ident) => {
        impl FromStr for $type {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $table.iter().find(|(_, word)| *word == text).map(|(value, _)| *value).ok_or(UnknownWord)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                let word = $table.iter().find(|(value, _)| value == self).map_or("", |(_, word)| word);
                formatter.write_str(word)
            }
        }
    };
}

words!(Appendix, APPENDICES);
words!(EventKind, KINDS);
words!(EventStatus, STATUSES);

impl Event {
    /// Whether the event may decide: unverified ones are shown only.
    pub(crate) fn decides(&self) -> bool {
        self.status != EventStatus::Unverified
    }

    /// The populations that a listing by this event covers.
    pub(crate) fn coverage(&self) -> Coverage {
        Coverage::of(&self.populations_included, &self.populations_excluded)
    }

    /// Sorts events into the order in which they are applied: by day, then kind, then id.
    pub(crate) fn order(&self) -> (Date, EventKind, &str) {
        (self.effective_from, self.kind, &self.event_id)
    }
}
