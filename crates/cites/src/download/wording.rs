//! Annotations as the downloads write them.

use crate::population::Population;

/// Most characters of an annotation that are shown: enough for every one known but a few, whose end is cut.
const MOST_CHARACTERS: usize = 600;
/// Most characters of a tag of markup.
const MOST_TAG: usize = 200;

/// Text without markup, its blanks single.
pub(super) fn plain(text: &str) -> String {
    let mut shown = String::new();
    let mut in_tag = false;
    for (index, letter) in text.char_indices() {
        match letter {
            '<' if is_tag(&text[index..]) => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            letter if letter.is_whitespace() || letter.is_control() => shown.push(' '),
            letter => shown.push(letter),
        }
    }
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text cut at a length.
pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{} ...", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// Whether a text that begins with `<` begins with a tag that soon ends; "less than" is none.
fn is_tag(text: &str) -> bool {
    let first = text.chars().nth(1);
    first.is_some_and(|first| first.is_ascii_alphabetic() || first == '/')
        && text.chars().take(MOST_TAG).any(|letter| letter == '>')
}

/// Put before an annotation that is known to be of the whole taxon.
const WHOLE_TAXON: &str = "whole taxon; ";
/// Beginnings of annotations that name a higher taxon, an older name, or the parts and uses that are meant, and no populations.
const HARMLESS: [&str; 14] = [
    WHOLE_TAXON,
    "included in ",
    "[",
    "formerly ",
    "designates ",
    "all parts",
    "tissue cultures",
    "seedling or tissue cultures",
    "zero quota",
    "zero export quota",
    "possibly extinct",
    "excludes fossils",
    "includes infraspecific taxa",
    "sensu ",
];
/// Annotations that say of everything, or of a rest that is listed by itself.
const WHOLE: [&str; 6] = [
    "",
    "all populations",
    "all subspecies",
    "all stocks",
    "except the species included in appendix i",
    "except the species included in appendix ii",
];
/// Words of parts of a taxon.
const POPULATIONS: [&str; 3] = ["population", "popn", "delayed"];

/// Whether an annotation can limit a listing to some populations, or take some out of it: whatever is not known to be
/// harmless can.
pub(super) fn limits(wording: &str) -> bool {
    let lower = wording.to_lowercase();
    let lower = lower.trim_end_matches('.').trim();
    let points_up = lower.starts_with("included in ") || lower.starts_with('[');
    let in_part = ["only", "except", "stock"].iter().any(|word| points_up && lower.contains(word));
    let is_harmless =
        HARMLESS.iter().any(|start| lower.starts_with(start)) && !in_part && !speaks_of_populations(lower);
    !(is_harmless || WHOLE.contains(&lower))
}

fn speaks_of_populations(lower: &str) -> bool {
    POPULATIONS.iter().any(|word| lower.contains(word))
}

/// Whether an annotation speaks of parts of a taxon.
pub(super) fn speaks_of_parts(wording: &str) -> bool {
    let lower = wording.to_lowercase();
    let is_whole = WHOLE.contains(&lower.trim_end_matches('.').trim());
    !is_whole && (speaks_of_populations(&lower) || lower.contains("only ") || lower.contains("stock"))
}

/// An annotation that is known to limit nothing, so written that nothing takes it for a limit.
pub(super) fn of_whole_taxon(note: &str) -> String {
    if limits(note) { format!("{WHOLE_TAXON}{note}") } else { note.to_owned() }
}

/// The populations that an annotation speaks of: in its own words, which decide nothing by themselves.
pub(super) fn populations(wording: &str) -> Vec<Population> {
    if limits(wording) { vec![Population::Described(format!("\"{}\"", short(wording)))] } else { Vec::new() }
}

/// Where a taxon is listed in more than one way, each listing covers a part of it, as far as is known.
pub(super) fn in_part(note: &str) -> String {
    match note {
        "" => "a part of the populations or of the taxa below, which the file does not describe".to_owned(),
        note if limits(note) => note.to_owned(),
        note => format!("{note} (only a part of the populations or of the taxa below)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_text_stays() {
        assert_eq!(plain(" Except <i>Felis catus</i>\r\n&  others "), "Except Felis catus & others");
        assert_eq!(plain("fewer than < 5 kg"), "fewer than < 5 kg");
        assert_eq!(plain("<script>alert(1)</script>"), "alert(1)");
        assert!(short(&"word ".repeat(10_000)).len() < 700);
    }

    #[test]
    fn what_is_not_known_to_be_harmless_limits() {
        for limiting in [
            "Except the populations of Botswana, which are included in Appendix II",
            "Only Botswana and Namibia",
            "Included in Xidae spp.; only Botswana",
            "Note: see the quotas",
        ] {
            assert!(limits(limiting), "{limiting}");
        }
        for harmless in [
            "",
            "All populations",
            "[FAMILY listing Trochilidae spp.]",
            "Included in FALCONIFORMES spp.",
            "Except the species included in Appendix I",
        ] {
            assert!(!limits(harmless), "{harmless}");
        }
    }
}
