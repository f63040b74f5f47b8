//! Fixed texts: the English master of every sentence a report can hold. Code chooses, nobody types.

use saola_identify::{Answer, Level, LimitationId};

use crate::TrialCounts;

/// What a statement on a conclusion needs.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The level.
    pub level: Level,
    /// The taxon named.
    pub taxon: Option<&'a str>,
    /// Species left open.
    pub candidates: &'a [String],
    /// Genome of the marker in words, such as "mitochondrial".
    pub genome: &'a str,
    /// Taxa that the samples of one item contradict each other on.
    pub conflict: &'a [String],
}

/// The fixed sentence for a level.
pub fn statement(facts: &Facts<'_>) -> String {
    let taxon = facts.taxon.unwrap_or("an unnamed taxon");
    let genome = facts.genome;
    let sentence = match facts.level {
        Level::Species => format!(
            "The DNA sequence corresponds to {taxon} and is distinguished from every other species of the genus in \
             the reference release."
        ),
        Level::SpeciesUniparental => format!(
            "The DNA sequence carries the {genome} lineage of {taxon} and is distinguished from every other species \
             of the genus in the reference release; a hybrid that inherited this lineage is not excluded."
        ),
        Level::SpeciesGroup => format!(
            "The DNA sequence is from one of: {}; the marker does not separate them.",
            facts.candidates.join(", ")
        ),
        Level::Genus => {
            format!("The DNA sequence belongs to the genus {taxon}; the species is not determined.")
        }
        Level::HigherTaxon => {
            format!("The DNA sequence belongs to {taxon}; genus and species are not determined.")
        }
        Level::NotSupportedByReference => {
            "No conclusion on the source: the reference data do not support one.".to_owned()
        }
        Level::InconclusiveData => "No conclusion on the source: the sequence is not sufficient.".to_owned(),
        Level::Mixture => "The sequence data come from more than one source.".to_owned(),
        Level::ContaminationSuspected => {
            "No opinion on the item: the DNA sequence is human and points to contamination.".to_owned()
        }
        Level::NoResult => "No result: there is no sequence.".to_owned(),
    };
    if facts.conflict.is_empty() {
        return sentence;
    }
    format!("{sentence} The samples of the item disagree: {}.", facts.conflict.join(", "))
}

/// The sentence that names a domestic animal of the panel as the nearest reference.
pub fn domestic_statement(common_name: &str, taxon: &str) -> String {
    format!(" The nearest reference is a domestic animal of the panel: {common_name} ({taxon}).")
}

/// The answer to a question in a sentence.
pub fn answer(answer: Answer, taxon: &str, reason: &str) -> String {
    match answer {
        Answer::Excluded => format!("The sequence does not carry a lineage of {taxon}: {reason}."),
        Answer::Supported => format!("The sequence is consistent with {taxon}: {reason}."),
        Answer::NotResolved => format!("Whether the sequence is of {taxon} is not resolved: {reason}."),
    }
}

/// How trials went, in a sentence; with the upper ends of 95 % Clopper-Pearson intervals of wrong species, present and absent, in
/// ten-thousandths.
pub fn reliability(
    marker: &str,
    genus: &str,
    (of_genus, genus_bounds): (&TrialCounts, [u64; 2]),
    (of_marker, marker_bounds): (&TrialCounts, [u64; 2]),
) -> String {
    let per_cent = |parts: u64| format!("{}.{:02} %", parts / 100, parts % 100);
    let disputed = |wrong: u64, disputed: u64| match (wrong, disputed) {
        (0, _) => "0".to_owned(),
        (wrong, disputed) => format!("{wrong} (in {disputed} of them an audit disputes a label)"),
    };
    let counts = |counts: &TrialCounts, bounds: [u64; 2]| {
        let present = match counts.present {
            0 => "none with its species present".to_owned(),
            trials => format!(
                "{trials} with the species present: named rightly {}, wrongly {}, upper bound {}",
                counts.present_right,
                disputed(counts.present_wrong, counts.present_wrong_disputed),
                per_cent(bounds[0])
            ),
        };
        let absent = match counts.absent {
            0 => "none with the species absent".to_owned(),
            trials => format!(
                "{trials} with the species absent: a species named {}, upper bound {}",
                disputed(counts.absent_wrong, counts.absent_wrong_disputed),
                per_cent(bounds[1])
            ),
        };
        format!("{present}; {absent}")
    };
    format!(
        "Trials on the records of this release under this profile in which a species could have been named, marker {marker}. Genus {genus}: \
         {}. All genera: {}. Upper bounds are those of 95 % Clopper-Pearson intervals of wrong species names.",
        counts(of_genus, genus_bounds),
        counts(of_marker, marker_bounds)
    )
}

/// Said where no trials apply.
pub const NO_RELIABILITY: &str =
    "No trials on this release under this profile apply to this conclusion: its error rate is not known.";

/// The fixed text of a limitation; `detail` names what triggered it where the text leaves room for it.
pub fn limitation(id: LimitationId, detail: &str) -> String {
    match id {
        LimitationId::L01 => {
            "The marker is inherited from one parent: it shows that parent's lineage only, and \
                              hybrids or introgression are not excluded."
                .to_owned()
        }
        LimitationId::L02 => {
            "The sequence does not show whether the specimen was wild, captive-bred, ranched or \
                              artificially propagated, nor its age, nor whether it was lawfully obtained."
                .to_owned()
        }
        LimitationId::L03 => "Geographic origin was not determined.".to_owned(),
        LimitationId::L04 => "The number of individuals was not determined.".to_owned(),
        LimitationId::L05 => format!(
            "These recognised species of the genus are missing from the reference for this marker: {detail}. An \
             unsampled or undescribed species is not excluded."
        ),
        LimitationId::L06 => format!("The conclusion rests on few specimens of the species: {detail}."),
        LimitationId::L07 => {
            "A nuclear copy of the mitochondrial gene is not fully excluded, even where the \
                              reading frame is intact."
                .to_owned()
        }
        LimitationId::L08 => "The fragment is shorter than the marker's least length; what it separates was \
                              assessed on this fragment only."
            .to_owned(),
        LimitationId::L10 => {
            "The listing depends on population, form or subspecies, which the sequence does not \
                              show."
                .to_owned()
        }
        LimitationId::L12 => "A domestic form exists; wild and domestic form are not separated.".to_owned(),
        LimitationId::L19 => {
            "The sequence was supplied without its raw data; it was not possible to check how it \
                              was read."
                .to_owned()
        }
        LimitationId::L20 => "Not for casework: no curator has signed the reference records.".to_owned(),
    }
}

/// A level in words, for tables and headings.
pub const fn level(level: Level) -> &'static str {
    match level {
        Level::Species => "species",
        Level::SpeciesUniparental => "species (one parent's lineage)",
        Level::SpeciesGroup => "one of several species",
        Level::Genus => "genus only",
        Level::HigherTaxon => "family only",
        Level::NotSupportedByReference => "not supported by the reference",
        Level::InconclusiveData => "sequence not sufficient",
        Level::Mixture => "mixture",
        Level::ContaminationSuspected => "contamination suspected (human)",
        Level::NoResult => "no result",
    }
}
