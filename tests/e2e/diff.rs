//! `saola db diff` and the change log of `saola db build --previous`, on a release that differs from the starter in four records.

use serde_json::Value;

use crate::release::{copy_folder, root};
use crate::support::{PETREL, Place, project};

/// A record that a curator quarantines, one with another first base, one under another name.
pub(crate) const QUARANTINED: &str = "NLAVE381-11.COI-5P";
const CHANGED: &str = "Z78533.1.ITS";
const RENAMED: &str = "NLAVE418-11.COI-5P";

fn starter() -> String {
    project("reference-db/saola-starter.saola").display().to_string()
}

/// `folder` in the place: reference-db/ without the petrel's record, and with the changes above.
pub(crate) fn changed_folder(place: &Place) {
    copy_folder(&root().join("reference-db"), &place.path("folder"));
    edit(place, "folder/records/nl-vertebrates-coi.tsv", |id, cells, header| match id {
        _ if id == PETREL.1 => false,
        RENAMED => {
            "Uria aalge".clone_into(&mut cells[column(header, "identification")]);
            true
        }
        _ => true,
    });
    edit(place, "folder/records/orchids-its.tsv", |id, cells, header| {
        let nuc = &mut cells[column(header, "nuc")];
        if id == CHANGED {
            assert!(nuc.starts_with('C'), "{nuc}");
            nuc.replace_range(..1, "T");
        }
        true
    });
    let decision =
        format!("{QUARANTINED}\tquarantine\t\tINVENTED: voucher is another bird\tA. Curator\t2026-01-02\n");
    place.write("folder/decisions.tsv", place.read("folder/decisions.tsv") + &decision);
}

fn column(header: &[String], name: &str) -> usize {
    header.iter().position(|cell| cell == name).unwrap()
}

fn edit(place: &Place, file: &str, mut keep: impl FnMut(&str, &mut Vec<String>, &[String]) -> bool) {
    let text = place.read(file);
    let mut rows = text.lines().map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    let header = rows.next().unwrap();
    let mut lines = vec![header.join("\t")];
    for mut cells in rows {
        let id = cells[0].clone();
        if keep(&id, &mut cells, &header) {
            lines.push(cells.join("\t"));
        }
    }
    place.write(file, lines.join("\n") + "\n");
}

#[test]
fn what_changed_is_named_by_record() {
    let place = Place::new();
    changed_folder(&place);
    let starter = starter();
    let built = place.run(&["db", "build", "folder", "-o", "new.saola", "--previous", &starter]);
    assert_eq!(built.code, 0, "{}", built.stderr);
    assert!(
        // The second is the record with the wrong name, which the audit finds.
        built.stderr.contains("new.saola.changes.tsv: 1 record removed, 2 record retiered"),
        "{}",
        built.stderr
    );
    let log = place.read("new.saola.changes.tsv");
    assert_eq!(log, place.succeeds(&["db", "diff", &starter, "new.saola", "--format", "tsv"]));
    let of = |id: &str| -> Vec<Vec<&str>> {
        let rows = log.lines().map(|line| line.split('\t').collect::<Vec<_>>());
        rows.filter(|row| row[0] == "record" && row[2] == id).collect()
    };
    assert_eq!(
        of(PETREL.1),
        [["record", "removed", PETREL.1, "accepted_taxon", "Aphrodroma brevirostris", "", ""]]
    );
    let retiered = of(QUARANTINED);
    assert_eq!(retiered[0][1..6], ["retiered", QUARANTINED, "tier", "screening", "quarantine"]);
    assert_eq!(retiered[0][6], "INVENTED: voucher is another bird (A. Curator, 2026-01-02)");
    assert_eq!((of(CHANGED)[0][1], of(CHANGED).len()), ("sequence", 1));
    let renamed: Vec<_> = of(RENAMED).iter().map(|row| (row[1], row[3], row[4], row[5])).collect();
    assert!(renamed.contains(&("renamed", "identification", "Alle alle", "Uria aalge")), "{renamed:?}");
    assert!(renamed.contains(&("renamed", "accepted_taxon", "Alle alle", "Uria aalge")), "{renamed:?}");
    let mut ids: Vec<&str> = log.lines().skip(1).map(|line| line.split('\t').nth(2).unwrap()).collect();
    ids.dedup();
    assert_eq!(ids, [PETREL.1, QUARANTINED, RENAMED, CHANGED], "nothing else changed, in the order of ids");

    let json: Value =
        serde_json::from_str(&place.succeeds(&["db", "diff", &starter, "new.saola", "--format", "json"]))
            .unwrap();
    assert_eq!(json["changes"].as_array().unwrap().len(), log.lines().count() - 1);
    assert_ne!(json["from_root"], json["to_root"]);
    let table = place.succeeds(&["db", "diff", &starter, "new.saola"]);
    assert!(table.contains("nuc: 740 bases -> 740 bases"), "{table}");
    // The other way round the record was added.
    let back = place.succeeds(&["db", "diff", "new.saola", &starter, "--format", "tsv"]);
    let row = format!("record\tadded\t{}\taccepted_taxon\t\tAphrodroma brevirostris\tscreening: ", PETREL.1);
    assert!(back.contains(&row), "{back}");
}

#[test]
fn a_release_and_itself() {
    let place = Place::new();
    let starter = starter();
    let header = "part\tchange\tid\tcolumn\tfrom\tto\treasons\n";
    assert_eq!(place.succeeds(&["db", "diff", &starter, &starter, "--format", "tsv"]), header);
    assert!(place.succeeds(&["db", "diff", &starter, &starter]).contains("no changes"));
}

#[test]
fn what_cannot_be_compared_or_written() {
    let place = Place::with_petrel();
    let starter = starter();
    place.fails(4, &["db", "diff", &starter, "petrel.fasta"], &["petrel.fasta", "not a reference database"]);
    place.fails(4, &["db", "diff", "missing.saola", &starter], &["missing.saola"]);
    let folder = project("reference-db").display().to_string();
    let build = ["db", "build", &folder, "-o", "new.saola", "--previous"];
    place.fails(4, &[&build[..], &["petrel.fasta"]].concat(), &["petrel.fasta", "not a reference database"]);
    place.write("new.saola.changes.tsv", "mine");
    place.fails(1, &[&build[..], &[&starter]].concat(), &["new.saola.changes.tsv", "nothing is overwritten"]);
    assert_eq!(place.read("new.saola.changes.tsv"), "mine");
}
