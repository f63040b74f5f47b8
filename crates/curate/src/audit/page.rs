use minijinja::{AutoEscape, Environment, UndefinedBehavior, context, value::Serde};
use serde::Serialize;

use super::{Audit, Finding, FindingKind};

/// The page could not be made: the template asks for something that is not there.
#[derive(Debug, thiserror::Error)]
#[error("the page of the audit cannot be made: {0}")]
pub struct AuditPageError(#[from] minijinja::Error);

/// The findings of one kind.
#[derive(Serialize)]
struct Section<'a> {
    name: &'static str,
    anchor: String,
    counts: [usize; 3],
    findings: Vec<&'a Finding>,
}

/// One HTML file without script and without anything from outside; everything from input is escaped.
///
/// # Errors
///
/// [`AuditPageError`] when the template and the model do not fit, which a test excludes.
pub fn render_audit(audit: &Audit, title: &str) -> Result<String, AuditPageError> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_template("audit", include_str!("../../templates/audit.html"))?;
    let section = |(kind, counts): (FindingKind, [usize; 3])| Section {
        name: kind.as_str(),
        anchor: kind.as_str().replace(' ', "-"),
        counts,
        findings: audit.findings.iter().filter(|one| one.kind == kind).collect(),
    };
    let sections: Vec<Section<'_>> = audit.counts().map(section).collect();
    let values = context! { audit => Serde(audit), sections => Serde(&sections), title };
    Ok(environment.get_template("audit")?.render(values)?)
}
