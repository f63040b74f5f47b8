//! The built-in listing file, and what a lab has downloaded for the time after it.

use std::collections::BTreeSet;

use jiff::civil::Date;
use saola_digest::Sha256Digest;

use crate::download::Download;
use crate::file::ListingFile;
use crate::lineage::Lineage;
use crate::rank::Rank;
use crate::status::{Circumstances, Determination, LegalStatus};

/// A listing file with downloads beside it.
///
/// The file answers for the time for which it is complete. For a later day, or a taxon that it does not hold, the first
/// download that can answers: a history by its own changes, if on the file's last day it says the same as the file;
/// a state for its own day, and for a day before it under the condition that nothing changed and changed back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listings {
    built_in: ListingFile,
    downloads: Vec<Download>,
}

impl From<ListingFile> for Listings {
    fn from(built_in: ListingFile) -> Self {
        Self { built_in, downloads: Vec::new() }
    }
}

/// An answer of the built-in file on the last day on which it gives one.
struct LastKnown {
    day: Date,
    status: LegalStatus,
}

impl Listings {
    /// The same with downloads, asked in this order.
    #[must_use]
    pub fn with_downloads(mut self, downloads: Vec<Download>) -> Self {
        self.downloads = downloads;
        self
    }

    /// The downloads.
    pub fn downloads(&self) -> &[Download] {
        &self.downloads
    }

    /// Digest of the built-in file: [`ListingFile::root`].
    pub fn root(&self) -> Sha256Digest {
        self.built_in.root()
    }

    /// [`ListingFile::find`]: in the built-in file, else in the downloads.
    pub fn find(&self, taxon: &str) -> Option<Lineage> {
        let in_download = |download: &Download| {
            let found = download.listings.find(taxon)?;
            let above = download.above.get(found.last()?.1).cloned().unwrap_or_default();
            let last = found.last()?.0.min(Rank::Genus);
            let above = above.iter().filter(|(rank, _)| *rank < last);
            Some(found.with(above.map(|(rank, name)| (rank.to_string(), name.as_str()))))
        };
        self.built_in.find(taxon).or_else(|| self.downloads.iter().find_map(in_download))
    }

    /// [`ListingFile::species_of`], of all files.
    pub fn species_of(&self, genus: &str) -> BTreeSet<&str> {
        self.files().flat_map(|file| file.species_of(genus)).collect()
    }

    /// [`ListingFile::names`], of all files.
    pub fn names(&self) -> BTreeSet<&str> {
        self.files().flat_map(ListingFile::names).collect()
    }

    fn files(&self) -> impl Iterator<Item = &ListingFile> {
        std::iter::once(&self.built_in).chain(self.downloads.iter().map(|download| &download.listings))
    }

    /// [`ListingFile::listings_at`], with the downloads for what the built-in file leaves open. The reasons say which
    /// file decided, and why others did not.
    pub fn listings_at(&self, taxon: &Lineage, circumstances: &Circumstances) -> LegalStatus {
        let mut own = self.built_in.listings_at(taxon, circumstances);
        let Some(date) = circumstances.date else { return own };
        if own.determination != Determination::NotDetermined || self.downloads.is_empty() {
            return own;
        }
        let last_known = self.last_known(taxon, circumstances, &own);
        for download in &self.downloads {
            let question = Question { download, taxon, circumstances, date, last_known: last_known.as_ref() };
            match question.answer() {
                Ok(mut status) => {
                    status.reasons.insert(0, format!("Decided by {}.", download.describe()));
                    return status;
                }
                Err(why) => own.reasons.push(format!("Not decided by {}: {why}", download.describe())),
            }
        }
        own
    }

    fn last_known(
        &self,
        taxon: &Lineage,
        circumstances: &Circumstances,
        own: &LegalStatus,
    ) -> Option<LastKnown> {
        let day: Date = own.complete_through.parse().ok()?;
        let status = self.built_in.listings_at(taxon, &Circumstances { date: Some(day), ..*circumstances });
        (status.determination != Determination::NotDetermined).then_some(LastKnown { day, status })
    }
}

/// What a download is asked.
struct Question<'a> {
    download: &'a Download,
    taxon: &'a Lineage,
    circumstances: &'a Circumstances,
    date: Date,
    last_known: Option<&'a LastKnown>,
}

impl Question<'_> {
    /// The download's answer, or why it has none.
    fn answer(&self) -> Result<LegalStatus, String> {
        if self.download.kind.is_history() || self.date == self.download.day {
            let status = self.on(self.date)?;
            self.agrees_with_last_known()?;
            return Ok(status);
        }
        self.between()
    }

    fn on(&self, date: Date) -> Result<LegalStatus, String> {
        let circumstances = Circumstances { date: Some(date), ..*self.circumstances };
        let has_family = self.taxon.nodes().iter().any(|node| node.rank == Rank::Family);
        if !has_family && self.taxon.last_rank().is_some_and(|rank| rank > Rank::Family) {
            return Err(
                "the family of the taxon is not known, so that a listing of it may be missed.".to_owned()
            );
        }
        let status = self.download.listings.listings_at(self.taxon, &circumstances);
        match status.determination {
            Determination::NotDetermined if status.complete_through.is_empty() => {
                Err("it is not whole for the taxon, so that listings may be missing.".to_owned())
            }
            Determination::NotDetermined => {
                Err(status.reasons.last().cloned().unwrap_or_else(|| "no reason is known.".to_owned()))
            }
            _ => Ok(status),
        }
    }

    /// A history must say the same as the built-in file on that file's last day: else one of them is misread, or they
    /// name taxa differently.
    fn agrees_with_last_known(&self) -> Result<(), String> {
        let known = self.last_known.filter(|known| known.day <= self.date);
        let Some(known) = known.filter(|_| self.download.kind.is_history()) else { return Ok(()) };
        let there = self.on(known.day)?;
        let (here, there) = (appendices(&known.status), appendices(&there));
        if here == there {
            return Ok(());
        }
        let (day, here, there) = (known.day, said(&here), said(&there));
        Err(format!("on {day} it says {there} where the built-in file says {here}; names may differ."))
    }

    /// A state of a later day: the same at both ends is taken for the same between them, under that condition.
    fn between(&self) -> Result<LegalStatus, String> {
        let day = self.download.day;
        if self.date > day {
            return Err(format!("it tells the state of {day}, before the day asked about."));
        }
        let Some(known) = self.last_known.filter(|known| known.day < self.date) else {
            return Err(format!("it tells the state of {day} only."));
        };
        let later = self.on(day)?;
        let (before, after) = (appendices(&known.status), appendices(&later));
        if before != after {
            let (first, before, after) = (known.day, said(&before), said(&after));
            return Err(format!(
                "it was {before} on {first} and {after} on {day}: when it changed is not said."
            ));
        }
        let condition = format!("if not changed and changed back between {} and {day}", known.day);
        let mut status = known.status.clone();
        for listing in &mut status.listings {
            let parts = [listing.condition.as_str(), condition.as_str()];
            let filled: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            listing.condition = filled.join("; ");
        }
        let said = said(&before);
        status.reasons.push(format!("The same on {} and on {day}: {said}; {condition}.", known.day));
        status.determination = Determination::Conditional;
        Ok(status)
    }
}

fn appendices(status: &LegalStatus) -> BTreeSet<&str> {
    status.listings.iter().map(|listing| listing.appendix.as_str()).collect()
}

fn said(appendices: &BTreeSet<&str>) -> String {
    if appendices.is_empty() {
        return "not listed".to_owned();
    }
    format!("Appendix {}", appendices.iter().copied().collect::<Vec<_>>().join("/"))
}
