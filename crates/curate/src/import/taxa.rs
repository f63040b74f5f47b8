//! Places names in a taxonomy that grows.
//!
//! A name is looked up among the accepted names and the verified synonyms. What is not there becomes a taxon
//! `local:NAME` below its genus, or below the lowest of its source's own higher names that is known; those in between are
//! made as well. Names that come twice are told apart by kingdom and phylum:
//!
//! ```text
//! Stenella frontalis  Metazoa, Chordata   -> Stenella (Delphinidae), known
//! Stenella anthuriicola  Fungi, Ascomycota -> kingdom Fungi is not Metazoa: a second Stenella, local:Stenella
//! Stenella araguata  Ascomycota, Dothideomycetes -> shares no higher name with the dolphin: the second one
//! Morus alba  (no higher names, rbcL)      -> a plastid is no animal's: a second Morus below the root
//! Morus sp.   (no higher names, ITS)       -> two genera: ambiguous
//! ```
//!
//! A lookup costs O(log n + k) for k taxa of one name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use saola_refdb::{Synonym, Taxon};

use super::{
    fields::Fields,
    intake::{Reason, Refusal},
};
use crate::{ScientificName, label::HIGHER_RANKS};

/// Kingdoms that other sources name otherwise than the NCBI taxonomy.
const KINGDOMS: [(&str, &str); 2] = [("Animalia", "Metazoa"), ("Plantae", "Viridiplantae")];
/// Kingdoms in lineages without ranks; they keep homonyms apart even where the taxonomy lacks them.
const KINGDOMS_OF_LINEAGES: [&str; 3] = ["Fungi", "Metazoa", "Viridiplantae"];
/// Deeper than any lineage in use.
const DEEPEST: usize = 100;

/// A taxon by its place in the list.
pub(crate) type Place = usize;

/// A taxonomy to which taxa can be added.
pub(crate) struct GrowingTaxonomy {
    taxa: Vec<Taxon>,
    parents: Vec<Option<Place>>,
    by_name: HashMap<String, Vec<Place>>,
    ids: BTreeSet<String>,
    synonyms: BTreeMap<String, String>,
    /// Names that must not come to stand for a second taxon.
    fragile: BTreeSet<String>,
    root: Place,
    known: usize,
    source: String,
    /// Species that were put below a genus known by its name alone.
    pub(crate) placed_by_genus_alone: u64,
}

/// What is known of a record's kingdom and phylum.
#[derive(Clone, Debug, Default)]
struct Context {
    kingdom: Option<String>,
    phylum: Option<String>,
    is_plant: bool,
    /// The higher names; empty when neither a phylum nor a class is among them, which is too little to contradict.
    names: Vec<String>,
}

/// What a record says of its place.
pub(crate) struct Label<'a> {
    pub(crate) name: &'a ScientificName,
    pub(crate) fields: &'a Fields,
    /// The marker lies on a plastid.
    pub(crate) is_plastid: bool,
}

impl GrowingTaxonomy {
    /// `taxa` hold each parent; a root is added when there is none.
    pub(crate) fn new(
        mut taxa: Vec<Taxon>,
        synonyms: &[Synonym],
        fragile: BTreeSet<String>,
        source: &str,
    ) -> Self {
        if !taxa.iter().any(|taxon| taxon.parent.is_empty()) {
            let [id, name, rank] = ["1", "root", "root"].map(str::to_owned);
            taxa.insert(0, Taxon { id, name, rank, parent: String::new(), source: source.to_owned() });
        }
        let places: HashMap<String, Place> =
            taxa.iter().enumerate().map(|(place, taxon)| (taxon.id.clone(), place)).collect();
        let parents = taxa.iter().map(|taxon| places.get(&taxon.parent).copied()).collect();
        let mut by_name: HashMap<String, Vec<Place>> = HashMap::new();
        for (place, taxon) in taxa.iter().enumerate() {
            by_name.entry(taxon.name.clone()).or_default().push(place);
        }
        let synonyms = synonyms.iter().map(|synonym| (synonym.name.clone(), synonym.accepted.clone()));
        Self {
            root: taxa.iter().position(|taxon| taxon.parent.is_empty()).unwrap_or(0),
            known: taxa.len(),
            ids: taxa.iter().map(|taxon| taxon.id.clone()).collect(),
            parents,
            by_name,
            synonyms: synonyms.collect(),
            fragile,
            taxa,
            source: source.to_owned(),
            placed_by_genus_alone: 0,
        }
    }

    /// All taxa.
    pub(crate) fn taxa(&self) -> &[Taxon] {
        &self.taxa
    }

    /// The taxa that were added, sorted by identifier.
    pub(crate) fn added(&self) -> Vec<&Taxon> {
        let mut added: Vec<&Taxon> = self.taxa[self.known..].iter().collect();
        added.sort_by(|a, b| a.id.cmp(&b.id));
        added
    }

    /// Sets the columns of the ranks that known names of a lineage without ranks have.
    pub(crate) fn set_ranks(&self, fields: &mut Fields, lineage: &str) {
        for name in lineage.split('/') {
            if KINGDOMS_OF_LINEAGES.contains(&name) {
                fields.set_default("kingdom", name);
            }
            for place in self.candidates(name) {
                let rank = &self.taxa[*place].rank;
                if HIGHER_RANKS.contains(&rank.as_str()) {
                    fields.set_default(rank, name);
                }
            }
        }
    }

    /// The taxon of a label, which is made when its name is new.
    pub(crate) fn place(&mut self, label: &Label<'_>) -> Result<Place, Refusal> {
        let context = self.context(label);
        match label.name.binomial() {
            Some(species) => self.place_species(&species, label, &context),
            None => self.place_higher_label(label, &context),
        }
    }

    fn place_species(
        &mut self,
        species: &str,
        label: &Label<'_>,
        context: &Context,
    ) -> Result<Place, Refusal> {
        if let Some(found) = self.find(species, None, label.fields, context)? {
            return Ok(found);
        }
        let species = self.accepted(species);
        let genus = species.split(' ').next().unwrap_or_default().to_owned();
        let found = self.find(&genus, Some("genus"), label.fields, context)?;
        let genus_place = if let Some(found) = found {
            let nothing_else = HIGHER_RANKS.iter().all(|rank| label.fields.get(rank).is_empty());
            self.placed_by_genus_alone += u64::from(nothing_else && found < self.known);
            found
        } else {
            let parent = self.place_lineage(label.fields, HIGHER_RANKS.len(), context)?;
            self.add(&genus, "genus", parent)?
        };
        self.add(&species, "species", genus_place)
    }

    /// A label that names no species: its genus, or whatever higher taxon it names.
    fn place_higher_label(&mut self, label: &Label<'_>, context: &Context) -> Result<Place, Refusal> {
        let name = label.name.genus.as_str();
        if let Some(found) = self.find(name, None, label.fields, context)? {
            return Ok(found);
        }
        if let Some(rank) = HIGHER_RANKS.iter().position(|rank| label.fields.get(rank) == name) {
            return self.place_lineage(label.fields, rank + 1, context);
        }
        if HIGHER_RANKS.iter().all(|rank| label.fields.get(rank).is_empty()) {
            let detail = format!("{name} is not in the taxonomy, and no higher name is given");
            return Err((Reason::UnknownTaxon, detail));
        }
        let parent = self.place_lineage(label.fields, HIGHER_RANKS.len(), context)?;
        let rank = match label.fields.get("identification_rank") {
            "" | "species" | "subspecies" => "genus".to_owned(),
            rank => rank.to_owned(),
        };
        self.add(&self.accepted(name), &rank, parent)
    }

    /// The lowest of the first `count` higher names, each made below the next higher when it is not known.
    fn place_lineage(&mut self, fields: &Fields, count: usize, context: &Context) -> Result<Place, Refusal> {
        let mut place = self.root;
        let mut missing = Vec::new();
        for rank in HIGHER_RANKS[..count].iter().rev() {
            let name = fields.get(rank);
            if name.is_empty() {
                continue;
            }
            match self.find(kingdom_name(name), None, fields, context)? {
                Some(found) => {
                    place = found;
                    break;
                }
                None => missing.push((*rank, self.accepted(kingdom_name(name)))),
            }
        }
        for (rank, name) in missing.into_iter().rev() {
            place = self.add(&name, rank, place)?;
        }
        Ok(place)
    }

    /// Taxa with this name, or else with the accepted name that it is a synonym of.
    fn candidates(&self, name: &str) -> &[Place] {
        let found = self.by_name.get(name).or_else(|| self.by_name.get(self.synonyms.get(name)?));
        found.map_or(&[], Vec::as_slice)
    }

    /// The name itself, or the accepted one that it stands for.
    fn accepted(&self, name: &str) -> String {
        if self.by_name.contains_key(name) {
            return name.to_owned();
        }
        self.synonyms.get(name).map_or(name, String::as_str).to_owned()
    }

    /// The taxon of this name that contradicts neither kingdom nor phylum of the record.
    fn find(
        &self,
        name: &str,
        rank: Option<&str>,
        fields: &Fields,
        context: &Context,
    ) -> Result<Option<Place>, Refusal> {
        let fits = |place: &&Place| {
            rank.is_none_or(|rank| self.taxa[**place].rank == rank) && self.agrees(**place, context)
        };
        let found: Vec<Place> = self.candidates(name).iter().filter(fits).copied().collect();
        let shared = |place: &Place| {
            let names = self.lineage(*place).map(|ancestor| self.taxa[ancestor].name.as_str());
            names.filter(|name| HIGHER_RANKS.iter().any(|rank| fields.get(rank) == *name)).count()
        };
        let most = found.iter().map(shared).max().unwrap_or_default();
        let mut best = found.iter().filter(|place| shared(place) == most);
        match (best.next(), best.next()) {
            (None, _) => Ok(None),
            (Some(only), None) => Ok(Some(*only)),
            _ => Err((Reason::Ambiguous, format!("{name} stands for {} taxa", found.len()))),
        }
    }

    fn agrees(&self, place: Place, context: &Context) -> bool {
        let same = |rank: &str, wanted: &Option<String>| match (wanted, self.at_rank(place, rank)) {
            (Some(wanted), Some(found)) => self.taxa[found].name == *wanted,
            _ => true,
        };
        let animal = context.is_plant
            && self.at_rank(place, "kingdom").is_some_and(|kingdom| self.taxa[kingdom].name == "Metazoa");
        let mut ancestors = self.lineage(place).map(|ancestor| &self.taxa[ancestor].name);
        let is_stranger = !context.names.is_empty()
            && self.at_rank(place, "phylum").is_some()
            && !ancestors.any(|name| context.names.contains(name));
        !is_stranger && same("kingdom", &context.kingdom) && same("phylum", &context.phylum) && !animal
    }

    /// Kingdom and phylum as the record gives them, or as its other higher names have them.
    fn context(&self, label: &Label<'_>) -> Context {
        let given = label.fields.get("kingdom");
        let mut context = Context { is_plant: label.is_plastid, ..Context::default() };
        let has = |rank| !label.fields.get(rank).is_empty();
        if has("phylum") || has("class") {
            let names = HIGHER_RANKS.map(|rank| kingdom_name(label.fields.get(rank)).to_owned());
            context.names = names.into_iter().filter(|name| !name.is_empty()).collect();
        }
        // `Eukaryota` and other domains are no kingdoms.
        if !matches!(given, "" | "Eukaryota" | "Eukarya") {
            context.kingdom = Some(kingdom_name(given).to_owned());
        }
        for rank in ["phylum", "class", "order", "family"] {
            let places = self.candidates(label.fields.get(rank)).iter();
            let mut of_rank = places.filter(|place| self.taxa[**place].rank == rank);
            let (Some(place), None) = (of_rank.next(), of_rank.next()) else { continue };
            let name = |wanted| Some(self.taxa[self.at_rank(*place, wanted)?].name.clone());
            context.kingdom = context.kingdom.or_else(|| name("kingdom"));
            context.phylum = context.phylum.or_else(|| name("phylum"));
        }
        context
    }

    fn lineage(&self, place: Place) -> impl Iterator<Item = Place> + '_ {
        std::iter::successors(Some(place), |place| self.parents[*place]).take(DEEPEST)
    }

    fn at_rank(&self, place: Place, rank: &str) -> Option<Place> {
        self.lineage(place).find(|ancestor| self.taxa[*ancestor].rank == rank)
    }

    fn add(&mut self, name: &str, rank: &str, parent: Place) -> Result<Place, Refusal> {
        if self.by_name.contains_key(name) && self.fragile.contains(name) {
            let detail = format!("records of this folder give no higher names to tell two {name} apart");
            return Err((Reason::Ambiguous, detail));
        }
        if self.synonyms.contains_key(name) {
            let detail = format!("{name} is a synonym of {} here", self.accepted(name));
            return Err((Reason::Ambiguous, detail));
        }
        let parent_name = self.taxa[parent].name.clone();
        let first = format!("local:{name}");
        let others = (1..).map(|number| match number {
            1 => format!("{first} ({parent_name})"),
            number => format!("{first} ({parent_name}) {number}"),
        });
        let free = std::iter::once(first.clone()).chain(others).find(|id| !self.ids.contains(id));
        let id = free.unwrap_or(first);
        let place = self.taxa.len();
        self.ids.insert(id.clone());
        self.by_name.entry(name.to_owned()).or_default().push(place);
        self.parents.push(Some(parent));
        let (name, rank) = (name.to_owned(), rank.to_lowercase());
        let parent = self.taxa[parent].id.clone();
        self.taxa.push(Taxon { id, name, rank, parent, source: self.source.clone() });
        Ok(place)
    }
}

fn kingdom_name(name: &str) -> &str {
    KINGDOMS.iter().find(|(theirs, _)| *theirs == name).map_or(name, |(_, ours)| ours)
}
