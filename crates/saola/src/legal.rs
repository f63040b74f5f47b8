//! Listings for a conclusion, and for a taxon by name.

use std::collections::BTreeSet;

use saola_cites::download::Download;
use saola_cites::{Circumstances, Determination, LegalStatus, Lineage, Listing, Listings};
use saola_refdb::{Release, TaxonNumber};
use saola_report::{LegalResolution, ListingDownload, ListingDownloadFile, ListingStatus};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resolution::{self, Asked};

/// The listings that cover the taxa which a conclusion leaves open: the taxon named, or the candidate species.
///
/// The answer is determined only when it is for each of them.
pub(crate) fn listings(
    release: &Release,
    file: &Listings,
    circumstances: &Circumstances,
    taxa: &[TaxonNumber],
) -> (Vec<Listing>, ListingStatus) {
    let mut listings = BTreeSet::new();
    let mut status = ListingStatus {
        determination: Determination::NotDetermined,
        complete_through: String::new(),
        reasons: Vec::new(),
        resolution: None,
    };
    if taxa.is_empty() {
        status.reasons.push("there is no conclusion on a taxon".to_owned());
        return (Vec::new(), status);
    }
    let mut determinations = Vec::new();
    for taxon in taxa {
        let found = file.listings_at(&lineage(release, *taxon), circumstances);
        listings.extend(found.listings);
        determinations.push(found.determination);
        for reason in found.reasons {
            if !status.reasons.contains(&reason) {
                status.reasons.push(reason);
            }
        }
        let earlier = status.complete_through.is_empty() || found.complete_through < status.complete_through;
        if earlier {
            status.complete_through = found.complete_through;
        }
    }
    status.determination = if determinations.contains(&Determination::NotDetermined) {
        Determination::NotDetermined
    } else if determinations.contains(&Determination::Conditional) {
        Determination::Conditional
    } else {
        Determination::Determined
    };
    let asked = Asked { file, circumstances };
    status.resolution = match taxa {
        [taxon] if !is_species(release, *taxon) => asked.members(release, *taxon),
        [_] => None,
        several => asked.candidates(release, several),
    };
    (listings.into_iter().collect(), status)
}

fn is_species(release: &Release, taxon: TaxonNumber) -> bool {
    release.taxonomy().at_rank(taxon, "species").is_some()
}

/// What identifies the downloads beside the listing file.
pub(crate) fn downloads(listings: &Listings) -> Vec<ListingDownload> {
    let one = |download: &Download| ListingDownload {
        kind: download.kind.to_string(),
        day: download.day.to_string(),
        files: download
            .files
            .iter()
            .map(|file| ListingDownloadFile { name: file.name.clone(), sha256: file.sha256.to_string() })
            .collect(),
        complete_for: download.complete_for().into_iter().map(str::to_owned).collect(),
    };
    listings.downloads().iter().map(one).collect()
}

/// A taxon of the release with its ancestors and synonyms.
pub(crate) fn lineage(release: &Release, taxon: TaxonNumber) -> Lineage {
    let taxonomy = release.taxonomy();
    let nodes = taxonomy.lineage(taxon).filter_map(|number| taxonomy.get(number));
    let name = taxonomy.name(taxon);
    let synonyms = taxonomy.synonyms().iter().filter(|synonym| synonym.accepted == name);
    Lineage::new(nodes.map(|node| (node.rank.as_str(), node.name.as_str())))
        .with_synonyms(synonyms.map(|synonym| synonym.name.as_str()))
}

/// What the listing file says of a taxon that is given by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CitesAnswer {
    /// The name as it was asked for.
    pub asked: String,
    /// The accepted name.
    pub taxon: String,
    /// Its rank.
    pub rank: String,
    /// Day asked about, YYYY-MM-DD; empty when none was given.
    pub on: String,
    /// Listings in the order of Appendix, taxon and condition.
    pub listings: Vec<Listing>,
    /// Whether they are the answer.
    pub determination: Determination,
    /// Day up to which the listing file is complete for the taxon; empty when it is not known.
    pub complete_through: String,
    /// The trail of reasons.
    pub reasons: Vec<String>,
    /// For a taxon above species: the listings of its species.
    pub resolution: Option<LegalResolution>,
    /// Digest of the listing file.
    pub listings_root: String,
    /// Downloaded listings that were asked beside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listing_downloads: Vec<ListingDownload>,
}

/// A name that neither the release nor the listing file has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no taxon {name:?} in the reference release or the listing file")]
pub struct UnknownTaxon {
    /// The name.
    pub name: String,
    /// Names that are spelt nearly the same, nearest first.
    pub nearest: Vec<String>,
}

/// Looks a taxon up by its accepted name or a synonym: in the release's taxonomy, else in the listing file itself. A name of several
/// accepted taxa gives an answer for each.
///
/// # Errors
///
/// [`UnknownTaxon`] with the nearest names.
pub fn cites(
    release: &Release,
    file: &Listings,
    circumstances: &Circumstances,
    name: &str,
) -> Result<Vec<CitesAnswer>, UnknownTaxon> {
    let taxonomy = release.taxonomy();
    let asked = Asked { file, circumstances };
    let answer = |taxon: &str, rank: &str, status: LegalStatus, resolution| CitesAnswer {
        asked: name.to_owned(),
        taxon: taxon.to_owned(),
        rank: rank.to_owned(),
        on: circumstances.date.map(|date| date.to_string()).unwrap_or_default(),
        listings: status.listings,
        determination: status.determination,
        complete_through: status.complete_through,
        reasons: status.reasons,
        resolution,
        listings_root: file.root().to_string(),
        listing_downloads: downloads(file),
    };
    let of_release = taxonomy.resolve(name).iter().filter_map(|taxon| {
        let node = taxonomy.get(*taxon)?;
        let status = file.listings_at(&lineage(release, *taxon), circumstances);
        let resolution = if is_species(release, *taxon) { None } else { asked.members(release, *taxon) };
        Some(answer(&node.name, &node.rank, status, resolution))
    });
    let of_release: Vec<CitesAnswer> = of_release.collect();
    if !of_release.is_empty() {
        return Ok(of_release);
    }
    let known = taxonomy.taxa().iter().map(|taxon| taxon.name.as_str());
    let known = known.chain(taxonomy.synonyms().iter().map(|synonym| synonym.name.as_str()));
    let nearest = nearest_names(name, known.chain(file.names()));
    // A species that only its genus' listing would catch, and whose name is nearly that of another, is a slip of the pen.
    let is_slip = nearest.first().is_some_and(|nearest| {
        let alike = strsim::jaro_winkler(&name.to_lowercase(), &nearest.to_lowercase());
        (LEAST_OF_A_SLIP..1.0).contains(&alike)
    });
    let Some(found) = file.find(name).filter(|_| !is_slip) else {
        return Err(UnknownTaxon { name: name.to_owned(), nearest });
    };
    let (rank, comparable) = found.last().map(|(rank, name)| (rank.to_string(), name)).unwrap_or_default();
    let status = file.listings_at(&found, circumstances);
    let resolution = if rank == "genus" { asked.of_genus_by_name(&found) } else { None };
    Ok(vec![answer(&resolution::capitalised(comparable), &rank, status, resolution)])
}

/// Most names that are offered for one that is not known.
const MOST_OFFERED: usize = 3;
/// Names as alike as this, and not the same, are taken for one with a slip of the pen.
const LEAST_OF_A_SLIP: f64 = 0.94;
/// Names less alike than this (Jaro-Winkler) are not offered.
const LEAST_ALIKE: f64 = 0.88;

/// Names that are spelt nearly the same, nearest first.
pub fn nearest_names<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let wanted = name.to_lowercase();
    let known: BTreeSet<&str> = known.into_iter().collect();
    let mut alike: Vec<(f64, &str)> = known
        .into_iter()
        .map(|other| (strsim::jaro_winkler(&wanted, &other.to_lowercase()), other))
        .filter(|(alike, _)| *alike >= LEAST_ALIKE)
        .collect();
    alike.sort_by(|(one, name), (other, other_name)| other.total_cmp(one).then_with(|| name.cmp(other_name)));
    alike.into_iter().take(MOST_OFFERED).map(|(_, name)| name.to_owned()).collect()
}
