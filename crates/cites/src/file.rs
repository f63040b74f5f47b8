//! The listing file: its two tables, read and checked.

use std::collections::BTreeMap;

use jiff::civil::Date;
use saola_digest::{Sha256Digest, merkle_root};

use crate::event::{Appendix, Event, EventKind};
use crate::group::Group;
use crate::listing_error::{ListingError, ListingTable};
use crate::name;
use crate::population::Population;
use crate::rank::Rank;
use crate::table::{self, Row};

const LISTING_COLUMNS: &[&str] = &[
    "event_id",
    "taxon",
    "rank",
    "within",
    "kind",
    "appendix",
    "populations_included",
    "populations_excluded",
    "excluded_taxa",
    "hash_annotation",
    "annotation",
    "effective_from",
    "party",
    "document",
    "status",
    "status_note",
];

const GROUP_COLUMNS: &[&str] =
    &["taxon", "rank", "kingdom", "members", "above", "complete_through", "reservations_through", "note"];

const RANK_HINT: &str =
    "kingdom, phylum, class, order, family, subfamily, genus, species, subspecies or variety";
const DATE_HINT: &str = "YYYY-MM-DD";

/// Dated listing events, and the groups of taxa for which they are complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingFile {
    /// By event id.
    events: BTreeMap<String, EventRow>,
    /// By the comparable form of the taxon's name, with the row's text.
    groups: BTreeMap<String, (Group, String)>,
    /// Ids of events by the comparable form of their taxon's name.
    by_taxon: BTreeMap<String, Vec<String>>,
    /// Names of groups by the comparable forms of their own name and their members' names.
    by_member: BTreeMap<String, Vec<String>>,
}

/// An event with its row's text and the names in it in comparable form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EventRow {
    pub(crate) event: Event,
    pub(crate) taxon: String,
    pub(crate) within: String,
    text: String,
}

impl ListingFile {
    /// Reads `listings.tsv` and `groups.tsv`, whose columns are those of [`Event`] and [`Group`].
    ///
    /// # Errors
    /// The first row that is malformed, repeats an id, or names a group that is not there; with table and line.
    pub fn parse(listings: &str, groups: &str) -> Result<Self, ListingError> {
        let groups = parse_groups(groups)?;
        let mut events = BTreeMap::new();
        for row in table::rows(ListingTable::Listings, listings, LISTING_COLUMNS)? {
            let event = event_row(&row)?;
            if !groups.contains_key(&event.within) {
                let problem = format!("no group '{}'", event.event.within);
                return Err(row.error(&problem, "a taxon of groups.tsv"));
            }
            if events.insert(event.event.event_id.clone(), event).is_some() {
                return Err(row.error("this event_id is there twice", "an id of its own per event"));
            }
        }
        Ok(Self::indexed(events, groups))
    }

    /// A file that no table was read for: it has no rows, and a root that says nothing.
    pub(crate) fn of_events(events: Vec<Event>, groups: Vec<Group>) -> Self {
        let events = events.into_iter().map(|event| {
            let (taxon, within) = (name::comparable(&event.taxon), name::comparable(&event.within));
            (event.event_id.clone(), EventRow { event, taxon, within, text: String::new() })
        });
        let groups = groups.into_iter().map(|group| (name::comparable(&group.taxon), (group, String::new())));
        Self::indexed(events.collect(), groups.collect())
    }

    fn indexed(events: BTreeMap<String, EventRow>, groups: BTreeMap<String, (Group, String)>) -> Self {
        let mut by_taxon: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (id, row) in &events {
            by_taxon.entry(row.taxon.clone()).or_default().push(id.clone());
        }
        let mut by_member: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (key, (group, _)) in &groups {
            let members = group.members.iter().map(|(_, member)| name::comparable(member));
            for member in members.chain([key.clone()]) {
                by_member.entry(member).or_default().push(key.clone());
            }
        }
        Self { events, groups, by_taxon, by_member }
    }

    /// The digest that names this file's content: the Merkle root (RFC 6962) over [`ListingFile::canonical_rows`].
    ///
    /// The order of the rows in the files does not matter.
    pub fn root(&self) -> Sha256Digest {
        let rows = self.canonical_rows();
        merkle_root(rows.iter().map(String::as_bytes))
    }

    /// The leaves of [`ListingFile::root`]: header and rows of `groups.tsv`, then of `listings.tsv`, each line with
    /// the table's name and a tab in front; rows in the order of their first column's bytes (group names: lower case).
    pub fn canonical_rows(&self) -> Vec<String> {
        let groups = self.groups.values().map(|(_, text)| text.clone());
        let events = self.events.values().map(|row| row.text.clone());
        let groups =
            std::iter::once(GROUP_COLUMNS.join("\t")).chain(groups).map(|line| format!("groups\t{line}"));
        let events =
            std::iter::once(LISTING_COLUMNS.join("\t")).chain(events).map(|line| format!("listings\t{line}"));
        groups.chain(events).collect()
    }

    /// All events, by id.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.events.values().map(|row| &row.event)
    }

    /// All groups, by name.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values().map(|(group, _)| group)
    }

    pub(crate) fn event_rows(&self) -> impl Iterator<Item = &EventRow> {
        self.events.values()
    }

    /// The group of that name (in comparable form).
    pub(crate) fn group(&self, taxon: &str) -> Option<&Group> {
        self.groups.get(taxon).map(|(group, _)| group)
    }

    /// The events on taxa of that name, and with `below` on taxa whose names begin with it (names in comparable form).
    pub(crate) fn events_on(&self, taxon: &str, below: bool) -> impl Iterator<Item = &EventRow> {
        let on = self.by_taxon.get_key_value(taxon);
        let from = format!("{taxon} ");
        let under =
            self.by_taxon.range(from.clone()..).take_while(move |(name, _)| below && name.starts_with(&from));
        on.into_iter().chain(under).flat_map(|(_, ids)| ids).filter_map(|id| self.events.get(id))
    }

    /// The groups that are called so, or have a member that is (in comparable form).
    pub(crate) fn groups_called(&self, name: &str) -> impl Iterator<Item = (&str, &Group)> {
        let keys = self.by_member.get(name).into_iter().flatten();
        keys.filter_map(|key| self.groups.get_key_value(key)).map(|(key, (group, _))| (key.as_str(), group))
    }

    /// All groups by the comparable forms of their names.
    pub(crate) fn named_groups(&self) -> impl Iterator<Item = (&str, &Group)> {
        self.groups.iter().map(|(name, (group, _))| (name.as_str(), group))
    }
}

fn parse_groups(text: &str) -> Result<BTreeMap<String, (Group, String)>, ListingError> {
    let mut groups = BTreeMap::new();
    for row in table::rows(ListingTable::Groups, text, GROUP_COLUMNS)? {
        let group = parse_group(&row)?;
        let key = name::comparable(&group.taxon);
        if groups.insert(key, (group, row.text.to_owned())).is_some() {
            return Err(row.error("this taxon is there twice", "one row per taxon"));
        }
    }
    Ok(groups)
}

/// The taxa of a column, each as `rank:Name`.
fn parse_taxa(row: &Row<'_>, column: &str) -> Result<Vec<(Rank, String)>, ListingError> {
    let mut taxa = Vec::new();
    for part in row.parts(column) {
        let taxon =
            part.split_once(':').and_then(|(rank, name)| Some((rank.parse().ok()?, name.trim().to_owned())));
        match taxon {
            Some((rank, name)) if !name.is_empty() => taxa.push((rank, name)),
            _ => {
                return Err(row.error(
                    &format!("'{part}' in {column} cannot be read"),
                    "rank:Name, for example family:Boidae",
                ));
            }
        }
    }
    Ok(taxa)
}

fn parse_group(row: &Row<'_>) -> Result<Group, ListingError> {
    Ok(Group {
        taxon: row.required("taxon")?.to_owned(),
        rank: row.read("rank", RANK_HINT)?,
        kingdom: row.required("kingdom")?.to_owned(),
        members: parse_taxa(row, "members")?,
        above: parse_taxa(row, "above")?,
        complete_through: optional_date(row, "complete_through")?,
        reservations_through: optional_date(row, "reservations_through")?,
        note: row.cell("note").to_owned(),
    })
}

fn optional_date(row: &Row<'_>, column: &str) -> Result<Option<Date>, ListingError> {
    if row.cell(column).is_empty() { Ok(None) } else { row.read(column, DATE_HINT).map(Some) }
}

fn parse_event(row: &Row<'_>) -> Result<Event, ListingError> {
    let populations = |column| row.parts(column).map(Population::parse).collect();
    let event = Event {
        event_id: row.required("event_id")?.to_owned(),
        taxon: row.required("taxon")?.to_owned(),
        rank: row.read("rank", RANK_HINT)?,
        within: row.required("within")?.to_owned(),
        kind: row.read("kind", "inclusion, deletion, amendment, reservation, withdrawal or exception")?,
        appendix: row.read("appendix", "I, II or III")?,
        populations_included: populations("populations_included"),
        populations_excluded: populations("populations_excluded"),
        excluded_taxa: row.parts("excluded_taxa").map(str::to_owned).collect(),
        hash_annotation: row.cell("hash_annotation").to_owned(),
        annotation: row.cell("annotation").to_owned(),
        effective_from: row.read("effective_from", DATE_HINT)?,
        party: match row.cell("party") {
            "" => None,
            _ => Some(row.read("party", "two upper-case letters as in ISO 3166-1 alpha-2")?),
        },
        document: row.cell("document").to_owned(),
        status: row.read("status", "verified, stated or unverified")?,
        status_note: row.cell("status_note").to_owned(),
    };
    check_party(row, &event)?;
    Ok(event)
}

fn event_row(row: &Row<'_>) -> Result<EventRow, ListingError> {
    let event = parse_event(row)?;
    let (taxon, within) = (name::comparable(&event.taxon), name::comparable(&event.within));
    Ok(EventRow { event, taxon, within, text: row.text.to_owned() })
}

fn check_party(row: &Row<'_>, event: &Event) -> Result<(), ListingError> {
    let needs_party = matches!(event.kind, EventKind::Reservation | EventKind::Withdrawal)
        || (event.appendix == Appendix::III && event.kind != EventKind::Exception);
    if needs_party && event.party.is_none() {
        return Err(row.error("no party", "Appendix III events and reservations name the party"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUPS: &str = "taxon\trank\tkingdom\tmembers\tabove\tcomplete_through\treservations_through\tnote\n\
                          Felidae\tfamily\tAnimalia\t\t\t2013-06-12\t\t\n";

    /// The listings table with one row, whose cells are changed at the given columns.
    fn listings(changes: &[(&str, &str)]) -> String {
        let cell = |column: &&str| {
            let plain = match *column {
                "event_id" => "felidae.1977",
                "taxon" | "within" => "Felidae",
                "rank" => "family",
                "kind" => "inclusion",
                "appendix" => "II",
                "effective_from" => "1977-02-04",
                "status" => "verified",
                _ => "",
            };
            changes.iter().find(|(name, _)| name == column).map_or(plain, |(_, value)| value).to_owned()
        };
        let row: Vec<String> = LISTING_COLUMNS.iter().map(cell).collect();
        format!("{}\n{}\n", LISTING_COLUMNS.join("\t"), row.join("\t"))
    }

    fn problem(listings: &str, groups: &str) -> String {
        ListingFile::parse(listings, groups).unwrap_err().to_string()
    }

    #[test]
    fn a_plain_row_is_read() {
        let file = ListingFile::parse(&listings(&[]), GROUPS).unwrap();
        assert_eq!(file.events().count(), 1);
        assert_eq!(file.groups().next().unwrap().complete_through, Some(jiff::civil::date(2013, 6, 12)));
    }

    #[test]
    fn errors_name_table_line_and_a_hint() {
        let cases = [
            (
                listings(&[("effective_from", "1977-02-30")]),
                "listings.tsv:2: effective_from '1977-02-30' cannot be read",
            ),
            (listings(&[("within", "Canidae")]), "listings.tsv:2: no group 'Canidae'"),
            (listings(&[("appendix", "III")]), "listings.tsv:2: no party"),
            (listings(&[("kind", "reservation")]), "listings.tsv:2: no party"),
            (listings(&[("party", "uk")]), "listings.tsv:2: party 'uk' cannot be read"),
            (listings(&[("event_id", "")]), "listings.tsv:2: no event_id"),
            (
                listings(&[("taxon", " Felidae")]),
                "listings.tsv:2: the cell \" Felidae\" begins or ends with a blank",
            ),
            (
                listings(&[]).replacen("event_id", "id", 1),
                "listings.tsv:1: the header is not the expected one",
            ),
            (format!("{}felidae\n", listings(&[])), "listings.tsv:3: 1 cells"),
        ];
        for (text, expected) in cases {
            let problem = problem(&text, GROUPS);
            assert!(problem.starts_with(expected) && problem.contains("; hint: "), "{problem}");
        }
    }

    #[test]
    fn names_stand_once() {
        let twice = listings(&[]) + listings(&[]).lines().nth(1).unwrap_or_default();
        assert!(problem(&twice, GROUPS).starts_with("listings.tsv:3: this event_id is there twice"));
        let groups = GROUPS.to_owned() + "felidae\tfamily\tAnimalia\t\t\t\t\t\n";
        assert!(problem(&listings(&[]), &groups).starts_with("groups.tsv:3: this taxon is there twice"));
    }
}
