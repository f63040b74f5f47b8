//! CITES listings as dated events, and what they say on a date.
//!
//! A [`ListingFile`] holds events (*included in Appendix II from 1977-02-04*, *deleted*, *amended*, ...) and the
//! groups of taxa for which it claims to be complete. [`ListingFile::listings_at`] answers for one [`Lineage`]
//! under [`Circumstances`] (date of the offence, origin of the specimen, state whose reservations matter) with a
//! [`LegalStatus`]: a set of listings, each with the condition under which it holds, and the trail of reasons.
//!
//! The rule, in short:
//!
//! 1. Of the events on the taxon and on all its ancestors, those up to the date count.
//! 2. An inclusion opens a listing, an amendment replaces its wording, a deletion ends it.
//! 3. Taxa that a listing excludes drop out of it with their descendants.
//! 4. The nearest level with a listing in Appendix I or II decides for the populations it covers; what it leaves
//!    open (other populations, other subspecies) falls to the next level above: a *split listing*.
//! 5. What cannot be decided from what is known (origin, subspecies, stock) stays in the answer with its condition.
//! 6. Events that nobody has checked (`unverified`) are shown and never decide: if one could apply, the answer is
//!    *not determined*. So it is without a date, outside every group, and after a group's `complete_through`.
//!
//! A file is complete to a day; [`Listings`] adds what a lab has downloaded for the time after it ([`download`]).
//!
//! Names are text: this crate knows no DNA and no reference release.
//!
//! ```
//! use saola_cites::{Circumstances, Determination, Lineage, ListingFile};
//!
//! let groups = "taxon\trank\tkingdom\tmembers\tabove\tcomplete_through\treservations_through\tnote\n\
//!               Felidae\tfamily\tAnimalia\t\t\t2013-06-12\t\t\n";
//! let listings = "event_id\ttaxon\trank\twithin\tkind\tappendix\tpopulations_included\tpopulations_excluded\t\
//!                 excluded_taxa\thash_annotation\tannotation\teffective_from\tparty\tdocument\tstatus\tstatus_note\n\
//!                 felidae.1977\tFelidae\tfamily\tFelidae\tinclusion\tII\t\t\tFelis catus\t\t\t1977-02-04\t\t\tverified\t\n";
//! let file = ListingFile::parse(listings, groups)?;
//!
//! let wildcat = Lineage::new([("kingdom", "Metazoa"), ("family", "Felidae"), ("species", "Felis silvestris")]);
//! let circumstances = Circumstances { date: Some("2001-09-01".parse()?), ..Circumstances::default() };
//! let status = file.listings_at(&wildcat, &circumstances);
//! assert_eq!(status.determination, Determination::Determined);
//! assert_eq!(status.listings[0].appendix, "II");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod at;
mod chain;
mod country;
pub mod download;
mod event;
mod file;
mod find;
mod group;
mod lineage;
mod listing_error;
mod listings;
mod name;
pub mod permit;
mod population;
mod rank;
mod reasons;
mod select;
mod status;
mod table;
mod timeline;

pub use country::{CountryCode, ParseCountryCodeError};
pub use event::{Appendix, Event, EventKind, EventStatus, UnknownWord};
pub use file::ListingFile;
pub use group::Group;
pub use lineage::Lineage;
pub use listing_error::{ListingError, ListingTable};
pub use listings::Listings;
pub use population::Population;
pub use rank::{Rank, UnknownRank};
pub use status::{Circumstances, Determination, LegalStatus, Listing};
