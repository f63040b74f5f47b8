//! The listing history to 2013-06-12, read by rules of its own: not those of the crate under test.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::data::{self, Record};

/// The last day of the history.
pub(crate) const LAST_DAY: &str = "2013-06-12";

/// Kingdom letter, rank in upper case, number.
pub(crate) type Key = (char, String, String);

/// A taxon of the history's own tree.
pub(crate) struct Taxon {
    pub(crate) name: String,
    pub(crate) parent: Key,
}

/// A listing change.
pub(crate) struct Change {
    pub(crate) listing: String,
    pub(crate) date: String,
    pub(crate) party: String,
    /// The higher taxon whose listing takes the taxon up.
    pub(crate) taken_up_in: Option<Key>,
    /// Countries whose populations are listed, or are left out.
    pub(crate) populations: [BTreeSet<String>; 2],
    /// Some populations are not taken up.
    pub(crate) in_part: bool,
    pub(crate) excluded: Vec<Key>,
    note: String,
}

/// All listing changes, and the tree of taxa.
pub(crate) struct History {
    pub(crate) taxa: BTreeMap<Key, Taxon>,
    pub(crate) changes: BTreeMap<Key, Vec<Change>>,
    children: BTreeMap<Key, Vec<Key>>,
}

static HISTORY: LazyLock<History> = LazyLock::new(read);

/// The history, read once.
pub(crate) fn history() -> &'static History {
    &HISTORY
}

fn read() -> History {
    let mut taxa = BTreeMap::new();
    let mut changes: BTreeMap<Key, Vec<Change>> = BTreeMap::new();
    for (kingdom, word) in [('A', "animals"), ('P', "plants")] {
        for record in data::table(&format!("taxa_{word}_2013.csv.gz")) {
            let key = key(kingdom, &record["Rank"], &record["RecID"]);
            let parent = self::key(kingdom, &record["ParentRank"], &record["ParentRecID"]);
            taxa.insert(key, Taxon { name: record["Scientific name"].trim().to_owned(), parent });
        }
        for record in data::table(&format!("listing_history_{word}_2013-06-12.csv.gz")) {
            changes
                .entry(key(kingdom, &record["rank_name"], &record["rec_id"]))
                .or_default()
                .push(change(kingdom, &record));
        }
    }
    for changes in changes.values_mut() {
        delay(changes);
    }
    let mut history = History { taxa, changes, children: BTreeMap::new() };
    history.name_in_full();
    history
}

/// The sharks and rays of the meeting of 2013: a note says that their listing takes effect later, and that Appendix III
/// applies until then.
fn delay(changes: &mut [Change]) {
    let is_delayed = |change: &Change| change.note.contains("until 14 September 2014");
    if let Some(day) = changes.iter().find(|change| is_delayed(change)).map(|change| change.date.clone()) {
        let touched = |change: &&mut Change| change.date == day && !change.listing.contains('/');
        for change in changes.iter_mut().filter(touched) {
            "2014-09-14".clone_into(&mut change.date);
        }
    }
}

fn key(kingdom: char, rank: &str, number: &str) -> Key {
    (kingdom, rank.trim().to_uppercase(), number.trim().to_owned())
}

fn change(kingdom: char, record: &Record) -> Change {
    let mut date: Vec<&str> = record["effective_from"].split('/').collect();
    date.reverse();
    let taken_up = record["is_inclusion"] == "1";
    let target = key(kingdom, &record["RankforInclusions"], &record["included_in_RecID"]);
    let excluded = record["excluded_rec_ids"].split(',').filter_map(|entry| entry.split_once(':'));
    let countries = |column: &str| {
        record[column].split(',').map(|code| code.trim().to_owned()).filter(|code| !code.is_empty()).collect()
    };
    Change {
        populations: [countries("populations_iso2"), countries("EXCLUDEDpopulations_iso")],
        listing: record["listing"].clone(),
        date: date.join("-"),
        party: record["party_iso2"].clone(),
        taken_up_in: taken_up.then_some(target),
        in_part: taken_up && !record["EXCLUDEDpopulations_iso"].is_empty(),
        excluded: excluded.map(|(rank, number)| key(kingdom, rank, number)).collect(),
        note: record["short_note_en"].clone(),
    }
}

/// `FELIDAE` as `Felidae`.
fn capitalised(name: &str) -> String {
    if name.chars().any(char::is_lowercase) {
        return name.to_owned();
    }
    let (first, rest) = name.split_at(1);
    format!("{first}{}", rest.to_lowercase())
}

impl History {
    fn name_in_full(&mut self) {
        let names: Vec<(Key, String)> =
            self.taxa.keys().map(|key| (key.clone(), self.full_name(key))).collect();
        for (key, name) in names {
            let parent = self.taxa[&key].parent.clone();
            self.children.entry(parent).or_default().push(key.clone());
            self.taxa.get_mut(&key).unwrap().name = name;
        }
    }

    fn full_name(&self, key: &Key) -> String {
        let taxon = &self.taxa[key];
        match key.1.as_str() {
            "SPECIES" | "SUBSPECIES" | "VARIETY" if self.taxa.contains_key(&taxon.parent) => {
                format!("{} {}", self.full_name(&taxon.parent), taxon.name)
            }
            _ => capitalised(&taxon.name),
        }
    }

    /// The taxon and its ancestors, upwards.
    pub(crate) fn ancestry(&self, key: &Key) -> Vec<Key> {
        let mut chain = Vec::new();
        let mut next = key.clone();
        while let Some(taxon) = self.taxa.get(&next) {
            chain.push(next);
            next = taxon.parent.clone();
        }
        chain
    }

    /// What the taxon's own changes leave in force.
    fn own(&self, key: &Key, date: &str) -> Vec<&Change> {
        let mut open: Vec<&Change> = Vec::new();
        let changes = self.changes.get(key).map_or(&[][..], Vec::as_slice);
        let mut days: BTreeSet<&str> = changes.iter().map(|change| change.date.as_str()).collect();
        days.retain(|day| *day <= date);
        for day in days {
            let today: Vec<&Change> = changes.iter().filter(|change| change.date == day).collect();
            self.apply(key, &today, &mut open);
        }
        open
    }

    fn apply<'a>(&self, key: &Key, today: &[&'a Change], open: &mut Vec<&'a Change>) {
        let same = |a: &Change, listing: &str, party: &str| {
            a.listing == listing && (listing != "III" || a.party == party || a.party.is_empty())
        };
        let ancestors = self.ancestry(key);
        for change in today {
            if let Some(ended) = change.listing.strip_prefix("DEL") {
                open.retain(|listing| !same(listing, ended, &change.party));
            }
        }
        if today
            .iter()
            .any(|change| change.taken_up_in.as_ref().is_some_and(|taker| ancestors.contains(taker)))
        {
            open.clear();
        }
        let added: Vec<&&Change> = today
            .iter()
            .filter(|change| {
                change.taken_up_in.is_none() && matches!(change.listing.as_str(), "I" | "II" | "III")
            })
            .collect();
        for change in &added {
            open.retain(|listing| !same(listing, &change.listing, &change.party));
        }
        open.extend(added);
    }

    /// Species, each once: where a name stands twice in the tree, the place that has changes.
    pub(crate) fn species(&self) -> impl Iterator<Item = &Key> {
        let mut places: BTreeMap<&str, &Key> = BTreeMap::new();
        for (key, taxon) in self.taxa.iter().filter(|(key, _)| key.1 == "SPECIES") {
            if self.changes.contains_key(key) || !places.contains_key(taxon.name.as_str()) {
                places.insert(&taxon.name, key);
            }
        }
        places.into_values()
    }

    /// The Appendices of a taxon on a day, those of its subspecies included.
    pub(crate) fn appendices(&self, key: &Key, date: &str) -> BTreeSet<String> {
        let chain = self.ancestry(key);
        let mut appendices = BTreeSet::new();
        for ancestor in &chain {
            let open = self.own(ancestor, date);
            let reaching: Vec<&&Change> = open
                .iter()
                .filter(|change| !change.excluded.iter().any(|excluded| chain.contains(excluded)))
                .collect();
            appendices.extend(reaching.iter().map(|change| change.listing.clone()));
            if reaching.iter().any(|change| change.listing != "III") && !self.is_partial(ancestor, date) {
                break;
            }
        }
        for child in self.children.get(key).into_iter().flatten() {
            appendices.extend(self.own(child, date).iter().map(|change| change.listing.clone()));
        }
        appendices
    }

    /// Whether the taxon's last taking-up left some of its populations in a listing of its own.
    fn is_partial(&self, key: &Key, date: &str) -> bool {
        let changes = self.changes.get(key).map_or(&[][..], Vec::as_slice);
        let last =
            changes.iter().filter(|change| change.date.as_str() <= date && !change.listing.contains('/'));
        let day = last.map(|change| change.date.as_str()).max().unwrap_or_default();
        changes.iter().any(|change| change.date == day && change.in_part)
    }
}
