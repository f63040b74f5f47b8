//! Four lanes of AVX2.
#![expect(unsafe_code, reason = "vector instructions, behind a look at what the processor has")]

use super::InfixPattern;
use super::lane::{Lanes, Pair, Rows};
use super::scan::scan;
use std::arch::x86_64::{
    __m256i, _mm_cvtsi64_si128, _mm256_add_epi8, _mm256_add_epi64, _mm256_and_si256, _mm256_blendv_epi8,
    _mm256_cmpgt_epi64, _mm256_loadu_si256, _mm256_or_si256, _mm256_sad_epu8, _mm256_set1_epi8,
    _mm256_set1_epi64x, _mm256_setr_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_sll_epi64,
    _mm256_slli_epi64, _mm256_srli_epi64, _mm256_storeu_si256, _mm256_sub_epi64, _mm256_testz_si256,
    _mm256_xor_si256,
};

/// Whether the processor has all that [`Four`] uses.
fn available() -> bool {
    is_x86_feature_detected!("avx2")
}

/// [`scan`] with two times four lanes; `None` when the processor does not have them.
pub(super) fn run(pattern: &InfixPattern, texts: &[&[u8]], best: &mut [u64]) -> Option<()> {
    #[target_feature(enable = "avx2")]
    fn inner(pattern: &InfixPattern, texts: &[&[u8]], best: &mut [u64]) {
        scan::<Pair<Four>>(pattern, texts, best);
    }
    // SAFETY: the processor has the features that `inner` is compiled for.
    available().then(|| unsafe { inner(pattern, texts, best) })
}

/// Four words. Only [`run`] names this type outside its own operations, so a value exists only where the processor has the
/// instructions.
#[derive(Clone, Copy)]
struct Four(__m256i);

/// Calls an intrinsic.
macro_rules! instruction {
    ($call:expr) => {
        // SAFETY: every caller has been reached from `run`, which has asked for the features; memory is touched only by a load
        // from, and a store to, exactly four words of an array.
        unsafe { $call }
    };
}

impl Four {
    /// All bits of a lane set when the bit that lies `places` below the highest is.
    #[inline(always)]
    fn has(self, places: u32) -> Self {
        let raised = instruction!(_mm256_sll_epi64(self.0, _mm_cvtsi64_si128(i64::from(places))));
        Self(instruction!(_mm256_cmpgt_epi64(_mm256_setzero_si256(), raised)))
    }
}

impl Lanes for Four {
    const COUNT: usize = 4;
    /// For each of the four bases, all bits of a lane set when its base set has that base.
    type Codes = [Self; 4];

    #[inline(always)]
    fn splat(word: u64) -> Self {
        Self(instruction!(_mm256_set1_epi64x(word.cast_signed())))
    }
    #[inline(always)]
    fn gather(word: impl FnMut(usize) -> u64) -> Self {
        let words: [u64; 4] = std::array::from_fn(word);
        Self(instruction!(_mm256_loadu_si256(words.as_ptr().cast())))
    }
    #[inline(always)]
    fn scatter(self, mut take: impl FnMut(usize, u64)) {
        let mut words = [0_u64; 4];
        instruction!(_mm256_storeu_si256(words.as_mut_ptr().cast(), self.0));
        for (lane, &word) in words.iter().enumerate() {
            take(lane, word);
        }
    }
    /// Brings each of the four bits to the highest place, where it makes the lane negative.
    #[inline(always)]
    fn codes(self, column: u32) -> [Self; 4] {
        let first = 63 - 8 * column;
        [self.has(first), self.has(first - 1), self.has(first - 2), self.has(first - 3)]
    }
    /// A set agrees where one of its bases does; row 0 holds what agrees with every set.
    #[inline(always)]
    fn agreeing(rows: &Rows, codes: [Self; 4]) -> Self {
        let [a, c, g, t] = codes;
        let purines = Self::splat(rows[1]).and(a).or(Self::splat(rows[4]).and(g));
        let pyrimidines = Self::splat(rows[2]).and(c).or(Self::splat(rows[8]).and(t));
        purines.or(pyrimidines).or(Self::splat(rows[0]))
    }
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Self(instruction!(_mm256_and_si256(self.0, other.0)))
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        Self(instruction!(_mm256_or_si256(self.0, other.0)))
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        Self(instruction!(_mm256_xor_si256(self.0, other.0)))
    }
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Self(instruction!(_mm256_add_epi64(self.0, other.0)))
    }
    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        Self(instruction!(_mm256_sub_epi64(self.0, other.0)))
    }
    #[inline(always)]
    fn down_one(self, above: Self) -> Self {
        Self(instruction!(_mm256_slli_epi64::<1>(self.0))).or(above.highest())
    }
    #[inline(always)]
    fn highest(self) -> Self {
        Self(instruction!(_mm256_srli_epi64::<63>(self.0)))
    }
    /// Looks up the ones of every half byte, then adds up the eight bytes of each lane.
    #[inline(always)]
    fn ones(self) -> Self {
        Self(instruction!({
            let table = _mm256_setr_epi8(
                0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3,
                4,
            );
            let half = _mm256_set1_epi8(15);
            let low = _mm256_shuffle_epi8(table, _mm256_and_si256(self.0, half));
            let high = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi64::<4>(self.0), half));
            _mm256_sad_epu8(_mm256_add_epi8(low, high), _mm256_setzero_si256())
        }))
    }
    #[inline(always)]
    fn least(self, other: Self) -> Self {
        Self(instruction!(_mm256_blendv_epi8(self.0, other.0, _mm256_cmpgt_epi64(self.0, other.0))))
    }
    #[inline(always)]
    fn any_less(self, other: Self) -> bool {
        let less = instruction!(_mm256_cmpgt_epi64(other.0, self.0));
        instruction!(_mm256_testz_si256(less, less)) == 0
    }
}
