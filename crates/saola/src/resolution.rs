//! A conclusion above species made useful: what the Appendices said of every species that it may be.

use std::collections::{BTreeMap, BTreeSet};

use saola_cites::{Circumstances, Determination, LegalStatus, Lineage, Listings};
use saola_refdb::{Release, TaxonNumber};
use saola_report::{LegalResolution, SpeciesListing};

use crate::legal;

/// Most species named in the sentence for one Appendix; the table has all.
const MOST_NAMES: usize = 12;
/// Stands for an epithet that nobody has given.
const NOBODY: &str = "[unrecognised]";

/// The listing file and the circumstances under which it is asked.
pub(crate) struct Asked<'a> {
    pub(crate) file: &'a Listings,
    pub(crate) circumstances: &'a Circumstances,
}

impl Asked<'_> {
    /// Every species of a genus or higher taxon: those that the release recognises, those that the listing file names in its genera,
    /// and one that nobody has recognised.
    pub(crate) fn members(&self, release: &Release, taxon: TaxonNumber) -> Option<LegalResolution> {
        let taxonomy = release.taxonomy();
        let mut species: BTreeMap<String, Lineage> = BTreeMap::new();
        let is_within = |number: TaxonNumber| taxonomy.lineage(number).any(|above| above == taxon);
        for node in taxonomy.taxa().iter().filter(|node| node.rank == "species" || node.rank == "genus") {
            let Some(number) = taxonomy.by_id(&node.id).filter(|number| is_within(*number)) else { continue };
            if node.rank == "species" && is_binomial(&node.name) {
                species.insert(node.name.clone(), legal::lineage(release, number));
            } else if node.rank == "genus" {
                let recognised =
                    taxonomy.recognised_species(number).into_iter().flat_map(|list| &list.species);
                let named = self.file.species_of(&node.name);
                for name in recognised.map(String::as_str).chain(named) {
                    let accepted = taxonomy.accepted_name(name).unwrap_or(name).to_owned();
                    species.entry(accepted).or_insert_with(|| below(&legal::lineage(release, number), name));
                }
            }
        }
        let named = taxonomy.name(taxon);
        let mut residual = legal::lineage(release, taxon);
        if taxonomy.at_rank(taxon, "genus").is_none() {
            residual = residual.with([("genus", NOBODY)]);
        }
        let residual = below(&residual, &format!("{named} {NOBODY}"));
        self.resolve(&format!("recognised species of {named}"), species, Some(residual))
    }

    /// Every species of a genus that only the listing file knows.
    pub(crate) fn of_genus_by_name(&self, genus: &Lineage) -> Option<LegalResolution> {
        let name = capitalised(genus.last()?.1);
        let species = self.file.species_of(&name);
        let species = species.into_iter().map(|name| (name.to_owned(), below(genus, name))).collect();
        let residual = below(genus, &format!("{name} {NOBODY}"));
        self.resolve(&format!("species of {name} that the listing file names"), species, Some(residual))
    }

    /// The candidate species.
    pub(crate) fn candidates(&self, release: &Release, taxa: &[TaxonNumber]) -> Option<LegalResolution> {
        let named = |taxon: &TaxonNumber| {
            (release.taxonomy().name(*taxon).to_owned(), legal::lineage(release, *taxon))
        };
        self.resolve("species that it may be", taxa.iter().map(named).collect(), None)
    }

    fn resolve(
        &self,
        what: &str,
        species: BTreeMap<String, Lineage>,
        residual: Option<Lineage>,
    ) -> Option<LegalResolution> {
        let date = self.circumstances.date?;
        let with_nobody = residual.is_some();
        let all = species.into_iter().chain(residual.map(|lineage| (String::new(), lineage)));
        let species: Vec<SpeciesListing> = all
            .map(|(name, lineage)| listing(name, &self.file.listings_at(&lineage, self.circumstances)))
            .collect();
        let first = species.first()?;
        let is_same = |one: &SpeciesListing| {
            one.appendix == first.appendix && one.determination == Determination::Determined
        };
        let shared = if species.iter().all(is_same) { first.appendix.clone() } else { String::new() };
        let named = species.len() - usize::from(with_nobody);
        let nobody = if with_nobody { ", and a species that nobody has recognised," } else { "" };
        let statement = if shared.is_empty() {
            format!("On {date} the {named} {what} were not all listed alike: {}.", classes(&species))
        } else {
            format!("On {date} all {named} {what}{nobody} were {}.", in_appendix(&shared))
        };
        Some(LegalResolution { statement, shared, species })
    }
}

/// A lineage with a species below.
fn below(lineage: &Lineage, species: &str) -> Lineage {
    lineage.with([("species", species)])
}

fn is_binomial(name: &str) -> bool {
    let mut words = name.split(' ');
    let is_word = |word: Option<&str>| {
        word.is_some_and(|word| word.chars().all(|letter| letter.is_alphabetic() || letter == '-'))
    };
    is_word(words.next()) && is_word(words.next()) && words.next().is_none()
}

fn listing(species: String, status: &LegalStatus) -> SpeciesListing {
    let appendices: BTreeSet<&str> =
        status.listings.iter().map(|listing| listing.appendix.as_str()).collect();
    let appendix = match (status.determination, appendices.is_empty()) {
        (Determination::NotDetermined, _) => "not determined".to_owned(),
        (_, true) => "not listed".to_owned(),
        (_, false) => appendices.into_iter().collect::<Vec<_>>().join("/"),
    };
    SpeciesListing { species, appendix, determination: status.determination }
}

fn in_appendix(appendix: &str) -> String {
    match appendix {
        "not listed" => appendix.to_owned(),
        _ => format!("in Appendix {appendix}"),
    }
}

/// Which species are listed how: the largest class by its number, the others by name.
fn classes(species: &[SpeciesListing]) -> String {
    let mut classes: BTreeMap<(String, bool), Vec<&str>> = BTreeMap::new();
    for one in species {
        let conditional = one.determination == Determination::Conditional;
        classes.entry((one.appendix.clone(), conditional)).or_default().push(&one.species);
    }
    let largest = classes.values().map(Vec::len).max().unwrap_or(0);
    let mut words = Vec::new();
    for ((appendix, conditional), members) in &classes {
        let named: Vec<&str> = members.iter().copied().filter(|name| !name.is_empty()).collect();
        let mut who = if members.len() == largest && classes.len() > 1 && named.len() > 3 {
            format!("{} species", named.len())
        } else {
            let shown = named.iter().take(MOST_NAMES).copied().collect::<Vec<_>>().join(", ");
            match named.len().saturating_sub(MOST_NAMES) {
                0 => shown,
                more => format!("{shown} and {more} more"),
            }
        };
        if named.len() < members.len() {
            let nobody = "a species that nobody has recognised";
            who = if who.is_empty() { nobody.to_owned() } else { format!("{who} and {nobody}") };
        }
        let condition = if *conditional { " under conditions" } else { "" };
        words.push(match appendix.as_str() {
            "not listed" | "not determined" => format!("{appendix}: {who}"),
            appendix => format!("Appendix {appendix}{condition}: {who}"),
        });
    }
    words.join("; ")
}

/// `manis javanica` as `Manis javanica`.
pub(crate) fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
