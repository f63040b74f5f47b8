//! The question's circumstances and the answer.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::country::CountryCode;

/// What a listing can depend on. Everything may be unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Day of the offence. Without it nothing is determined.
    pub date: Option<Date>,
    /// Country that the specimen's population belongs to; unknown: every branch is kept with its condition.
    pub origin: Option<CountryCode>,
    /// State whose reservations are to be shown.
    pub party: Option<CountryCode>,
}

/// One listing that covers, or under its condition covers, the taxon on the date. Absent values are empty text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Listing {
    /// `I`, `II` or `III`.
    pub appendix: String,
    /// The taxon that is named in the Appendix: the asked one or an ancestor of it.
    pub taxon_listed: String,
    /// What must hold for the listing to cover the specimen, where the circumstances do not decide it.
    pub condition: String,
    /// Conditions of the listing itself (parts and derivatives, quotas), in short words.
    pub annotation: String,
    /// Day (YYYY-MM-DD) from which the listing has had this wording.
    pub effective_from: String,
    /// Listing party (Appendix III), ISO 3166-1 alpha-2.
    pub party: String,
    /// Where it is published.
    pub document: String,
    /// `verified` or `stated`.
    pub status: String,
}

/// Whether the listings of a [`LegalStatus`] are the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Determination {
    /// They are, without condition. No listing then means: not listed.
    Determined,
    /// No answer can be given; the reasons say why. Listings may be shown beside it.
    NotDetermined,
    /// They are, each under its condition.
    Conditional,
}

/// What the listing file says about a taxon under some circumstances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LegalStatus {
    /// In the order of Appendix, taxon and condition.
    pub listings: Vec<Listing>,
    /// The trail: events in their order, then what followed from them. Plain sentences.
    pub reasons: Vec<String>,
    /// Day (YYYY-MM-DD) up to which the file holds every event on the taxon; empty: no group of the file holds it.
    pub complete_through: String,
    /// Whether the listings are the answer.
    pub determination: Determination,
}
