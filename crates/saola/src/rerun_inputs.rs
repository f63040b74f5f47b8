//! What goes into the repetition of a report's analysis: its samples, from the files that were analysed or from the report itself.

use std::collections::BTreeSet;

use saola_digest::Sha256Digest;
use saola_report::{AmpliconReads, Edit, Reads, ReportResult, Sample};
use saola_seq::{Limits, SequenceRecord, read_records};

use crate::reads::{Consensus, NamedPrimer, ReadsError};
use crate::rerun::{RerunError, samples};
use crate::sample::trace_read;
use crate::{SampleFile, SampleInput};

/// The samples of a report, from `files`, or from the report when there are none.
pub(crate) fn inputs(
    result: &ReportResult,
    files: &[SampleFile],
    primers: &[NamedPrimer],
    notes: &mut Vec<String>,
) -> Result<Vec<SampleInput>, RerunError> {
    if files.is_empty() {
        notes.push("sequences are those in the report, which records no base qualities and no removed gaps; give the files to repeat the gates on them".to_owned());
        return samples(result).map(|(item, sample)| from_report(item, sample)).collect();
    }
    let mut used = BTreeSet::new();
    let from = |(item, sample): (&str, &Sample)| match &sample.reads {
        Some(reads) => from_traces(item, sample, (reads, primers), files, &mut used),
        None => from_files(item, sample, files, &mut used),
    };
    let inputs = samples(result).map(from).collect();
    let unused = files.iter().enumerate().filter(|(place, _)| !used.contains(place));
    notes.extend(unused.map(|(_, file)| format!("the report has no sample of the file {:?}", file.name)));
    inputs
}

fn from_report(item: &str, sample: &Sample) -> Result<SampleInput, RerunError> {
    let error = |message: String| RerunError::Sequence { sample: sample.id.clone(), message };
    let text = format!(">sequence\n{}\n", sample.sequence);
    let records = read_records("the report", text.as_bytes(), &Limits::default());
    let records = records.map_err(|cause| error(cause.kind.to_string()))?;
    let [record] = records.as_slice() else { return Err(error("it is several".to_owned())) };
    let sha256 = sample.source.sha256.parse().map_err(|cause| error(format!("its file: {cause}")))?;
    let record =
        SequenceRecord { name: sample.source.record.clone(), line: recorded_line(sample), ..record.clone() };
    Ok(input(item, sample, &sample.source.file, sha256, record))
}

/// The line of the record in its file, which the first gate tells in words; 0 when it does not.
fn recorded_line(sample: &Sample) -> u64 {
    let start = format!("record {:?}, line ", sample.source.record);
    let note = sample.gates.first().and_then(|gate| gate.note.strip_prefix(&start));
    note.and_then(|rest| rest.split_once(" of ")?.0.parse().ok()).unwrap_or(0)
}

/// The consensus made again of the traces that the report names, with its edits.
fn from_traces(
    item: &str,
    sample: &Sample,
    (reads, primers): (&Reads, &[NamedPrimer]),
    files: &[SampleFile],
    used: &mut BTreeSet<usize>,
) -> Result<SampleInput, RerunError> {
    if let Some(amplicon) = &reads.amplicon {
        return from_amplicon(item, sample, (amplicon, &reads.edits, primers), files, used);
    }
    let mut traces = Vec::new();
    for read in &reads.reads {
        let is_it = |file: &SampleFile| file.sha256.to_string() == read.sha256 && file.trace.is_some();
        let place = files
            .iter()
            .position(is_it)
            .or_else(|| files.iter().position(|file| file.name == read.file && file.trace.is_some()));
        let found = place.and_then(|place| Some((place, files.get(place)?)));
        let Some((place, file)) = found else {
            return Err(RerunError::NoFile { sample: sample.id.clone(), file: read.file.clone() });
        };
        used.insert(place);
        let is_reverse = match read.direction.as_str() {
            "forward" => Some(false),
            "reverse" => Some(true),
            _ => None,
        };
        traces.extend(trace_read(file, is_reverse));
    }
    let error =
        |error: ReadsError| RerunError::Sequence { sample: sample.id.clone(), message: error.to_string() };
    let consensus = Consensus::of(&sample.id, traces, primers, &reads.edits).map_err(error)?;
    Ok(SampleInput::of_consensus(item, consensus))
}

/// The consensus made again of the reads of an amplicon.
fn from_amplicon(
    item: &str,
    sample: &Sample,
    (amplicon, edits, primers): (&AmpliconReads, &[Edit], &[NamedPrimer]),
    files: &[SampleFile],
    used: &mut BTreeSet<usize>,
) -> Result<SampleInput, RerunError> {
    let place = files.iter().position(|file| file.sha256.to_string() == amplicon.sha256);
    let place = place.or_else(|| files.iter().position(|file| file.name == amplicon.file));
    let Some((place, file)) = place.and_then(|place| Some((place, files.get(place)?))) else {
        return Err(RerunError::NoFile { sample: sample.id.clone(), file: amplicon.file.clone() });
    };
    used.insert(place);
    let error =
        |error: ReadsError| RerunError::Sequence { sample: sample.id.clone(), message: error.to_string() };
    let consensus = Consensus::of_amplicon(&sample.id, file, primers, edits).map_err(error)?;
    Ok(SampleInput::of_consensus(item, consensus))
}

fn from_files(
    item: &str,
    sample: &Sample,
    files: &[SampleFile],
    used: &mut BTreeSet<usize>,
) -> Result<SampleInput, RerunError> {
    let source = &sample.source;
    let place = |is_it: &dyn Fn(&SampleFile) -> bool| files.iter().position(is_it);
    let found = place(&|file| file.sha256.to_string() == source.sha256 && file.name == source.file)
        .or_else(|| place(&|file| file.sha256.to_string() == source.sha256))
        .or_else(|| place(&|file| file.name == source.file));
    let Some((place, file)) = found.and_then(|place| Some((place, files.get(place)?))) else {
        return Err(RerunError::NoFile { sample: sample.id.clone(), file: source.file.clone() });
    };
    used.insert(place);
    let mut named = file.records.iter().filter(|record| record.name == source.record);
    let (Some(record), None) = (named.next(), named.next()) else {
        let (sample, record) = (sample.id.clone(), source.record.clone());
        return Err(RerunError::NoRecord { sample, file: file.name.clone(), record });
    };
    Ok(input(item, sample, &file.name, file.sha256, record.clone()))
}

fn input(
    item: &str,
    sample: &Sample,
    file: &str,
    sha256: Sha256Digest,
    record: SequenceRecord,
) -> SampleInput {
    let (id, item, file) = (sample.id.clone(), item.to_owned(), file.to_owned());
    SampleInput { id, item, marker: None, file, sha256, record, consensus: None }
}
