//! The sweep, compiled for the widest vectors that the processor has.
#![expect(
    unsafe_code,
    reason = "the same loop compiled for wider vectors, behind a look at what the processor has"
)]

use super::{Best, Number, Problem, Wavefront};

/// The best end over all antidiagonals, given what a difference and what a deletion costs.
pub(super) fn sweep<N: Number>(problem: &Problem<'_>, difference: N, deletion: N) -> Best<N> {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn wide<N: Number>(problem: &Problem<'_>, difference: N, deletion: N) -> Best<N> {
            Wavefront::new(problem, difference, deletion).run()
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has the feature that `wide` is compiled for.
            return unsafe { wide(problem, difference, deletion) };
        }
    }
    Wavefront::new(problem, difference, deletion).run()
}
