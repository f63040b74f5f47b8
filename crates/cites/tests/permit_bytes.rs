//! No bytes make the reader of permits panic.

use proptest::prelude::*;
use saola_cites::permit::Permit;

const PIECES: [&str; 12] = [
    "<CITESEPermit>",
    "</CITESEPermit>",
    "<IncludedSupplyChainConsignmentItem>",
    "<SpecifiedTradeProduct>",
    "<ScientificName>",
    "</ScientificName>",
    "&amp;",
    "&#0;",
    "&x;",
    "<![CDATA[",
    "]]>",
    "<ItemQuantity unitCode='&lt;'/>",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Permit::parse(&bytes);
    }

    #[test]
    fn random_pieces(pieces in prop::collection::vec((prop::sample::select(PIECES.to_vec()), "[a-z<>&;\\PC]{0,6}"), 0..30)) {
        let text: String = pieces.into_iter().flat_map(|(piece, text)| [piece.to_owned(), text]).collect();
        let _ = Permit::parse(text.as_bytes());
    }
}
