//! A trace as SVG: the whole read small, positions of interest large. Every number is an integer, so that the bytes are the same everywhere.

use std::fmt::Write as _;
use std::ops::RangeInclusive;

use saola_seq::trace::Trace;

/// Colours of A, C, G, T as sequence editors use them.
const COLOURS: [&str; 4] = ["#1a9641", "#2c5fb3", "#111111", "#d7191c"];
const WIDTH: usize = 1000;
const WHOLE_HEIGHT: usize = 110;
const PART_HEIGHT: usize = 150;
/// Bases on either side of a position that is shown large.
const NEIGHBOURS: usize = 9;
/// Parts beside each other.
const PARTS_A_ROW: usize = 3;
/// Most parts that are shown.
const MOST_PARTS: usize = 12;

/// A trace to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct Chromatogram<'a> {
    /// Shown above it.
    pub title: &'a str,
    /// The trace.
    pub trace: &'a Trace,
    /// Bases that were kept, counted from 1; `None` when none were.
    pub kept: Option<(usize, usize)>,
    /// Positions in the file, counted from 1, that are marked, and shown large.
    pub marked: &'a [usize],
}

/// Where a stretch of a trace is drawn.
struct Frame {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
    points: RangeInclusive<usize>,
    most: i64,
}

impl Frame {
    fn x(&self, point: usize) -> usize {
        let span = self.points.end().saturating_sub(*self.points.start());
        self.left + point.saturating_sub(*self.points.start()) * self.width / span.max(1)
    }

    fn y(&self, value: i32) -> usize {
        let height = i64::try_from(self.height).unwrap_or(i64::MAX);
        let up = i64::from(value).clamp(0, self.most) * height / self.most.max(1);
        self.top + self.height - usize::try_from(up).unwrap_or(0)
    }
}

impl Chromatogram<'_> {
    /// The picture; without signal a sentence in its place.
    pub fn svg(&self) -> String {
        let points = self.trace.channels[0].len();
        let peaks = self.peaks(points);
        let parts =
            if peaks.is_empty() { &[][..] } else { &self.marked[..self.marked.len().min(MOST_PARTS)] };
        let rows = parts.len().div_ceil(PARTS_A_ROW);
        let height = 24 + WHOLE_HEIGHT + 34 + rows * (PART_HEIGHT + 50);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"monospace\" font-size=\"11\" role=\"img\">\n\
             <text x=\"2\" y=\"14\" font-size=\"13\">{}</text>\n",
            escaped(self.title)
        );
        if points < 2 || peaks.is_empty() {
            svg.push_str(
                "<text x=\"2\" y=\"40\">The file holds no signal with a peak for each base.</text>\n</svg>\n",
            );
            return svg;
        }
        let whole = Frame {
            left: 0,
            top: 24,
            width: WIDTH,
            height: WHOLE_HEIGHT,
            points: 0..=points - 1,
            most: self.highest(0..=points - 1),
        };
        self.draw_whole(&mut svg, &whole, &peaks);
        for (index, position) in parts.iter().enumerate() {
            self.draw_part(&mut svg, index, *position, &peaks);
        }
        svg.push_str("</svg>\n");
        svg
    }

    /// Peaks within the signal; none when they are not one a base.
    fn peaks(&self, points: usize) -> Vec<usize> {
        let peaks: Vec<usize> =
            self.trace.peaks.iter().filter_map(|peak| usize::try_from(*peak).ok()).collect();
        if peaks.iter().all(|peak| *peak < points) { peaks } else { Vec::new() }
    }

    fn highest(&self, points: RangeInclusive<usize>) -> i64 {
        let within = self.trace.channels.iter().filter_map(|channel| channel.get(points.clone()));
        within.flatten().copied().max().map_or(1, |highest| i64::from(highest.max(1)))
    }

    fn draw_whole(&self, svg: &mut String, frame: &Frame, peaks: &[usize]) {
        if let Some((from, to)) = self.kept {
            let at = |base: usize| peaks.get(base.saturating_sub(1)).map_or(0, |peak| frame.x(*peak));
            let (left, right) = (at(from), at(to));
            // Writing to a string cannot fail, here and below.
            let _ = writeln!(
                svg,
                "<rect x=\"{left}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"#eef4ea\"/>\
                 <text x=\"{left}\" y=\"{}\">{from}</text><text x=\"{right}\" y=\"{}\" text-anchor=\"end\">{to}</text>",
                frame.top,
                right.saturating_sub(left),
                frame.height,
                frame.top + frame.height + 12,
                frame.top + frame.height + 12,
            );
        }
        self.draw_signal(svg, frame);
        for position in self.marked {
            let Some(peak) = position.checked_sub(1).and_then(|base| peaks.get(base)) else { continue };
            let x = frame.x(*peak);
            let (tip, base) = (frame.top + frame.height + 14, frame.top + frame.height + 22);
            let _ = writeln!(
                svg,
                "<path d=\"M{x} {tip}L{} {base}L{} {base}Z\" fill=\"#b35900\"/>",
                x + 4,
                x.saturating_sub(4)
            );
        }
    }

    /// One line a channel, the highest value of each column of the picture.
    fn draw_signal(&self, svg: &mut String, frame: &Frame) {
        for (channel, colour) in self.trace.channels.iter().zip(COLOURS) {
            let mut columns: Vec<(usize, i32)> = Vec::new();
            for point in frame.points.clone() {
                let (x, value) = (frame.x(point), channel.get(point).copied().unwrap_or(0));
                match columns.last_mut() {
                    Some((last, highest)) if *last == x => *highest = (*highest).max(value),
                    _ => columns.push((x, value)),
                }
            }
            let line: Vec<String> =
                columns.iter().map(|(x, value)| format!("{x} {}", frame.y(*value))).collect();
            let _ = writeln!(
                svg,
                "<path d=\"M{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1\"/>",
                line.join("L")
            );
        }
    }

    /// A position with its neighbours, letters and Phred scores.
    fn draw_part(&self, svg: &mut String, index: usize, position: usize, peaks: &[usize]) {
        let Some(middle) = position.checked_sub(1).filter(|middle| *middle < peaks.len()) else { return };
        let (from, to) = (middle.saturating_sub(NEIGHBOURS), (middle + NEIGHBOURS).min(peaks.len() - 1));
        // Peaks of a damaged file need not rise.
        let shown = &peaks[from..=to];
        let first = shown.iter().min().copied().unwrap_or(0).saturating_sub(6);
        let points = first..=shown.iter().max().copied().unwrap_or(0) + 6;
        let width = WIDTH / PARTS_A_ROW;
        let top = 24 + WHOLE_HEIGHT + 34 + (index / PARTS_A_ROW) * (PART_HEIGHT + 50);
        let most = self.highest(*points.start()..=(*points.end()).min(self.trace.channels[0].len() - 1));
        let left = (index % PARTS_A_ROW) * width + 4;
        let frame = Frame { left, top: top + 16, width: width - 12, height: PART_HEIGHT, points, most };
        let _ = writeln!(svg, "<text x=\"{left}\" y=\"{}\">position {position}</text>", top + 10);
        let x = frame.x(peaks[middle]);
        let _ = writeln!(
            svg,
            "<rect x=\"{}\" y=\"{}\" width=\"16\" height=\"{}\" fill=\"#fdeccf\"/>",
            x.saturating_sub(8),
            frame.top,
            frame.height + 30
        );
        self.draw_signal(svg, &frame);
        for base in from..=to {
            let letter = self.trace.bases[base];
            let colour =
                b"ACGT".iter().position(|known| *known == letter).map_or("#777777", |place| COLOURS[place]);
            let x = frame.x(peaks[base]);
            let score =
                self.trace.qualities.as_ref().map_or_else(String::new, |scores| scores[base].to_string());
            let _ = writeln!(
                svg,
                "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\" fill=\"{colour}\">{}</text>\
                 <text x=\"{x}\" y=\"{}\" text-anchor=\"middle\" font-size=\"7\">{score}</text>",
                frame.top + frame.height + 14,
                char::from(letter),
                frame.top + frame.height + 26,
            );
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use saola_seq::trace::{TraceFormat, TraceOrigin};

    use super::*;

    /// A made-up trace whose peaks stand where a damaged file may have them.
    fn drawn(peaks: Vec<u32>, points: usize) -> String {
        let bases = vec![b'A'; peaks.len()];
        let trace = Trace {
            format: TraceFormat::Abif,
            called: bases.clone(),
            bases,
            qualities: None,
            peaks,
            channels: std::array::from_fn(|_| vec![7; points]),
            origin: TraceOrigin::default(),
            has_edited_calls: false,
        };
        Chromatogram { title: "<a>&", trace: &trace, kept: Some((1, 99)), marked: &[0, 1, 2, 99] }.svg()
    }

    #[test]
    fn damaged_traces_are_drawn_or_said_to_be_without_signal() {
        assert!(drawn(vec![90, 5, 90, 0], 100).contains("position 2"));
        for (peaks, points) in [(vec![], 100), (vec![500], 100), (vec![0], 0), (vec![0], 1)] {
            assert!(drawn(peaks, points).contains("no signal"));
        }
        assert!(drawn(vec![1, 2], 10).contains("&lt;a&gt;&amp;"));
    }
}
