//! Decides on drafts: their taxa, which of them stay, and their record ids.

use std::collections::{BTreeMap, BTreeSet};

use saola_refdb::{Taxon, Taxonomy};
use saola_seq::{Genome, MarkerTable};

use super::{
    ImportError, ImportedFile,
    collapse::find_collapsed,
    fields::tidy,
    intake::{Draft, Intake, Reason, Refusal, Rejected},
    target::Target,
    taxa::{GrowingTaxonomy, Label, Place},
};
use crate::{
    CurateError, ScientificName,
    label::{HIGHER_RANKS, resolve_label},
};

/// What an import ends with.
pub(crate) struct Settled {
    /// Rows of `records/SOURCE.tsv` without line ends, sorted.
    pub(crate) rows: Vec<String>,
    /// Rows of `collapsed.tsv`, sorted.
    pub(crate) collapsed: Vec<[String; 5]>,
    /// Rows of `rejected.tsv`, sorted.
    pub(crate) rejected: Vec<[String; 5]>,
    /// Taxa that are new to the folder, sorted by identifier.
    pub(crate) added: Vec<Taxon>,
    pub(crate) read: u64,
    pub(crate) collapsed_by_reason: BTreeMap<String, u64>,
    pub(crate) rejected_by_reason: BTreeMap<String, u64>,
    pub(crate) by_marker: BTreeMap<String, u64>,
    pub(crate) changed_ids: u64,
    pub(crate) gaps_removed: u64,
    pub(crate) other_features: u64,
    pub(crate) placed_by_genus_alone: u64,
}

pub(crate) fn settle(
    intake: Intake<'_>,
    target: &Target,
    source: &str,
    files: &[ImportedFile],
) -> Result<Settled, ImportError> {
    let markers = MarkerTable::parse(&target.name("markers.tsv"), &target.markers)?;
    let order = file_order(files);
    let (read, gaps_removed, other_features) = (intake.read(), intake.gaps_removed, intake.other_features);
    let (mut drafts, mut rejected) = (intake.drafts, intake.rejected);
    for draft in &mut drafts {
        draft.file = order[draft.file];
    }
    for rejection in &mut rejected {
        rejection.file = order[rejection.file];
    }
    drafts.sort_unstable();
    let mut taxonomy =
        GrowingTaxonomy::new(target.taxa.clone(), &target.synonyms, target.fragile.clone(), source);
    let placed = place_all(&mut drafts, &markers, &mut taxonomy);
    let drafts = keep_resolved(drafts, &placed, &taxonomy, target, &mut rejected)?;
    let collapsed = find_collapsed(&drafts);
    let is_collapsed: BTreeSet<usize> = collapsed.iter().map(|collapsed| collapsed.draft).collect();
    let (ids, changed_ids) = give_ids(&drafts, &is_collapsed, &target.ids);
    let mut names: Vec<&ImportedFile> = files.iter().collect();
    names.sort();
    let place = |file: usize| names.get(file).map_or_else(String::new, |file| file.name.clone());
    let trail = |collapsed: &super::collapse::Collapsed| {
        let draft = &drafts[collapsed.draft];
        let kept = ids.get(&collapsed.kept).cloned().unwrap_or_default();
        [base_id(draft), kept, collapsed.reason.to_owned(), place(draft.file), draft.line.to_string()]
    };
    let mut collapsed_rows: Vec<_> = collapsed.iter().map(trail).collect();
    collapsed_rows.sort();
    rejected.sort();
    let mut settled = Settled {
        rows: Vec::new(),
        collapsed: collapsed_rows,
        rejected: Vec::new(),
        added: taxonomy.added().into_iter().cloned().collect(),
        read,
        collapsed_by_reason: count(collapsed.iter().map(|collapsed| collapsed.reason)),
        rejected_by_reason: count(rejected.iter().map(|rejected| rejected.reason.name())),
        by_marker: BTreeMap::new(),
        changed_ids,
        gaps_removed,
        other_features,
        placed_by_genus_alone: taxonomy.placed_by_genus_alone,
    };
    settled.rejected = rejected
        .into_iter()
        .map(|row| [place(row.file), row.line.to_string(), row.record, row.reason.to_string(), row.detail])
        .collect();
    let kept = drafts.into_iter().enumerate().filter(|(place, _)| !is_collapsed.contains(place));
    for (place, mut draft) in kept {
        *settled.by_marker.entry(draft.marker.to_string()).or_default() += 1;
        let id = ids.get(&place).map_or("", String::as_str);
        if id != base_id(&draft) {
            draft.fields.note("record_id_in_use", &base_id(&draft));
        }
        draft.fields.set("record_id", id);
        draft.fields.set("source", source);
        settled.rows.push(draft.fields.row(&draft.bases));
    }
    settled.rows.sort_unstable();
    Ok(settled)
}

fn count<'a>(reasons: impl Iterator<Item = &'a str>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for reason in reasons {
        *counts.entry(reason.to_owned()).or_default() += 1;
    }
    counts
}

/// The rank of each file among all, by name and digest, so that the order in which they were given does not count.
fn file_order(files: &[ImportedFile]) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..files.len()).collect();
    sorted.sort_by_key(|place| &files[*place]);
    let mut order = vec![0; files.len()];
    for (rank, place) in sorted.into_iter().enumerate() {
        order[place] = rank;
    }
    order
}

type Placed = Vec<Result<Place, Refusal>>;

/// Places every draft: those with higher names first, then those that name species, so that the others find them.
fn place_all(drafts: &mut [Draft], markers: &MarkerTable, taxonomy: &mut GrowingTaxonomy) -> Placed {
    for draft in drafts.iter_mut() {
        taxonomy.set_ranks(&mut draft.fields, &draft.lineage);
        draft.lineage = Box::default();
    }
    let names: Vec<Option<ScientificName>> =
        drafts.iter().map(|draft| ScientificName::parse(draft.fields.get("identification"))).collect();
    let key = |place: &usize| {
        let fields = &drafts[*place].fields;
        let higher = HIGHER_RANKS.map(|rank| fields.get(rank));
        let names_species = names[*place].as_ref().is_some_and(|name| name.epithet.is_some());
        (higher.concat().is_empty(), !names_species, higher, fields.get("identification"), *place)
    };
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    order.sort_by_key(key);
    let mut placed: Placed = (0..drafts.len()).map(|_| Err((Reason::NoName, String::new()))).collect();
    for place in order {
        let fields = &drafts[place].fields;
        let label = fields.get("identification");
        let marker = markers.resolve(&drafts[place].marker);
        let is_plastid = marker.is_some_and(|marker| marker.genome == Genome::Plastid);
        placed[place] = match &names[place] {
            None => Err((Reason::NoName, label.to_owned())),
            Some(name) if crosses_genera(label, name) => Err((Reason::GeneraHybrid, label.to_owned())),
            Some(name) => taxonomy.place(&Label { name, fields, is_plastid }),
        };
    }
    placed
}

/// `Huso dauricus x Acipenser schrenckii`: not of the genus that stands first, and of no other.
fn crosses_genera(label: &str, name: &ScientificName) -> bool {
    if !matches!(name.qualifier.as_deref(), Some("x" | "×")) {
        return false;
    }
    let mut behind = label.split_whitespace().skip_while(|word| !matches!(*word, "x" | "X" | "×")).skip(1);
    let other = behind.next().and_then(ScientificName::parse);
    other.is_some_and(|other| other.genus != name.genus)
}

/// Keeps the drafts whose label will be resolved, when the folder is built, to the taxon that they were given.
fn keep_resolved(
    drafts: Vec<Draft>,
    placed: &Placed,
    taxonomy: &GrowingTaxonomy,
    target: &Target,
    rejected: &mut Vec<Rejected>,
) -> Result<Vec<Draft>, ImportError> {
    let taxa = taxonomy.taxa().to_vec();
    let whole = Taxonomy::new(taxa, target.synonyms.clone(), vec![], vec![]).map_err(CurateError::from)?;
    let mut kept = Vec::with_capacity(drafts.len());
    for (draft, placed) in drafts.into_iter().zip(placed) {
        let resolves = |place: &Place| {
            let lineage = HIGHER_RANKS.map(|rank| draft.fields.get(rank));
            let found = resolve_label(&whole, draft.fields.get("identification"), &lineage);
            let found = found.map_err(|message| (Reason::Ambiguous, message))?;
            let is_same = whole.get(found).is_some_and(|taxon| taxon.id == taxonomy.taxa()[*place].id);
            let other = || (Reason::Ambiguous, draft.fields.get("identification").to_owned());
            is_same.then_some(()).ok_or_else(other)
        };
        match placed.as_ref().map_err(Clone::clone).and_then(resolves) {
            Ok(()) => kept.push(draft),
            Err((reason, detail)) => rejected.push(Rejected {
                file: draft.file,
                line: draft.line,
                record: draft.name.to_string(),
                reason,
                detail: tidy(&detail),
            }),
        }
    }
    Ok(kept)
}

/// `name.marker` in the characters that a record id may have.
fn base_id(draft: &Draft) -> String {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    let clean = |text: &str, most: usize| -> String {
        text.chars().map(|letter| if allowed(letter) { letter } else { '_' }).take(most).collect()
    };
    format!("{}.{}", clean(&draft.name, 100), clean(&draft.marker, 40))
}

/// Ids of the drafts that stay: the base id, with `_2`, `_3`, ... for all but the first that has it.
fn give_ids(
    drafts: &[Draft],
    is_collapsed: &BTreeSet<usize>,
    in_use: &BTreeSet<String>,
) -> (BTreeMap<usize, String>, u64) {
    let bases: BTreeSet<String> = drafts.iter().map(base_id).collect();
    let mut taken: BTreeSet<String> = in_use.clone();
    let mut last: BTreeMap<String, u64> = BTreeMap::new();
    let (mut ids, mut changed) = (BTreeMap::new(), 0);
    for (place, draft) in drafts.iter().enumerate().filter(|(place, _)| !is_collapsed.contains(place)) {
        let base = base_id(draft);
        let mut id = base.clone();
        let number = last.entry(base.clone()).or_insert(1);
        while taken.contains(&id) || (id != base && bases.contains(&id)) {
            *number += 1;
            id = format!("{base}_{number}");
        }
        changed += u64::from(id != base);
        taken.insert(id.clone());
        ids.insert(place, id);
    }
    (ids, changed)
}
