//! The files that the project ships.

use std::path::Path;
use std::sync::LazyLock;

use saola_cites::{Circumstances, LegalStatus, Lineage, ListingFile};

static FILE: LazyLock<ListingFile> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference-db/cites");
    let read = |name| fs_err::read_to_string(folder.join(name)).unwrap();
    ListingFile::parse(&read("listings.tsv"), &read("groups.tsv")).unwrap()
});

/// The shipped listings, read once.
pub(crate) fn file() -> &'static ListingFile {
    &FILE
}

/// What the file says of a taxon on a day.
pub(crate) fn status(lineage: &Lineage, date: &str) -> LegalStatus {
    let circumstances = Circumstances { date: Some(date.parse().unwrap()), ..Circumstances::default() };
    file().listings_at(lineage, &circumstances)
}

/// The Appendices of a taxon on a day, parted by slashes.
pub(crate) fn appendices(lineage: &Lineage, date: &str) -> String {
    let mut appendices: Vec<String> =
        status(lineage, date).listings.into_iter().map(|listing| listing.appendix).collect();
    appendices.dedup();
    appendices.join("/")
}

/// Whether some group claims completeness for the taxon.
pub(crate) fn covers(lineage: &Lineage) -> bool {
    covers_to(lineage, "")
}

/// Whether some group claims completeness for the taxon to that day or beyond.
pub(crate) fn covers_to(lineage: &Lineage, day: &str) -> bool {
    let status = file().listings_at(lineage, &Circumstances::default());
    !status.complete_through.is_empty() && status.complete_through.as_str() >= day
}
