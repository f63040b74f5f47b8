//! Answers of the Species+ API, version 1: `taxon_concepts` names taxa, `cites_legislation` holds the listings of one.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Deserialize;

use super::change::{Act, Change};
use super::{
    Download, DownloadError, DownloadFile, DownloadKind, EventMaker, Source, bridges, scientific_name, whole,
    wording,
};
use crate::country::CountryCode;
use crate::file::ListingFile;
use crate::group::Group;
use crate::rank::Rank;

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Concepts { taxon_concepts: Vec<Concept> },
    Legislation { cites_listings: Vec<Listing> },
}

#[derive(Clone, Deserialize)]
struct Concept {
    id: u64,
    full_name: String,
    rank: String,
    #[serde(default)]
    higher_taxa: BTreeMap<String, Option<String>>,
}

#[derive(Deserialize)]
struct Listing {
    taxon_concept_id: u64,
    is_current: bool,
    appendix: String,
    change_type: String,
    effective_at: String,
    annotation: Option<String>,
    hash_annotation: Option<HashAnnotation>,
    party: Option<Party>,
}

#[derive(Deserialize)]
struct HashAnnotation {
    symbol: Option<String>,
}

#[derive(Deserialize)]
struct Party {
    iso_code2: Option<String>,
}

/// The taxon of a listing.
struct Named {
    name: String,
    rank: Rank,
    kingdom: String,
    above: Vec<(Rank, String)>,
}

/// The downloads that the answers make: one of all answers with past listings, one of those with current ones only.
pub(super) fn read(
    answers: Vec<Source<'_>>,
    day: Date,
    built_in: &ListingFile,
) -> Result<Vec<Download>, DownloadError> {
    let mut names = BTreeMap::new();
    let mut legislation = Vec::new();
    for mut source in answers {
        match parse(&source)? {
            Answer::Concepts { taxon_concepts } => {
                for concept in taxon_concepts {
                    names.insert(concept.id, named(&source, &concept)?);
                }
            }
            Answer::Legislation { cites_listings } => {
                if cites_listings.iter().any(|listing| !listing.is_current) {
                    source.file.kind = DownloadKind::SpeciesPlusApiHistory;
                }
                legislation.push((source, cites_listings));
            }
        }
    }
    let mut downloads = Vec::new();
    for kind in [DownloadKind::SpeciesPlusApiHistory, DownloadKind::SpeciesPlusApiState] {
        let of_kind =
            legislation.iter().filter(|(source, listings)| source.file.kind == kind && !listings.is_empty());
        let of_kind: Vec<_> = of_kind.collect();
        if of_kind.is_empty() {
            continue;
        }
        let mut parts = Parts { groups: bridges(built_in).collect(), ..Parts::default() };
        for (source, listings) in of_kind {
            parts.add(source, listings, &names, day)?;
        }
        let listings = ListingFile::of_events(parts.events, parts.groups);
        downloads.push(Download { kind, files: parts.files, day, above: parts.above, listings });
    }
    Ok(downloads)
}

#[derive(Default)]
struct Parts {
    files: Vec<DownloadFile>,
    events: Vec<crate::event::Event>,
    groups: Vec<Group>,
    held: BTreeSet<u64>,
    above: BTreeMap<String, Vec<(Rank, String)>>,
}

impl Parts {
    /// An answer on one taxon holds what higher taxa are listed as, too: it is complete for the taxon.
    fn add(
        &mut self,
        source: &Source<'_>,
        listings: &[Listing],
        names: &BTreeMap<u64, Named>,
        day: Date,
    ) -> Result<(), DownloadError> {
        let mut changes = Vec::new();
        for (index, listing) in (1..).zip(listings) {
            let id = listing.taxon_concept_id;
            let Some(taxon) = names.get(&id) else {
                let problem = format!("nothing says which taxon number {id} is");
                let hint = "give the taxon_concepts answer that names it, too";
                return Err(source.error(1, problem, hint));
            };
            changes.push(change(source, index, listing, taxon)?);
            self.above.insert(crate::name::comparable(&taxon.name), taxon.above.clone());
            // An answer without a current listing may be one of past listings alone.
            let is_complete =
                taxon.rank >= Rank::Species && listings.iter().any(|listing| listing.is_current);
            if self.held.insert(id) {
                self.groups.retain(|group| group.taxon != taxon.name);
                self.groups.push(Group {
                    taxon: taxon.name.clone(),
                    rank: taxon.rank,
                    kingdom: taxon.kingdom.clone(),
                    members: Vec::new(),
                    above: Vec::new(),
                    complete_through: is_complete.then_some(day),
                    reservations_through: is_complete.then_some(day),
                    note: String::new(),
                });
            }
        }
        let maker = EventMaker { file: &source.file, day };
        let is_history = source.file.kind.is_history();
        let events = if is_history { maker.replayed(changes) } else { maker.of_state(changes) };
        self.events.extend(events);
        self.files.push(source.file.clone());
        Ok(())
    }
}

fn parse(source: &Source<'_>) -> Result<Answer, DownloadError> {
    let hint =
        "give answers of api/v1/taxon_concepts and api/v1/taxon_concepts/.../cites_legislation, as they came";
    let malformed = |error: serde_json::Error| {
        let line = (error.line() as u64).max(1);
        source.error(
            line,
            format!("no answer of the Species+ API: neither taxon_concepts nor cites_listings ({error})"),
            hint,
        )
    };
    serde_json::from_slice(super::without_mark(source.bytes)).map_err(malformed)
}

fn named(source: &Source<'_>, concept: &Concept) -> Result<Named, DownloadError> {
    let rank = concept.rank.parse().map_err(|_| {
        let problem = format!("taxon number {}: rank {:?} is unknown", concept.id, concept.rank);
        source.error(1, problem, "ORDER, FAMILY, GENUS, SPECIES, ...")
    })?;
    let kingdom = concept.higher_taxa.get("kingdom").and_then(Option::as_deref).unwrap_or_default();
    let above = concept.higher_taxa.iter().filter_map(|(rank, name)| {
        let rank: Rank = rank.parse().ok().filter(|rank| *rank > Rank::Kingdom)?;
        Some((rank, scientific_name(name.as_deref()?)))
    });
    Ok(Named {
        name: scientific_name(&concept.full_name),
        rank,
        kingdom: whole::group_of(kingdom),
        above: above.collect(),
    })
}

fn change(
    source: &Source<'_>,
    index: u64,
    listing: &Listing,
    named: &Named,
) -> Result<Change, DownloadError> {
    let unreadable = |what: &str, text: &str, hint: &str| {
        let text: String = text.chars().take(80).collect();
        source.error(1, format!("listing {index}: {what} {text:?} cannot be read"), hint)
    };
    let act = match listing.change_type.as_str() {
        "+" => Act::Addition,
        "-" => Act::Deletion,
        "R+" => Act::Reservation,
        "R-" => Act::Withdrawal,
        other => return Err(unreadable("change_type", other, "+, -, R+ or R-")),
    };
    let party = listing.party.as_ref().and_then(|party| party.iso_code2.as_deref());
    let party: Option<CountryCode> = match party {
        None | Some("") => None,
        Some(code) => Some(code.parse().map_err(|_| unreadable("party", code, "two upper-case letters"))?),
    };
    let hash = listing.hash_annotation.as_ref().and_then(|annotation| annotation.symbol.as_deref());
    Ok(Change {
        line: index,
        taxon: named.name.clone(),
        rank: named.rank,
        above: named.above.clone(),
        within: named.name.clone(),
        act,
        appendix: listing
            .appendix
            .parse()
            .map_err(|_| unreadable("appendix", &listing.appendix, "I, II or III"))?,
        party,
        day: Some(
            listing
                .effective_at
                .parse()
                .map_err(|_| unreadable("effective_at", &listing.effective_at, "YYYY-MM-DD"))?,
        ),
        is_current: listing.is_current,
        wording: wording::plain(listing.annotation.as_deref().unwrap_or_default()),
        hash_annotation: wording::plain(hash.unwrap_or_default()),
    })
}
