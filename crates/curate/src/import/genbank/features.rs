//! Which features of an entry are markers, and their bases.
//!
//! A feature stands for a marker when its gene, product or note is one of the marker's names and the genome that the
//! entry says it is from carries that marker. Of the features of one marker only the most exact kind counts: CDS, rRNA,
//! tRNA and D-loop before gene, and gene before the others. Three markers are no single gene:
//!
//! * ITS: the stretch from the first to the last of ITS1, 5.8S and ITS2, where both spacers are annotated; else
//!   each feature that names a spacer.
//! * trnL: the gene of tRNA-Leu(UAA) with its intron: the one that says so, or is in two pieces, or is the only one.
//! * rpl16 is an intron: as annotated, or within the gene, never the CDS.

use std::collections::BTreeMap;

use saola_seq::Genome;

use super::{
    entry::{Entry, Feature},
    location::{Cut, cut},
};
use crate::import::{
    intake::{Reason, Refusal},
    marker_names::MarkerNames,
};

/// A marker's bases in an entry.
pub(crate) struct Piece {
    pub(crate) line: u64,
    pub(crate) marker: String,
    pub(crate) bases: Result<Vec<u8>, Refusal>,
    pub(crate) notes: Vec<(&'static str, String)>,
}

const NAMING: [&str; 5] = ["gene", "product", "note", "standard_name", "gene_synonym"];

/// All pieces of an entry have at most so many times the bases that one record may have.
const MOST_TIMES_CUT: usize = 8;
/// Most features that are joined into one ITS.
const MOST_PARTS: usize = 16;

/// The pieces in the order of the entry, and the number of features that belong to none.
pub(crate) fn find_pieces(entry: &Entry, names: &MarkerNames<'_>, limit: usize) -> (Vec<Piece>, u64) {
    let genome = genome_of(entry);
    let mut by_marker: BTreeMap<&str, Vec<&Feature>> = BTreeMap::new();
    let mut others = 0;
    for feature in entry.features.iter().filter(|feature| feature.key != "source") {
        match marker_of(entry, feature, names, genome) {
            Some(marker) => by_marker.entry(marker).or_default().push(feature),
            None => others += 1,
        }
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let mut room = limit.saturating_mul(MOST_TIMES_CUT);
    for (marker, features) in by_marker {
        if marker == "ITS"
            && let Some(piece) = whole_its(entry, &features, limit)
        {
            pieces.push(piece);
            continue;
        }
        let best = features.iter().map(|feature| exactness(marker, &feature.key)).min();
        let chosen = features.iter().filter(|feature| Some(exactness(marker, &feature.key)) == best);
        let only = features.len() == 1;
        for feature in chosen {
            let piece = piece_of(entry, marker, feature, only, limit.min(room));
            let length = piece.as_ref().and_then(|piece| piece.bases.as_ref().ok()).map_or(0, Vec::len);
            room = room.saturating_sub(length);
            pieces.extend(piece);
        }
    }
    pieces.sort_by_key(|piece| piece.line);
    (pieces, others)
}

fn exactness(marker: &str, key: &str) -> u8 {
    match (marker, key) {
        ("rpl16", "intron") | (_, "CDS" | "rRNA" | "tRNA" | "D-loop") => 0,
        (_, "gene") => 1,
        _ => 2,
    }
}

fn piece_of(entry: &Entry, marker: &str, feature: &Feature, only: bool, limit: usize) -> Option<Piece> {
    let mut notes = Vec::new();
    let cut = cut(&feature.location, &entry.sequence, limit);
    let cut = cut.map_err(|detail| {
        let is_long = detail.starts_with("more than");
        (if is_long { Reason::TooLong } else { Reason::Location }, detail)
    });
    let is_pseudo = feature.has("pseudo") || feature.has("pseudogene");
    let bases = cut.and_then(|found| {
        if is_pseudo {
            return Err((Reason::Pseudogene, feature.location.clone()));
        }
        if found.is_partial {
            notes.push(("partial", "yes".to_owned()));
        }
        Ok(if marker == "trnL" { span_of(entry, &found) } else { found.bases })
    });
    let is_joined = feature.location.contains("join(");
    if marker == "trnL" && !(only || is_joined || says_uaa(feature)) {
        return None;
    }
    if !matches!(feature.get("codon_start"), "" | "1") {
        notes.push(("codon_start", feature.get("codon_start").to_owned()));
    }
    notes.push(("location", feature.location.clone()));
    Some(Piece { line: feature.line, marker: marker.to_owned(), bases, notes })
}

/// The whole stretch of a feature, introns and all, on its own strand.
fn span_of(entry: &Entry, found: &Cut) -> Vec<u8> {
    let stretch = entry.sequence.get(found.span.0 - 1..found.span.1).unwrap_or_default();
    if found.is_reverse { saola_seq::iupac::reverse_complement(stretch) } else { stretch.to_vec() }
}

fn says_uaa(feature: &Feature) -> bool {
    NAMING.iter().flat_map(|name| feature.all(name)).any(|text| text.to_uppercase().contains("UAA"))
}

/// From the first to the last of the parts, when both spacers are features of their own on the forward strand.
fn whole_its(entry: &Entry, features: &[&Feature], limit: usize) -> Option<Piece> {
    let has = |spacer: Spacer| features.iter().any(|feature| spacers(feature) == Some(spacer));
    if features.len() > MOST_PARTS || !(has(Spacer::One) && has(Spacer::Two)) {
        return None;
    }
    let cuts = features.iter().map(|feature| cut(&feature.location, &entry.sequence, limit).ok());
    let cuts: Vec<Cut> = cuts.collect::<Option<_>>()?;
    if cuts.iter().any(|cut| cut.is_reverse) {
        return None;
    }
    let start = cuts.iter().map(|cut| cut.span.0).min()?;
    let end = cuts.iter().map(|cut| cut.span.1).max()?;
    let bases = entry.sequence.get(start - 1..end)?.to_vec();
    let notes = vec![("location", format!("{start}..{end}"))];
    let line = features.first().map_or(entry.line, |feature| feature.line);
    Some(Piece { line, marker: "ITS".to_owned(), bases: Ok(bases), notes })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Spacer {
    One,
    Two,
    Both,
}

fn spacers(feature: &Feature) -> Option<Spacer> {
    let mut found = (false, false);
    for text in NAMING.iter().flat_map(|name| feature.all(name)) {
        let text = text.to_lowercase();
        found.0 |= text.contains("internal transcribed spacer 1") || text == "its1";
        found.1 |= text.contains("internal transcribed spacer 2") || text == "its2";
        if text.contains("internal transcribed spacers") {
            found = (true, true);
        }
    }
    match found {
        (true, true) => Some(Spacer::Both),
        (true, false) => Some(Spacer::One),
        (false, true) => Some(Spacer::Two),
        (false, false) => None,
    }
}

fn marker_of<'a>(
    entry: &Entry,
    feature: &Feature,
    names: &MarkerNames<'a>,
    genome: Option<Genome>,
) -> Option<&'a str> {
    let found = if spacers(feature).is_some() {
        names.find("ITS")
    } else if feature.key == "D-loop" {
        names.find("D-loop")
    } else {
        let texts = || NAMING.iter().flat_map(|name| feature.all(name));
        texts().find_map(|text| names.find(text)).or_else(|| by_words(texts(), names))
    }?;
    let is_excluded = match found.name.as_str() {
        "rpl16" => feature.key == "CDS",
        // Bacteria have a 16S of their own.
        "16S" => genome.is_none() && entry.lineage.first().is_some_and(|name| name != "Eukaryota"),
        _ => false,
    };
    let is_of_genome = genome.is_none_or(|genome| genome == found.genome);
    (is_of_genome && !is_excluded).then_some(found.name.as_str())
}

/// Stretches between genes are named within longer notes.
fn by_words<'t, 'a>(
    texts: impl Iterator<Item = &'t str>,
    names: &MarkerNames<'a>,
) -> Option<&'a saola_seq::Marker> {
    for text in texts {
        let text = text.to_lowercase();
        if text.contains("trnh-psba") || text.contains("psba-trnh") {
            return names.find("trnH-psbA");
        }
        if text.contains("trnl (uaa)") || text.contains("trnl(uaa)") || text.contains("trna-leu (uaa)") {
            return names.find("trnL");
        }
        if text.contains("d-loop") {
            return names.find("D-loop");
        }
    }
    None
}

/// The genome that the entry says it is from; `None` when it does not say.
fn genome_of(entry: &Entry) -> Option<Genome> {
    let organelle = entry.features.iter().find(|feature| feature.key == "source")?.get("organelle");
    let texts = [organelle, &entry.source, &entry.definition].map(str::to_lowercase);
    texts.iter().find_map(|text| {
        if text.contains("mitochondri") {
            Some(Genome::Mitochondrion)
        } else if text.contains("plastid") || text.contains("chloroplast") {
            Some(Genome::Plastid)
        } else {
            None
        }
    })
}
