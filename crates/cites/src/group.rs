//! Taxa as the treaty delimits them, and how far the file is complete for them.

use jiff::civil::Date;

use crate::lineage::Lineage;
use crate::name;
use crate::rank::Rank;

/// A row of `groups.tsv`: a taxon of the treaty, the names under which others know it or its parts, and the dates up
/// to which the file holds every listing and every reservation on it and on all that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The taxon as the treaty names it.
    pub taxon: String,
    /// Its rank in the treaty.
    pub rank: Rank,
    /// Its kingdom: keeps homonyms apart.
    pub kingdom: String,
    /// Names, with their ranks, that a lineage may hold instead of the taxon's own.
    pub members: Vec<(Rank, String)>,
    /// What the treaty places it in, with ranks: for a question that knows no more than a name.
    pub above: Vec<(Rank, String)>,
    /// Every change of a listing up to and including this day is in the file; `None`: the row only bridges names.
    pub complete_through: Option<Date>,
    /// Every reservation and withdrawal up to and including this day is in the file; `None`: not all of them are.
    pub reservations_through: Option<Date>,
    /// What the row rests on.
    pub note: String,
}

impl Group {
    /// Where the group stands in a lineage (counted from the kingdom): the topmost name that is it or a member.
    pub(crate) fn position(&self, lineage: &Lineage) -> Option<usize> {
        if lineage.kingdom()? != name::kingdom(&self.kingdom) {
            return None;
        }
        std::iter::once((self.rank, self.taxon.as_str()))
            .chain(self.members.iter().map(|(rank, member)| (*rank, member.as_str())))
            .filter_map(|(rank, member)| lineage.position(rank, &name::comparable(member)))
            .min()
    }
}
