//! Eight lanes of AVX-512, as processors have it since Ice Lake and Zen 4.
#![expect(unsafe_code, reason = "vector instructions, behind a look at what the processor has")]

use super::InfixPattern;
use super::lane::{Lanes, Rows};
use super::scan::scan;
use std::arch::x86_64::{
    __m512i, _mm_cvtsi64_si128, _mm512_add_epi64, _mm512_and_si512, _mm512_cmplt_epi64_mask,
    _mm512_loadu_si512, _mm512_min_epi64, _mm512_or_si512, _mm512_permutex2var_epi64, _mm512_popcnt_epi64,
    _mm512_set1_epi64, _mm512_shldi_epi64, _mm512_srl_epi64, _mm512_srli_epi64, _mm512_storeu_si512,
    _mm512_sub_epi64, _mm512_xor_si512,
};

/// Whether the processor has all that [`Eight`] uses.
fn available() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512vbmi2")
        && is_x86_feature_detected!("avx512vpopcntdq")
}

/// [`scan`] with eight lanes; `None` when the processor does not have them.
pub(super) fn run(pattern: &InfixPattern, texts: &[&[u8]], best: &mut [u64]) -> Option<()> {
    #[target_feature(enable = "avx512f,avx512vbmi2,avx512vpopcntdq")]
    fn inner(pattern: &InfixPattern, texts: &[&[u8]], best: &mut [u64]) {
        scan::<Eight>(pattern, texts, best);
    }
    // SAFETY: the processor has the features that `inner` is compiled for.
    available().then(|| unsafe { inner(pattern, texts, best) })
}

/// Eight words. Only [`run`] names this type outside its own operations, so a value exists only where the processor has the
/// instructions.
#[derive(Clone, Copy)]
struct Eight(__m512i);

/// Calls an intrinsic.
macro_rules! instruction {
    ($call:expr) => {
        // SAFETY: every caller has been reached from `run`, which has asked for the features; memory is touched only by a load
        // from, and a store to, exactly eight words of an array.
        unsafe { $call }
    };
}

impl Lanes for Eight {
    const COUNT: usize = 8;
    type Codes = Self;

    #[inline(always)]
    fn splat(word: u64) -> Self {
        Self(instruction!(_mm512_set1_epi64(word.cast_signed())))
    }
    #[inline(always)]
    fn gather(word: impl FnMut(usize) -> u64) -> Self {
        let words: [u64; 8] = std::array::from_fn(word);
        Self(instruction!(_mm512_loadu_si512(words.as_ptr().cast())))
    }
    #[inline(always)]
    fn scatter(self, mut take: impl FnMut(usize, u64)) {
        let mut words = [0_u64; 8];
        instruction!(_mm512_storeu_si512(words.as_mut_ptr().cast(), self.0));
        for (lane, &word) in words.iter().enumerate() {
            take(lane, word);
        }
    }
    #[inline(always)]
    fn codes(self, column: u32) -> Self {
        Self(instruction!(_mm512_srl_epi64(self.0, _mm_cvtsi64_si128(i64::from(8 * column)))))
    }
    /// The lowest four bits of each lane choose among the sixteen words of two registers; the other bits are not looked at.
    #[inline(always)]
    fn agreeing(rows: &Rows, codes: Self) -> Self {
        let (low, high) = rows.split_at(8);
        Self(instruction!(_mm512_permutex2var_epi64(
            _mm512_loadu_si512(low.as_ptr().cast()),
            codes.0,
            _mm512_loadu_si512(high.as_ptr().cast())
        )))
    }
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Self(instruction!(_mm512_and_si512(self.0, other.0)))
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        Self(instruction!(_mm512_or_si512(self.0, other.0)))
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        Self(instruction!(_mm512_xor_si512(self.0, other.0)))
    }
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Self(instruction!(_mm512_add_epi64(self.0, other.0)))
    }
    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        Self(instruction!(_mm512_sub_epi64(self.0, other.0)))
    }
    #[inline(always)]
    fn down_one(self, above: Self) -> Self {
        Self(instruction!(_mm512_shldi_epi64::<1>(self.0, above.0)))
    }
    #[inline(always)]
    fn highest(self) -> Self {
        Self(instruction!(_mm512_srli_epi64::<63>(self.0)))
    }
    #[inline(always)]
    fn ones(self) -> Self {
        Self(instruction!(_mm512_popcnt_epi64(self.0)))
    }
    #[inline(always)]
    fn least(self, other: Self) -> Self {
        Self(instruction!(_mm512_min_epi64(self.0, other.0)))
    }
    #[inline(always)]
    fn any_less(self, other: Self) -> bool {
        instruction!(_mm512_cmplt_epi64_mask(self.0, other.0)) != 0
    }
}
