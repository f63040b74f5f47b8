use std::collections::BTreeMap;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, context, value::Serde};
use serde::Serialize;

use crate::{Report, tsv::appendices, words};

/// The report could not be rendered: the template asks for something that is not there.
#[derive(Debug, thiserror::Error)]
#[error("the HTML report cannot be rendered: {0}")]
pub struct RenderError(#[from] minijinja::Error);

/// What the template adds to a sample.
#[derive(Serialize)]
struct Shown<'a> {
    item: &'a str,
    level: &'static str,
    appendix: String,
    sample: &'a crate::Sample,
    stop: Option<&'a saola_identify::Gate>,
    pictures: &'a [String],
}

/// One HTML file without script and without anything from outside; everything from input is escaped. `pictures` holds SVG drawings made
/// by [`crate::Chromatogram`], by sample; they go in as they are.
///
/// # Errors
///
/// [`RenderError`] when the template and the model do not fit, which a test excludes.
pub fn render_html(report: &Report, pictures: &BTreeMap<String, Vec<String>>) -> Result<String, RenderError> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_template("report", include_str!("../templates/report.html"))?;
    let shown: Vec<Shown<'_>> = report
        .samples()
        .map(|(item, sample)| Shown {
            pictures: pictures.get(&sample.id).map_or(&[], Vec::as_slice),
            item: &item.id,
            level: words::level(sample.conclusion.level),
            appendix: appendices(sample),
            sample,
            stop: sample.first_stop(),
        })
        .collect();
    let values = context! {
        report => Serde(report),
        shown => Serde(&shown),
        no_reliability => crate::words::NO_RELIABILITY,
        signature_warning => report.run.release_signature.is_warning(),
    };
    Ok(environment.get_template("report")?.render(values)?)
}
