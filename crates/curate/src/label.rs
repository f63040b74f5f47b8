//! Which taxon a label stands for.

use saola_refdb::{TaxonNumber, Taxonomy};

use crate::ScientificName;

/// Columns of the source's own lineage, from the highest: they tell homonyms apart.
pub(crate) const HIGHER_RANKS: [&str; 5] = ["kingdom", "phylum", "class", "order", "family"];

/// The species that the label names, or its genus when it names no species.
///
/// Of several taxa with that name, the one whose ancestors share most names with the source's own `lineage`; an
/// error when none or several share most.
pub(crate) fn resolve_label(
    taxonomy: &Taxonomy,
    label: &str,
    lineage: &[&str],
) -> Result<TaxonNumber, String> {
    let name = ScientificName::parse(label).ok_or_else(|| format!("{label:?} is no scientific name"))?;
    let wanted = name.binomial().unwrap_or_else(|| name.genus.clone());
    let shared = |taxon: &TaxonNumber| {
        let names = taxonomy.lineage(*taxon).map(|ancestor| taxonomy.name(ancestor));
        names.filter(|name| lineage.contains(name)).count()
    };
    match taxonomy.resolve(&wanted) {
        [] => Err(format!("the name {wanted:?} is not in the taxonomy")),
        [only] => Ok(*only),
        several => {
            let most = several.iter().map(shared).max().unwrap_or_default();
            let mut best = several.iter().filter(|taxon| shared(taxon) == most);
            match (best.next(), best.next()) {
                (Some(taxon), None) => Ok(*taxon),
                _ => Err(format!("the name {wanted:?} stands for several taxa: give its higher ranks")),
            }
        }
    }
}
