//! Tables of trials.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use saola_identify::trial::{Scheme, Verdict, clopper_pearson};

use super::{Defect, Fragment, Half, Recognition, Trial, names_species};

/// What is counted together.
type Key<'t> = (&'t str, Scheme, Recognition, Fragment, [u32; 2], Defect, Half);

fn by_key(trials: &[Trial]) -> BTreeMap<Key<'_>, Vec<&Trial>> {
    let mut groups: BTreeMap<Key<'_>, Vec<&Trial>> = BTreeMap::new();
    let has_several = trials.iter().any(|one| Some(&one.marker) != trials.first().map(|first| &first.marker));
    for one in trials {
        let rates = [one.errors, one.mislabels];
        let markers = std::iter::once(one.marker.as_str()).chain(has_several.then_some("all markers"));
        for marker in markers {
            let key = (marker, one.scheme, one.recognition, one.fragment, rates, one.defect, one.half);
            groups.entry(key).or_default().push(one);
        }
    }
    groups
}

const KEY: &str =
    "marker\tleft_out\tspecies_list\tfragment\terrors_per_thousand\tmislabels_per_thousand\tdefect\thalf";

fn key_cells(key: &Key<'_>) -> String {
    let (marker, scheme, recognition, fragment, [errors, mislabels], defect, half) = key;
    let scheme = match scheme {
        Scheme::Specimen => "specimen",
        Scheme::Species => "species",
        Scheme::Genus => "genus",
    };
    let recognition = match recognition {
        Recognition::Unknown => "unknown",
        Recognition::Known => "known",
    };
    let half = match half {
        Half::Tuning => "tuning",
        Half::Reporting => "reporting",
    };
    format!(
        "{marker}\t{scheme}\t{recognition}\t{fragment}\t{errors}\t{mislabels}\t{}\t{half}",
        defect.as_str()
    )
}

/// Whether a species, or a group of species, was named wrongly.
pub(crate) fn is_wrong_species(one: &Trial) -> bool {
    one.verdict == Verdict::Wrong && names_species(one.level)
}

/// The table of trials: a row for each marker (and for all of them where there are several), scheme, list, fragment, rates of errors and mislabels, defect and half. Bounds are upper ends of Clopper-Pearson
/// intervals at 95 %, in per cent.
///
/// * `wrong_species`: a species or a group of species was named that does not hold; `wrong_undisputed`: of these, those whose label no
///   finding disputes ([`Trial::disputed`]); `wrong_unshared`: of these, those whose sequence no other species has, as what shares a barcode
///   with a species that is left out cannot be told from it by any rule; `upper_of_unshared_%`: in the trials that are neither disputed nor shared.
/// * `could_fail`: trials in which a species could have been named ([`Trial::could_fail`]), and of these the species; a species is wrong
///   when any of its trials is.
/// * `separable`: trials in which a species should be named ([`Trial::separable`]), and in how many of them it was.
pub fn trial_table(trials: &[Trial]) -> String {
    let mut table = format!(
        "{KEY}\ttrials\tright\ttoo_high\twrong\tabstained\twrong_species\tupper_%\twrong_undisputed\tupper_of_undisputed_%\twrong_unshared\tupper_of_unshared_%\tcould_fail\tupper_of_these_%\
         \tspecies\tspecies_wrong\tupper_of_species_%\tseparable\tseparable_named\n"
    );
    for (key, trials) in by_key(trials) {
        let count = |is: &dyn Fn(&Trial) -> bool| trials.iter().filter(|one| is(one)).count() as u64;
        let verdict = |verdict| count(&move |one: &Trial| one.verdict == verdict);
        let all = trials.len() as u64;
        let wrong = count(&is_wrong_species);
        let undisputed = count(&|one| is_wrong_species(one) && !one.disputed);
        let unshared = count(&|one| is_wrong_species(one) && !one.disputed && !one.shares_barcode());
        // The bound is of the same trials that the errors are counted in.
        let of_unshared = count(&|one| !one.disputed && !one.shares_barcode());
        let could_fail = count(&|one| one.could_fail || is_wrong_species(one));
        let species = |is: &dyn Fn(&Trial) -> bool| {
            let found: BTreeSet<&str> =
                trials.iter().filter(|one| is(one)).map(|one| one.species.as_str()).collect();
            found.len() as u64
        };
        let tried = species(&|one| one.could_fail || is_wrong_species(one));
        let species_wrong = species(&is_wrong_species);
        let upper = |failures, trials| 100.0 * clopper_pearson(failures, trials).1;
        let separable = count(&|one| one.separable);
        let named = count(&|one| one.separable && one.verdict == Verdict::Right);
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "{}\t{all}\t{}\t{}\t{}\t{}\t{wrong}\t{:.2}\t{undisputed}\t{:.2}\t{unshared}\t{:.2}\t{could_fail}\t{:.2}\t{tried}\t{species_wrong}\t{:.2}\t{separable}\t{named}",
            key_cells(&key),
            verdict(Verdict::Right),
            verdict(Verdict::TooHigh),
            verdict(Verdict::Wrong),
            verdict(Verdict::Abstained),
            upper(wrong, all),
            upper(undisputed, all),
            upper(unshared, of_unshared),
            upper(wrong, could_fail),
            upper(species_wrong, tried),
        );
    }
    table
}

/// Which gate kept how many trials from a species, or from being right where none did.
pub fn gate_table(trials: &[Trial]) -> String {
    let mut table = format!("{KEY}\tgate\ttrials\n");
    for (key, trials) in by_key(trials) {
        let mut gates: BTreeMap<&str, usize> = BTreeMap::new();
        for one in trials {
            *gates.entry(if one.stopped_by.is_empty() { "none" } else { &one.stopped_by }).or_default() += 1;
        }
        for (gate, count) in gates {
            let _ = writeln!(table, "{}\t{gate}\t{count}", key_cells(&key));
        }
    }
    table
}
