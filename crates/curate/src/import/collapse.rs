//! Which records say nothing that another one does not say.
//!
//! * *Exact duplicate*: same name (accession or process id), marker and bases. The first in the order of drafts stays.
//! * *Same specimen*: same specimen (voucher, sample, `BioSample` or labelled isolate), name and marker, and the bases
//!   are those of the other or a stretch of them. The longest stays; different sequences of one specimen all stay.
//!
//! ```text
//! specimen ZMA.1   ACGTTGCA    stays
//!                    GTTGC     contained: collapsed
//!                  ACGATGCA    another sequence: stays
//! ```
//!
//! A group of g different sequences of one specimen is compared in O(g^2) searches; beyond [`MOST_COMPARED`] of them
//! only equal ones are collapsed, which no animal or plant reaches.

use std::collections::{BTreeMap, HashMap};

use super::intake::Draft;

/// Most different sequences of one specimen, name and marker that are compared.
const MOST_COMPARED: usize = 200;

/// A record that another one stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Collapsed {
    /// Place of the record among the drafts.
    pub(crate) draft: usize,
    /// Place of the one that is kept.
    pub(crate) kept: usize,
    pub(crate) reason: &'static str,
}

/// The records to collapse, each onto one that is kept, in the order of drafts. `drafts` are in their total order.
pub(crate) fn find_collapsed(drafts: &[Draft]) -> Vec<Collapsed> {
    let mut onto: Vec<Option<(usize, &'static str)>> = vec![None; drafts.len()];
    let mut first: HashMap<(&str, &str, &[u8]), usize> = HashMap::new();
    for (place, draft) in drafts.iter().enumerate() {
        let kept = *first.entry((&draft.name, &draft.marker, &draft.bases)).or_insert(place);
        if kept != place {
            let label = |draft: &Draft| draft.fields.get("identification").to_owned();
            let same = label(&drafts[kept]) == label(draft);
            onto[place] = Some((kept, if same { "exact_duplicate" } else { "exact_duplicate_other_name" }));
        }
    }
    let mut groups: BTreeMap<(&str, &str, &str), Vec<usize>> = BTreeMap::new();
    for (place, draft) in
        drafts.iter().enumerate().filter(|(place, draft)| draft.has_specimen && onto[*place].is_none())
    {
        let key = (draft.fields.get("specimen"), draft.fields.get("identification"), &*draft.marker);
        groups.entry(key).or_default().push(place);
    }
    for mut group in groups.into_values().filter(|group| group.len() > 1) {
        group.sort_by_key(|place| (std::cmp::Reverse(drafts[*place].bases.len()), *place));
        collapse_group(drafts, &group, &mut onto);
    }
    (0..drafts.len()).filter_map(|draft| collapsed(&onto, draft)).collect()
}

/// Follows the trail to the record that is kept.
fn collapsed(onto: &[Option<(usize, &'static str)>], draft: usize) -> Option<Collapsed> {
    let (mut kept, reason) = onto[draft]?;
    while let Some((next, _)) = onto[kept] {
        kept = next;
    }
    Some(Collapsed { draft, kept, reason })
}

fn collapse_group(drafts: &[Draft], group: &[usize], onto: &mut [Option<(usize, &'static str)>]) {
    let mut equal: HashMap<&[u8], usize> = HashMap::new();
    let mut kept: Vec<usize> = Vec::new();
    for place in group {
        let bases = &*drafts[*place].bases;
        if let Some(other) = equal.get(bases) {
            onto[*place] = Some((*other, "same_specimen_identical"));
            continue;
        }
        equal.insert(bases, *place);
        let mut longer = kept.iter().take(MOST_COMPARED);
        match longer.find(|longer| contains(&drafts[**longer].bases, bases)) {
            Some(longer) => onto[*place] = Some((*longer, "same_specimen_contained")),
            None => kept.push(*place),
        }
    }
}

/// Whether `short` is a stretch of `long`.
fn contains(long: &[u8], short: &[u8]) -> bool {
    let text = std::str::from_utf8(long).unwrap_or_default();
    // The standard library's search of text is linear in both.
    std::str::from_utf8(short).is_ok_and(|short| text.contains(short))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::fields::Fields;

    fn draft(name: &str, specimen: &str, bases: &str, line: u64) -> Draft {
        let mut fields = Fields::default();
        fields.set("specimen", specimen);
        fields.set("identification", "Falco peregrinus");
        let (marker, bases, lineage) = ("cytb".into(), bases.as_bytes().into(), "".into());
        let has_specimen = !specimen.is_empty();
        Draft { name: name.into(), marker, fields, bases, lineage, has_specimen, file: 0, line }
    }

    #[test]
    fn duplicates_and_stretches_of_one_specimen_are_collapsed() {
        let mut drafts = vec![
            draft("A1", "ZMA.1", "ACGTTGCA", 1),
            draft("A2", "ZMA.1", "GTTGC", 2),
            draft("A3", "ZMA.1", "ACGATGCA", 3),
            draft("A4", "ZMA.1", "ACGTTGCA", 4),
            draft("A5", "ZMA.2", "GTTGC", 5),
            draft("A6", "", "GTTGC", 6),
            draft("A6", "", "GTTGC", 7),
            draft("A2", "ZMA.1", "GTTGC", 8),
        ];
        drafts.sort();
        let names = |place: usize| (&*drafts[place].name, drafts[place].line);
        let found: Vec<_> = find_collapsed(&drafts)
            .iter()
            .map(|found| (names(found.draft), names(found.kept), found.reason))
            .collect();
        assert_eq!(
            found,
            [
                (("A2", 2), ("A1", 1), "same_specimen_contained"),
                (("A2", 8), ("A1", 1), "exact_duplicate"),
                (("A4", 4), ("A1", 1), "same_specimen_identical"),
                (("A6", 7), ("A6", 6), "exact_duplicate"),
            ]
        );
    }
}
