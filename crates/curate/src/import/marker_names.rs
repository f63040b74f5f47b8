//! The marker that a name in a download stands for.

use std::collections::BTreeMap;

use saola_seq::{Marker, MarkerTable};

/// Names in use for a marker, written as [`fold`] writes them, and a name of it in `markers.tsv`.
///
/// Products are spelled as in the INSDC feature table and its older forms. Names that stand for genes of two genomes
/// ("small subunit ribosomal RNA") are missing on purpose.
const OTHER_NAMES: [(&str, &str); 76] = [
    ("12s", "12S"),
    ("12srrna", "12S"),
    ("12srdna", "12S"),
    ("12sribosomalrna", "12S"),
    ("rns", "12S"),
    ("rrn12", "12S"),
    ("mtrnr1", "12S"),
    ("srrna", "12S"),
    ("16s", "16S"),
    ("16srrna", "16S"),
    ("16srdna", "16S"),
    ("16sribosomalrna", "16S"),
    ("rnl", "16S"),
    ("mtrnr2", "16S"),
    ("lrrna", "16S"),
    ("atpase6", "ATP6"),
    ("mtatp6", "ATP6"),
    ("atpsynthasef0subunit6", "ATP6"),
    ("atpsynthasesubunit6", "ATP6"),
    ("atpasesubunit6", "ATP6"),
    ("atpsynthasesubunita", "ATP6"),
    ("atpase8", "ATP8"),
    ("mtatp8", "ATP8"),
    ("atpsynthasef0subunit8", "ATP8"),
    ("atpsynthasesubunit8", "ATP8"),
    ("atpasesubunit8", "ATP8"),
    ("coxi", "COI-5P"),
    ("mtco1", "COI-5P"),
    ("cytochromecoxidasesubuniti", "COI-5P"),
    ("cytochromecoxidasesubunit1", "COI-5P"),
    ("cytochromeoxidasesubuniti", "COI-5P"),
    ("cytochromeoxidasesubunit1", "COI-5P"),
    ("coxii", "COII"),
    ("mtco2", "COII"),
    ("cytochromecoxidasesubunitii", "COII"),
    ("cytochromecoxidasesubunit2", "COII"),
    ("cytochromeoxidasesubunitii", "COII"),
    ("cytochromeoxidasesubunit2", "COII"),
    ("coxiii", "COIII"),
    ("mtco3", "COIII"),
    ("cytochromecoxidasesubunitiii", "COIII"),
    ("cytochromecoxidasesubunit3", "COIII"),
    ("cytochromeoxidasesubunitiii", "COIII"),
    ("cytochromeoxidasesubunit3", "COIII"),
    ("dloop", "D-loop"),
    ("controlregion", "D-loop"),
    ("putativecontrolregion", "D-loop"),
    ("mitochondrialcontrolregion", "D-loop"),
    ("its1its2", "ITS"),
    ("mtnd1", "ND1"),
    ("nadhdehydrogenasesubunit1", "ND1"),
    ("mtnd2", "ND2"),
    ("nadhdehydrogenasesubunit2", "ND2"),
    ("mtnd3", "ND3"),
    ("nadhdehydrogenasesubunit3", "ND3"),
    ("mtnd4", "ND4"),
    ("nadhdehydrogenasesubunit4", "ND4"),
    ("mtnd4l", "ND4L"),
    ("nadhdehydrogenasesubunit4l", "ND4L"),
    ("mtnd5", "ND5"),
    ("nadhdehydrogenasesubunit5", "ND5"),
    ("mtnd6", "ND6"),
    ("nadhdehydrogenasesubunit6", "ND6"),
    ("atpsynthasecf1betasubunit", "atpB"),
    ("atpsynthasebetasubunit", "atpB"),
    ("cytochromeb", "cytb"),
    ("mtcyb", "cytb"),
    ("apocytochromeb", "cytb"),
    ("maturasek", "matK"),
    ("nadhdehydrogenasesubunitf", "ndhF"),
    ("nadhplastoquinoneoxidoreductasesubunit5", "ndhF"),
    ("ribulose15bisphosphatecarboxylaseoxygenaselargesubunit", "rbcL"),
    ("ribulosebisphosphatecarboxylaselargechain", "rbcL"),
    ("psbatrnhintergenicspacer", "trnH-psbA"),
    ("trnhpsbaintergenicspacer", "trnH-psbA"),
    ("trnluaa", "trnL"),
];

/// Finds markers by the names of a table and by those in use elsewhere.
pub(crate) struct MarkerNames<'a>(BTreeMap<String, &'a Marker>);

impl<'a> MarkerNames<'a> {
    pub(crate) fn new(table: &'a MarkerTable) -> Self {
        let mut names = BTreeMap::new();
        for marker in table.as_slice() {
            for name in std::iter::once(&marker.name).chain(&marker.aliases) {
                names.insert(fold(name), marker);
            }
        }
        for (other, name) in OTHER_NAMES {
            if let Some(marker) = table.resolve(name) {
                names.entry(other.to_owned()).or_insert(marker);
            }
        }
        Self(names)
    }

    pub(crate) fn find(&self, name: &str) -> Option<&'a Marker> {
        self.0.get(&fold(name)).copied()
    }
}

/// Letters and digits in lower case: `Cytochrome_b`, `cytochrome b` and `CYTOCHROME-B` are one name.
fn fold(name: &str) -> String {
    let name = name.strip_suffix(" gene").unwrap_or(name);
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).take(200).collect()
}
