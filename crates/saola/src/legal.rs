//! Listings for a conclusion.

use std::collections::BTreeSet;

use saola_cites::{Circumstances, Determination, Lineage, Listing, ListingFile};
use saola_refdb::{Release, TaxonNumber};
use saola_report::ListingStatus;

/// The listings that cover the taxa which a conclusion leaves open: the taxon named, and the candidate species.
///
/// The answer is determined only when it is for each of them.
pub(crate) fn listings(
    release: &Release,
    file: &ListingFile,
    circumstances: &Circumstances,
    taxa: &[TaxonNumber],
) -> (Vec<Listing>, ListingStatus) {
    let mut listings = BTreeSet::new();
    let mut status = ListingStatus {
        determination: Determination::NotDetermined,
        complete_through: String::new(),
        reasons: Vec::new(),
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
    (listings.into_iter().collect(), status)
}

fn lineage(release: &Release, taxon: TaxonNumber) -> Lineage {
    let taxonomy = release.taxonomy();
    let nodes = taxonomy.lineage(taxon).filter_map(|number| taxonomy.get(number));
    let name = taxonomy.name(taxon);
    let synonyms = taxonomy.synonyms().iter().filter(|synonym| synonym.accepted == name);
    Lineage::new(nodes.map(|node| (node.rank.as_str(), node.name.as_str())))
        .with_synonyms(synonyms.map(|synonym| synonym.name.as_str()))
}
