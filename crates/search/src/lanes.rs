//! Stand-in until the kernel is merged.
use crate::ends::{Ends};
use crate::myers::Pattern;
pub(crate) struct InfixPattern { pattern: Pattern, }
const CODES: [u8; 16] = *b"\0ACMGRSVTWYHKDBN";
impl InfixPattern {
    pub(crate) fn new(masks: &[u8]) -> Self {
        let letters: Vec<u8> = masks.iter().map(|m| CODES[*m as usize]).collect();
        Self { pattern: Pattern::new(&letters) }
    }
    pub(crate) fn distances(&self, texts: &[&[u8]], limit: u32) -> Vec<Option<u32>> {
        texts.iter().map(|text| {
            let letters: Vec<u8> = text.iter().map(|m| CODES[*m as usize]).collect();
            let m = self.pattern.len();
            let ends = Ends { query: m, reference: text.len(), last_query_start: 0, last_reference_start: text.len(), first_query_end: m, first_reference_end: 0 };
            self.pattern.nearest_within(ends, &letters, Some(limit as usize)).map(|n| n.differences as u32)
        }).collect()
    }
}
