//! How high the peaks of a base's neighbourhood are, in each channel.

use super::Trace;

/// The highest peak at a base, and the highest of another channel beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeakHeights {
    /// Channel (0 to 3: A, C, G, T) and height of the highest peak.
    pub first: (usize, i32),
    /// The same of the next channel; height 0 where no other channel has a peak there.
    pub second: (usize, i32),
}

/// A base with two peaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoublePeak {
    /// Position of the base, counted from 1.
    pub position: usize,
    /// The peaks.
    pub heights: PeakHeights,
}

impl PeakHeights {
    /// Whether the second peak has at least 0.33 of the first one's height (the default ratio of `makeBaseCalls` of the
    /// Bioconductor package sangerseqR).
    pub fn is_double(&self) -> bool {
        self.first.1 > 0 && i64::from(self.second.1) * 100 >= i64::from(self.first.1) * 33
    }
}

impl Trace {
    /// Heights of the peaks at each base, between the middles to its neighbours; `None` where the trace has no signal, or a peak lies
    /// beyond it.
    pub fn peak_heights(&self) -> Option<Vec<PeakHeights>> {
        let points = self.channels[0].len();
        let peaks: Vec<usize> = self.peaks.iter().filter_map(|peak| usize::try_from(*peak).ok()).collect();
        if peaks.is_empty() || peaks.iter().any(|peak| *peak >= points) {
            return None;
        }
        let heights = peaks.iter().enumerate().map(|(index, peak)| {
            // Where peaks do not rise, as they may behind the last good base, half a usual distance takes the neighbour's place.
            let before = index.checked_sub(1).map(|before| peaks[before]).filter(|before| before < peak);
            let after = peaks.get(index + 1).filter(|after| *after > peak);
            let from = before.map_or(peak.saturating_sub(5), |before| usize::midpoint(before, *peak));
            let to = after.map_or(peak + 5, |after| usize::midpoint(*peak, *after)).min(points - 1);
            self.heights_between(from, to)
        });
        Some(heights.collect())
    }

    fn heights_between(&self, from: usize, to: usize) -> PeakHeights {
        let mut heights: Vec<(usize, i32)> =
            self.channels.iter().map(|channel| highest_peak(channel, from, to)).enumerate().collect();
        heights.sort_by_key(|(channel, height)| (std::cmp::Reverse(*height), *channel));
        PeakHeights { first: heights[0], second: heights[1] }
    }

    /// The bases with two peaks, in their order; empty where heights are not known.
    pub fn double_peaks(&self) -> Vec<DoublePeak> {
        let heights = self.peak_heights().unwrap_or_default();
        let numbered = heights.into_iter().enumerate();
        numbered
            .map(|(index, heights)| DoublePeak { position: index + 1, heights })
            .filter(|peak| peak.heights.is_double())
            .collect()
    }
}

/// The highest point between two others that is a peak of its channel: not lower than its neighbours. A flank that only
/// rises towards a neighbouring base is none.
fn highest_peak(channel: &[i32], from: usize, to: usize) -> i32 {
    let at = |index: usize| channel.get(index).copied().unwrap_or(0);
    let is_peak = |index: &usize| {
        let (before, here, after) = (at(index.wrapping_sub(1)), at(*index), at(index + 1));
        here > 0 && here >= before && here >= after && (here > before || here > after)
    };
    (from..=to).filter(is_peak).map(at).max().unwrap_or(0)
}
