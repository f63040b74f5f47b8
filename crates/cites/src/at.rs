//! The answer: what the file says about a taxon under some circumstances.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::chain::{Chain, Places};
use crate::country::CountryCode;
use crate::event::Appendix;
use crate::file::ListingFile;
use crate::lineage::Lineage;
use crate::rank::Rank;
use crate::reasons;
use crate::select::{Found, Selection};
use crate::status::{Circumstances, Determination, LegalStatus, Listing};
use crate::timeline;

impl ListingFile {
    /// What the file says about `taxon` under `circumstances`; the crate's documentation has the rule.
    ///
    /// The same file, lineage and circumstances give the same answer, byte for byte. Time O(events + groups), times
    /// the names of the lineage.
    pub fn listings_at(&self, taxon: &Lineage, circumstances: &Circumstances) -> LegalStatus {
        let chain = self.chain(taxon);
        match circumstances.date {
            Some(date) => self.listings_on(&chain, taxon, date, circumstances),
            None => LegalStatus {
                listings: Vec::new(),
                reasons: vec!["No date of the offence was given: listings are not determined.".to_owned()],
                complete_through: complete_through(&chain),
                determination: Determination::NotDetermined,
            },
        }
    }

    fn listings_on(
        &self,
        chain: &Chain<'_>,
        taxon: &Lineage,
        date: Date,
        circumstances: &Circumstances,
    ) -> LegalStatus {
        let places = Places::of(self, taxon);
        let selection = Selection::of(chain, places, taxon, date, circumstances.origin);
        let found = selection.found;
        let missing = missing(chain, date);
        let determination = determination(&found, taxon, &missing);
        let reasons = reasons::trail(chain, date, circumstances)
            .into_iter()
            .chain(selection.reasons)
            .chain(reservations(chain, &found, date, circumstances.party))
            .chain(limits(&found, taxon, date))
            .chain(missing)
            .collect();
        let listings = in_order(found);
        LegalStatus { listings, reasons, complete_through: complete_through(chain), determination }
    }
}

fn complete_through(chain: &Chain<'_>) -> String {
    chain.complete_through().map(|day| day.to_string()).unwrap_or_default()
}

fn determination(found: &[Found<'_>], taxon: &Lineage, missing: &[String]) -> Determination {
    if !missing.is_empty() {
        Determination::NotDetermined
    } else if taxon.is_above_species()
        || is_parted(found)
        || found.iter().any(|found| !found.conditions.is_empty())
    {
        Determination::Conditional
    } else {
        Determination::Determined
    }
}

/// Whether two Appendices hold without a condition: each lists parts of the populations of the specimen's country, or forms of it.
fn is_parted(found: &[Found<'_>]) -> bool {
    let decided = found.iter().filter(|found| found.conditions.is_empty());
    let appendices: BTreeSet<Appendix> = decided.map(|found| found.event.appendix).collect();
    appendices.contains(&Appendix::I) && appendices.contains(&Appendix::II)
}

/// Why the file cannot answer for the date; empty when it can.
fn missing(chain: &Chain<'_>, date: Date) -> Vec<String> {
    let gap = match chain.complete_through() {
        None => Some("No group of the listing file holds the taxon: not determined.".to_owned()),
        Some(day) if date > day => {
            Some(format!("Not determined after {day}: later changes may be missing from the listing file."))
        }
        Some(_) => None,
    };
    let questions = chain.levels.iter().chain(&chain.below).flat_map(|level| {
        timeline::open_questions(&level.events, date).into_iter().map(|event| {
            let (id, day) = (&event.event_id, event.effective_from);
            format!("Not determined from {day}: event {id} could apply and nobody has checked it.")
        })
    });
    gap.into_iter().chain(questions).collect()
}

/// The party's reservations that touch a listing of the answer.
fn reservations(
    chain: &Chain<'_>,
    found: &[Found<'_>],
    date: Date,
    party: Option<CountryCode>,
) -> Vec<String> {
    let Some(party) = party else { return Vec::new() };
    let levels = chain.levels.iter().chain(&chain.below);
    let entered = levels.flat_map(|level| timeline::reservations(&level.events, date, party));
    let touching =
        entered.filter(|entered| found.iter().any(|found| found.event.appendix == entered.appendix));
    let gap = match chain.reservations_through() {
        _ if found.is_empty() => None,
        None => Some("Not all reservations on the taxon are in the listing file.".to_owned()),
        Some(day) if date > day => {
            Some(format!("Reservations after {day} may be missing from the listing file."))
        }
        Some(_) => None,
    };
    touching
        .map(|entered| {
            let (taxon, appendix, day) = (&entered.taxon, entered.appendix, entered.effective_from);
            format!(
                "{party} had a reservation in force on {taxon} in Appendix {appendix} since {day}; \
                 what follows from it is for the court."
            )
        })
        .chain(gap)
        .collect()
}

/// What the listings found do not say.
fn limits(found: &[Found<'_>], taxon: &Lineage, date: Date) -> Vec<String> {
    let only_higher = !found.is_empty() && found.iter().all(|found| found.event.rank < Rank::Genus);
    let sentences = [
        (found.is_empty(), format!("No listing of the file covered the taxon on {date}.")),
        (
            only_higher,
            "Only higher taxa are listed; a listing under another name is not excluded.".to_owned(),
        ),
        (
            is_parted(found),
            "Two Appendices list parts of these populations: which part the specimen is of decides."
                .to_owned(),
        ),
        (
            taxon.is_above_species(),
            "The taxon is above species: members of it can be listed apart.".to_owned(),
        ),
    ];
    sentences.into_iter().filter(|(holds, _)| *holds).map(|(_, sentence)| sentence).collect()
}

fn in_order(mut found: Vec<Found<'_>>) -> Vec<Listing> {
    found.sort_by(|a, b| {
        let key =
            |found: &Found<'_>| (found.event.appendix, found.event.taxon.clone(), found.conditions.clone());
        key(a).cmp(&key(b)).then_with(|| a.event.event_id.cmp(&b.event.event_id))
    });
    found.iter().map(listing).collect()
}

fn listing(found: &Found<'_>) -> Listing {
    let event = found.event;
    let parts = [event.hash_annotation.as_str(), event.annotation.as_str()];
    let annotation = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
    Listing {
        appendix: event.appendix.to_string(),
        taxon_listed: event.taxon.clone(),
        condition: found.conditions.join("; "),
        annotation,
        effective_from: event.effective_from.to_string(),
        party: event.party.map(|party| party.to_string()).unwrap_or_default(),
        document: event.document.clone(),
        status: event.status.to_string(),
    }
}
