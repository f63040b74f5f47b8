//! Annotations as the downloads write them.

use crate::population::Population;

/// Most characters of an annotation that are kept: enough for every one known but a few, whose end is cut.
const MOST_CHARACTERS: usize = 600;

/// Text without markup, its blanks single, and cut at a length.
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
    let words: Vec<&str> = shown.split_whitespace().collect();
    let single = words.join(" ");
    match single.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{} ...", single[..end].trim_end()),
        None => single,
    }
}

/// Whether a text that begins with `<` begins with a tag that ends; "less than" is none.
fn is_tag(text: &str) -> bool {
    let mut rest = text.chars().skip(1);
    rest.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '/') && text.contains('>')
}

/// Whether an annotation can limit a listing to some populations, or take some out of it.
pub(super) fn limits(wording: &str) -> bool {
    let lower = wording.to_lowercase();
    let lower = lower.trim_end_matches('.');
    ["population", "stock of", "only the ", "specimens of", "delayed"].iter().any(|word| lower.contains(word))
        && lower != "all populations"
}

/// The populations that an annotation speaks of: in its own words, which decide nothing by themselves.
pub(super) fn populations(wording: &str) -> Vec<Population> {
    if limits(wording) { vec![Population::Described(format!("\"{wording}\""))] } else { Vec::new() }
}

/// Where a taxon is listed in more than one way, each listing covers a part of it, as far as is known.
pub(super) fn in_part(note: &str) -> String {
    match note {
        "" => "a part of the populations or of the taxa below, which the file does not describe".to_owned(),
        note if limits(note) => note.to_owned(),
        note => format!("{note} (a part of the populations or of the taxa below)"),
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
        assert!(plain(&"word ".repeat(10_000)).len() < 700);
    }

    #[test]
    fn populations_are_told_from_other_annotations() {
        assert!(limits("Except the populations of Botswana, which are included in Appendix II"));
        assert!(!limits("All populations"));
        assert!(!limits("[FAMILY listing Trochilidae spp.]"));
        assert!(!limits("Except the species included in Appendix I"));
    }
}
