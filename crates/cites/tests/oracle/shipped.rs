//! The files that the project ships.

use std::path::Path;
use std::sync::LazyLock;

use saola_cites::{Circumstances, Lineage, ListingFile};

static FILE: LazyLock<ListingFile> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-db/cites");
    let read = |name| fs_err::read_to_string(folder.join(name)).unwrap();
    ListingFile::parse(&read("listings.tsv"), &read("groups.tsv")).unwrap()
});

/// The shipped listings, read once.
pub(crate) fn file() -> &'static ListingFile {
    &FILE
}

/// The Appendices of a taxon on a day, parted by slashes.
pub(crate) fn appendices(lineage: &Lineage, date: &str) -> String {
    let circumstances = Circumstances { date: Some(date.parse().unwrap()), ..Circumstances::default() };
    let status = file().listings_at(lineage, &circumstances);
    let mut appendices: Vec<String> = status.listings.into_iter().map(|listing| listing.appendix).collect();
    appendices.dedup();
    appendices.join("/")
}

/// Whether some group claims completeness for the taxon.
pub(crate) fn covers(lineage: &Lineage) -> bool {
    !file().listings_at(lineage, &Circumstances::default()).complete_through.is_empty()
}
