//! Index sections that someone has changed, in a file whose checksums are right: an answer may be wrong, which the check of the
//! whole file is there to find, but nothing panics, and nothing grows beyond the file.

use crate::generate::{edited, sequence};
use crate::indexed::release;
use proptest::collection::vec;
use proptest::prelude::*;
use saola_refdb::Release;
use saola_search::{Options, Ratio, ReleaseSearch, index_sections};

/// One change of a section: at a place (a fraction of 2^16 of its length), what.
#[derive(Clone, Debug)]
enum Change {
    Byte(u16, u8),
    Number(u16, u32),
    Header(usize, u32),
    Swap(u16, u16),
    Cut(u16),
}

fn change() -> impl Strategy<Value = Change> {
    let number = prop_oneof![Just(0), Just(1), Just(u32::MAX), Just(u32::MAX / 64), 0_u32..200, any::<u32>()];
    prop_oneof![
        4 => (any::<u16>(), any::<u8>()).prop_map(|(place, byte)| Change::Byte(place, byte)),
        8 => (any::<u16>(), number.clone()).prop_map(|(place, number)| Change::Number(place, number)),
        1 => (2_usize..12, number).prop_map(|(place, number)| Change::Header(place, number)),
        2 => (any::<u16>(), any::<u16>()).prop_map(|(one, other)| Change::Swap(one, other)),
        1 => any::<u16>().prop_map(Change::Cut),
    ]
}

fn apply(section: &mut Vec<u8>, change: &Change) {
    let length = section.len();
    let at = |place: u16| usize::from(place) * length / (1 << 16);
    // The arrays before the consensus hold numbers of four bytes.
    let word = |place: u16| at(place) / 4 * 4;
    match *change {
        Change::Byte(place, byte) => {
            let place = at(place);
            section[place] = byte;
        }
        Change::Number(place, number) => put(section, word(place), number),
        Change::Header(place, number) => put(section, 4 * place, number),
        Change::Swap(one, other) => {
            let (one, other) = (at(one), at(other));
            section.swap(one, other);
        }
        Change::Cut(place) => {
            let place = at(place).max(1);
            section.truncate(place);
        }
    }
}

fn put(section: &mut [u8], place: usize, number: u32) {
    if let Some(bytes) = section.get_mut(place..place + 4) {
        bytes.copy_from_slice(&number.to_le_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn doctored_sections_are_read_without_a_panic(
        ancestor in sequence(400),
        edits in vec(edited(30), 1..30),
        changes in vec(change(), 1..6),
        percent in 0_u64..100,
    ) {
        let records: Vec<Vec<u8>> = edits.iter().map(|edits| edits.apply(&ancestor)).filter(|bases| !bases.is_empty()).collect();
        prop_assume!(!records.is_empty());
        let content = release(&records);
        let mut index = index_sections(&content).unwrap();
        for change in &changes {
            apply(&mut index[0].1, change);
        }
        let mut file = Vec::new();
        prop_assert!(content.write_with_index(index, &mut file).is_ok());
        let doctored = Release::from_bytes(file, "doctored").unwrap();
        let search = ReleaseSearch::new(&doctored).unwrap();
        let marker = doctored.markers().resolve("COI-5P").unwrap();
        for query in [records[0].as_slice(), &ancestor, b"ACGTACGTTGCAACGATCAG"] {
            for (most, down) in [(None, Ratio::ZERO), (Some(1), Ratio::percent(95))] {
                let options = Options {
                    min_identity: Ratio::percent(percent),
                    max_hits: most,
                    prove_down_to: down,
                    ..Options::default()
                };
                let found = search.search(marker, query, &options);
                prop_assert!(found.hits.len() <= 1000);
            }
            let _ = search.find_marker(query);
        }
    }
}

/// A section of another layout, as a later or earlier version would write it, is not searched, and not taken for an empty one: the index
/// is built anew.
#[test]
fn a_section_of_another_layout_is_built_anew() {
    let records =
        vec![b"ACGTTGCAACGATCAGGATTACAGGATCCATTGACCA".repeat(4), b"TTGACCAGATTGGCAACGTACG".repeat(8)];
    let content = release(&records);
    let mut index = index_sections(&content).unwrap();
    put(&mut index[0].1, 0, u32::MAX);
    let mut file = Vec::new();
    content.write_with_index(index, &mut file).unwrap();
    let other = Release::from_bytes(file, "other layout").unwrap();
    let marker = &content.markers().as_slice()[0];
    let found = |release: &Release| {
        ReleaseSearch::new(release).unwrap().search(marker, &records[0], &Options::default())
    };
    assert_eq!(found(&other), found(&content));
    assert_eq!(found(&other).hits.len(), 1);
}
