//! One search after the other by the index and without it, and the account of what differed.

use std::collections::BTreeMap;

use saola::{Hit, Kind, Options, Outcome, Ratio, Release, ReleaseSearch};

/// The plain search is asked for all records of this identity, once for each least overlap: its answers to the questions are
/// parts of that.
const LEAST: Ratio = Ratio::percent(90);

/// What is asked of each pair of query and release.
fn questions() -> [(&'static str, Options); 4] {
    let all = Options::default();
    let percent = Ratio::percent;
    [
        ("all of 95 %", all),
        ("the best", Options { max_hits: Some(1), ..all }),
        (
            "5 of 90 %, proven to 75 %",
            Options { max_hits: Some(5), min_identity: percent(90), prove_down_to: percent(75), ..all },
        ),
        ("overlap 60, nearest unproven", Options { min_overlap: 60, prove_down_to: percent(95), ..all }),
    ]
}

/// Counts searches and differences.
#[derive(Default)]
pub(crate) struct Account {
    searches: usize,
    differences: usize,
    pairs: BTreeMap<String, usize>,
    with_hits: usize,
    partial_hits: usize,
    below: usize,
    unproven: usize,
}

impl Account {
    /// Searches a release for queries (kind, bases), each with every question.
    pub(crate) fn search(
        &mut self,
        name: &str,
        release: &Release,
        marker: &str,
        queries: &[(&str, Vec<u8>)],
    ) {
        let search = ReleaseSearch::new(release).unwrap();
        let marker = release.markers().resolve(marker).unwrap();
        for (number, (kind, query)) in queries.iter().enumerate() {
            *self.pairs.entry((*kind).to_owned()).or_default() += 1;
            let mut answers: BTreeMap<usize, Outcome> = BTreeMap::new();
            for (question, options) in questions() {
                let found = search.search(marker, query, &options);
                let all = Options { min_identity: LEAST, max_hits: None, ..options };
                let answer = answers.entry(options.min_overlap);
                let plain = answer.or_insert_with(|| search.search_exhaustively(marker, query, &all)).clone();
                let plain = Outcome { hits: cut(plain.hits, &options), ..plain };
                self.note(&found, &plain);
                if let Some(wrong) = difference(&found, &plain, &options) {
                    self.differences += 1;
                    let query = String::from_utf8_lossy(query);
                    println!("{name}, query {number} ({kind}), {question}: {wrong}\n{query}");
                    show(release, &found, &plain);
                }
            }
        }
    }

    fn note(&mut self, found: &Outcome, plain: &Outcome) {
        self.searches += 1;
        self.with_hits += usize::from(!plain.hits.is_empty());
        self.partial_hits += usize::from(plain.hits.iter().any(|hit| hit.comparison.kind == Kind::Partial));
        self.below += usize::from(plain.hits.is_empty() && !plain.best.is_empty());
        self.unproven += usize::from(!found.certificate.best_proven);
    }

    /// Prints the figures, and fails if anything differed.
    pub(crate) fn conclude(&self, name: &str) {
        for (kind, pairs) in &self.pairs {
            println!("{name}: {pairs} pairs of query and release, {kind}");
        }
        println!(
            "{name}: {} with hits, {} with partial hits, {} with a best below the least identity, {} with an unproven best",
            self.with_hits, self.partial_hits, self.below, self.unproven
        );
        println!("{name}: {} searches, {} differences", self.searches, self.differences);
        assert_eq!(self.differences, 0);
    }
}

/// The hits that are asked for, of all ranked hits: those of the least identity, then so many and all that are tied with the last.
fn cut(mut hits: Vec<Hit>, options: &Options) -> Vec<Hit> {
    hits.retain(|hit| hit.comparison.identity() >= options.min_identity);
    let rank = |hit: &Hit| (hit.comparison.kind, hit.comparison.identity(), hit.comparison.differences);
    if let Some(last) = options.max_hits.and_then(|most| hits.get(most.checked_sub(1)?)).map(rank) {
        let tied = hits.iter().rposition(|hit| rank(hit) == last);
        hits.truncate(tied.map_or(0, |place| place + 1));
    }
    hits
}

/// What is wrong with the answer by the index.
fn difference(found: &Outcome, plain: &Outcome, options: &Options) -> Option<&'static str> {
    let account = found.certificate;
    let left_out =
        account.excluded_by_words + account.excluded_by_consensus + account.excluded_by_differences;
    let least = if options.prove_down_to < options.min_identity {
        options.prove_down_to
    } else {
        options.min_identity
    };
    let is_near = |best: &Hit| best.comparison.kind == Kind::Spanning && best.comparison.identity() >= least;
    let is_proof_owed = least == Ratio::ZERO || plain.best.first().is_some_and(is_near);
    if found.hits != plain.hits {
        Some("other hits")
    } else if account.best_proven && found.best != plain.best {
        Some("another best")
    } else if !account.best_proven && is_proof_owed {
        Some("no proof")
    } else if left_out + account.aligned != account.records || account.records != plain.certificate.records {
        Some("an account that does not add up")
    } else {
        None
    }
}

/// The records on which two answers do not agree.
fn show(release: &Release, found: &Outcome, plain: &Outcome) {
    let all = |outcome: &Outcome| -> Vec<Hit> { outcome.hits.iter().chain(&outcome.best).cloned().collect() };
    let (found, plain) = (all(found), all(plain));
    let only = |here: &[Hit], there: &[Hit], name: &str| {
        for hit in here.iter().filter(|hit| !there.contains(hit)) {
            let bases =
                release.record_by_id(&hit.id).and_then(|record| record.sequence()).unwrap_or_default();
            println!("only {name}: {hit:?}\n{}", String::from_utf8_lossy(&bases));
        }
    };
    only(&found, &plain, "by the index");
    only(&plain, &found, "without it");
}
