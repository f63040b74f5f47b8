//! The listing file that is built in.

use saola::ListingFile;

use crate::failure::{Failure, Kind};

const LISTINGS: &str = include_str!("../../reference-db/cites/listings.tsv");
const GROUPS: &str = include_str!("../../reference-db/cites/groups.tsv");

pub(crate) fn built_in() -> Result<ListingFile, Failure> {
    ListingFile::parse(LISTINGS, GROUPS).map_err(|error| Failure::new(Kind::Reference, error, ""))
}
