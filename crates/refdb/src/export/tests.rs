use super::*;
use crate::{
    BuildError,
    fixture::{builder, release},
};

fn tsv(release: &Release, selection: &Selection) -> String {
    let mut text = Vec::new();
    release.export_tsv(selection, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn the_table_has_the_folder_s_columns_then_the_others_then_the_derived() {
    let release = release(builder());
    let text = tsv(&release, &Selection::default());
    let header: Vec<&str> = text.lines().next().unwrap().split('\t').collect();
    assert_eq!((header[0], header[26], header[32]), ("record_id", "nuc", "notes"));
    assert_eq!(header[33..], ["habitat", "tier", "tier_reasons", "taxon", "taxon_id", "marker"]);
    let row: Vec<&str> = text.lines().nth(1).unwrap().split('\t').collect();
    assert_eq!((row[0], row[9], row[26]), ("a", "Falco rusticolus", "ACGTN"));
    assert_eq!(row[33..], ["cliff", "screening", "", "Falco rusticolus", "3", "cytb"]);
    assert_eq!(text.lines().count(), 6);
}

#[test]
fn fasta_headers_have_four_parts() {
    let mut content = builder();
    content.taxonomy = crate::fixture::taxonomy("Falco|x", &[], &[]);
    let release = release(content);
    let mut text = Vec::new();
    assert_eq!(release.export_fasta(&Selection::default(), &mut text).unwrap(), 5);
    let text = String::from_utf8(text).unwrap();
    assert!(text.starts_with(">a|Falco x|cytb|AB1\nACGTN\n>b|Falco cherrug|cytb|AB1\n"), "{text}");
}

#[test]
fn selections_hold_what_fits_every_part() {
    let mut content = builder();
    content.records[0].tier = Tier::Quarantine;
    content.records[1].marker = "12S".to_owned();
    let release = release(content);
    let ids = |selection: &Selection| {
        let held = release.records().filter(|record| selection.holds(record));
        held.map(|record| record.id().to_owned()).collect::<String>()
    };
    let all = Selection::default;
    assert_eq!(ids(&all()), "abcde");
    assert_eq!(ids(&all().with_tier(Tier::Quarantine)), "a");
    assert_eq!(ids(&all().with_marker(&release, "12s").unwrap()), "b");
    assert_eq!(ids(&all().with_taxon(&release, "Falco cherrug").unwrap()), "bd");
    assert_eq!(ids(&all().with_taxon(&release, "Falco").unwrap()), "abcde");
    let both = all().with_taxon(&release, "Falco cherrug").unwrap().with_marker(&release, "cytb").unwrap();
    assert_eq!(ids(&both), "d");
    assert_eq!(all().with_taxon(&release, "Sula").unwrap_err().what, "taxon");
    assert_eq!(all().with_marker(&release, "ND5").unwrap_err().what, "marker");
}

/// What a spreadsheet runs, after the list of the OWASP community page on CSV injection; places and dashes stay.
#[test]
fn cells_that_would_run_or_move_others_are_refused() {
    for cell in ["=1+1", "@SUM(A1)", "+cmd(1)", "-2+3+cmd|' /C calc'!A0", "a\tb", "a\nb", "a\r", "\u{7}"] {
        assert!(cell_fault(cell).is_some(), "{cell:?}");
        let mut content = builder();
        content.records[3].fields.insert("site".to_owned(), cell.to_owned());
        let Err(BuildError::UnsafeCell { record, column, .. }) = content.write() else { panic!("{cell:?}") };
        assert_eq!((record.as_str(), column.as_str()), ("d", "site"));
    }
    for cell in ["", "-52.1", "-", "+31 20 1234", "a=b", "50% (about)", "\u{e9}"] {
        assert_eq!(cell_fault(cell), None, "{cell:?}");
    }
}

/// A release that an older program wrote may hold such a cell: it is named, not written.
#[test]
fn a_table_is_not_written_with_an_unsafe_cell() {
    let mut content = builder();
    content.records[0].fields.insert("site".to_owned(), "=1+1".to_owned());
    let sections = content.sections().unwrap();
    let sections: Vec<_> = sections.iter().map(|(part, bytes)| (part.name(), bytes.as_slice())).collect();
    let mut file = Vec::new();
    crate::layout::write_file(&sections, &mut file).unwrap();
    let release = Release::from_bytes(file, "old").unwrap();
    let error = release.export_tsv(&Selection::default(), &mut Vec::new()).unwrap_err();
    assert!(error.to_string().starts_with("record \"a\", column \"site\": a spreadsheet"), "{error}");
}
