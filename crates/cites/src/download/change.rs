//! One row of a download.

use jiff::civil::Date;

use crate::country::CountryCode;
use crate::event::Appendix;
use crate::rank::Rank;

/// What a row says happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Act {
    Deletion,
    Withdrawal,
    Reservation,
    Exception,
    Addition,
}

/// A change of the Appendices as a row tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// Where it stands in its file, counted from 1.
    pub(super) line: u64,
    pub(super) taxon: String,
    pub(super) rank: Rank,
    /// Order, family and the like, as far as the file names them.
    pub(super) above: Vec<(Rank, String)>,
    /// The group that it belongs to.
    pub(super) within: String,
    pub(super) act: Act,
    pub(super) appendix: Appendix,
    pub(super) party: Option<CountryCode>,
    /// Its day; `None` in a state.
    pub(super) day: Option<Date>,
    /// Whether it is still so on the day of the download.
    pub(super) is_current: bool,
    /// The annotation, without markup.
    pub(super) wording: String,
    pub(super) hash_annotation: String,
}

impl Change {
    pub(super) fn is_deletion(&self) -> bool {
        self.act == Act::Deletion
    }

    /// Whether it says that the listing of a higher taxon takes the taxon up.
    pub(super) fn points_up(&self) -> bool {
        self.act == Act::Addition && self.wording.to_lowercase().starts_with("included in ")
    }

    /// A listing in Appendix I or II: of those a taxon has one state, while each party has its own in Appendix III.
    pub(super) fn is_of_the_conference(&self) -> bool {
        self.appendix != Appendix::III
    }

    /// Whether two rows are about the same list.
    pub(super) fn same_list(&self, other: &Self) -> bool {
        self.appendix == other.appendix && self.party == other.party
    }
}
