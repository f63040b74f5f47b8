use super::*;
use crate::{
    ReleaseBuilder, Source, Tier,
    fixture::{builder, record, release, taxonomy},
};

fn diff(later: ReleaseBuilder) -> Vec<String> {
    let (earlier, later) = (release(builder()), release(later));
    let diff = ReleaseDiff::between(&earlier, &later);
    let total: u64 = diff.counts.iter().map(|count| count.count).sum();
    assert_eq!(total, diff.changes.len() as u64);
    // The way back has what was added as removed, and so on.
    let back = ReleaseDiff::between(&later, &earlier);
    let kinds = |diff: &ReleaseDiff, kind| diff.changes.iter().filter(|change| change.change == kind).count();
    assert_eq!(kinds(&diff, ChangeKind::Added), kinds(&back, ChangeKind::Removed));
    assert_eq!(kinds(&diff, ChangeKind::Changed), kinds(&back, ChangeKind::Changed));
    diff.tsv().lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn a_release_does_not_differ_from_itself() {
    assert!(diff(builder()).is_empty());
}

/// One change of each kind for records, in the order of ids and columns.
#[test]
fn records_of_every_kind() {
    let mut later = builder();
    later.records.remove(0);
    later.records.push(record("f", "Falco cherrug", "ACGT", 3));
    let [b, c, d, e] = [0, 1, 2, 3];
    later.records[b].tier = Tier::Quarantine;
    later.records[b].fields.insert("tier_reasons".to_owned(), "wrong label".to_owned());
    later.records[c].sequence = b"ACGA".to_vec();
    later.records[d].fields.insert("identification".to_owned(), "Falco rusticolus".to_owned());
    later.records[d].taxon = TaxonNumber(2);
    later.records[e].fields.insert("habitat".to_owned(), "town".to_owned());
    later.records[e].fields.remove("insdc_acs");
    assert_eq!(
        diff(later),
        [
            "record\tremoved\ta\taccepted_taxon\tFalco rusticolus\t\t",
            "record\tretiered\tb\ttier\tscreening\tquarantine\twrong label",
            "record\tchanged\tb\ttier_reasons\t\twrong label\t",
            "record\tsequence\tc\tnuc\tACGTN\tACGA\t",
            "record\trenamed\td\taccepted_taxon\tFalco cherrug\tFalco rusticolus\t",
            "record\trenamed\td\tidentification\tFalco cherrug\tFalco rusticolus\t",
            "record\trenamed\td\ttaxon_id\t4\t3\t",
            "record\tchanged\te\thabitat\tcliff\ttown\t",
            "record\tchanged\te\tinsdc_acs\tAB1\t\t",
            "record\tadded\tf\taccepted_taxon\t\tFalco cherrug\tscreening: ",
        ]
    );
}

/// A species is renamed: the taxon keeps its identifier, the old name becomes a synonym.
#[test]
fn taxonomy_markers_and_sources() {
    let mut later = builder();
    later.version = "2".to_owned();
    later.records.clear();
    let mut earlier = builder();
    earlier.records.clear();
    let new = "Hierofalco rusticolus";
    later.taxonomy = taxonomy(new, &[new, "Falco naumanni"], &[("Falco rusticolus", new)]);
    later.sources = vec![Source { id: "museum".into(), title: "Birds".into(), ..source() }];
    let table = "marker\taliases\tgenome\tcoding\treference_accession\treference_start\treference_end\t\
        reference_strand\tminimum_length\tprimers\ncytb\t\tmitochondrion\tyes\t\t\t\t\t200\t\n";
    later.markers = saola_seq::MarkerTable::parse("m", table.as_bytes()).unwrap();
    let diff = ReleaseDiff::between(&release(earlier), &release(later));
    let lines: Vec<String> = diff.tsv().lines().skip(1).map(str::to_owned).collect();
    assert_eq!(
        lines,
        [
            "release\tchanged\t\tversion\t\t2\t".to_owned(),
            format!("taxon\trenamed\t3\tname\tFalco rusticolus\t{new}\t"),
            format!("synonym\tadded\tFalco rusticolus\taccepted\t\t{new}\t"),
            "recognised_species\tremoved\tFalco cherrug\tgenus\t2\t\t".to_owned(),
            "recognised_species\tadded\tFalco naumanni\tgenus\t\t2\t".to_owned(),
            format!("recognised_species\trenamed\tFalco rusticolus\tname\tFalco rusticolus\t{new}\t"),
            "marker\tremoved\t12S\tgenome\tmitochondrion\t\t".to_owned(),
            "marker\tchanged\tcytb\tminimum_length\t100\t200\t".to_owned(),
            "source\tadded\tmuseum\ttitle\t\tBirds\t".to_owned(),
        ]
    );
}

fn source() -> Source {
    let json =
        r#"{"id":"","title":"","registry":"","package":"","version":"","path":"","licence":"","sha256":""}"#;
    serde_json::from_str(json).unwrap()
}

/// A record whose own cells stand still is renamed with its taxon.
#[test]
fn a_renamed_taxon_renames_its_records() {
    let mut later = builder();
    later.taxonomy = taxonomy("Hierofalco rusticolus", &["Falco rusticolus", "Falco cherrug"], &[]);
    let renamed = diff(later);
    assert!(
        renamed[0].starts_with("record\trenamed\ta\taccepted_taxon\tFalco rusticolus\tHiero"),
        "{renamed:?}"
    );
    assert_eq!(renamed.len(), 4, "records a, c, e and the taxon: {renamed:?}");
}
