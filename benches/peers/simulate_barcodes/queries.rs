//! A thousand queries in six classes.

use saola::reverse_complement;

use crate::{
    library::{Library, epithet, misread, simulated_genus, species_gene},
    prng::Random,
    roots::Root,
};

/// A query and what is known of it.
pub(crate) struct Query {
    pub(crate) class: &'static str,
    /// True species, which need not be in the reference.
    pub(crate) species: String,
    pub(crate) species_present: bool,
    pub(crate) genus_present: bool,
    /// Place of the record that was copied, if any.
    pub(crate) source: Option<usize>,
    /// Errors put into the copy.
    pub(crate) errors: usize,
    pub(crate) reversed: bool,
    pub(crate) bases: Vec<u8>,
}

/// Draws queries; absent species and genera are made after the reference is complete and are never written to it.
pub(crate) struct QueryMaker<'a> {
    pub(crate) random: &'a mut Random,
    pub(crate) library: &'a Library,
    /// All roots, for genera that are not real.
    pub(crate) roots: &'a [Root],
    /// Real genera that the reference does not have.
    pub(crate) held_out: &'a [Root],
    /// Absent species made so far, so that each has its own name.
    pub(crate) absent: usize,
}

impl QueryMaker<'_> {
    /// The queries, class by class.
    pub(crate) fn all(mut self) -> Vec<Query> {
        let mut queries = Vec::new();
        queries.extend((0..50).map(|_| self.present("exact", 0, false)));
        queries.extend((0..400).map(|_| self.present("in-database", 100, false)));
        queries.extend((0..150).map(|_| self.species_absent("congener-only", false)));
        queries.extend((0..100).map(|number| self.genus_absent("genus-absent", number, false)));
        queries.extend((0..250).map(|_| self.present("mini-barcode", 100, true)));
        queries.extend((0..25).map(|_| self.species_absent("mini-barcode-absent", true)));
        queries.extend((0..25).map(|number| self.genus_absent("mini-barcode-absent", number, true)));
        queries
    }

    /// A copy of a record with at most one error in `bases_per_error` bases (0: none).
    fn present(&mut self, class: &'static str, bases_per_error: usize, mini: bool) -> Query {
        let source = self.random.below(self.library.records.len());
        let record = &self.library.records[source];
        let bases = self.read(&record.bases, mini);
        let most = bases.len().checked_div(bases_per_error).unwrap_or_default();
        let errors = self.random.between(0, most);
        let bases = misread(self.random, &bases, errors);
        let species = self.library.species[record.species].name.clone();
        let query =
            Query { source: Some(source), errors, species_present: true, ..absent(class, species, bases) };
        self.turn(Query { genus_present: true, ..query })
    }

    /// A new species of a genus of the reference.
    fn species_absent(&mut self, class: &'static str, mini: bool) -> Query {
        let genus = self.random.pick(&self.library.genera);
        let gene = species_gene(self.random, &genus.ancestor);
        let bases = self.read(gene.barcode(), mini);
        let species = self.new_name(&genus.name);
        self.turn(Query { genus_present: true, ..absent(class, species, bases) })
    }

    /// A species of a genus that the reference does not have: real genera and simulated ones by turns.
    fn genus_absent(&mut self, class: &'static str, number: usize, mini: bool) -> Query {
        let held_out = self.held_out.get(number / 2).filter(|_| number.is_multiple_of(2));
        let (name, ancestor) = if let Some(root) = held_out {
            (root.genus.clone(), root.gene.clone())
        } else {
            let number = self.library.genera.len() + self.absent;
            let genus = simulated_genus(self.random, self.roots, number);
            (genus.name, genus.ancestor)
        };
        let gene = species_gene(self.random, &ancestor);
        let bases = self.read(gene.barcode(), mini);
        let species = self.new_name(&name);
        self.turn(absent(class, species, bases))
    }

    /// All of it, or 150 to 300 bases from within.
    fn read(&mut self, bases: &[u8], mini: bool) -> Vec<u8> {
        if !mini {
            return bases.to_vec();
        }
        let length = self.random.between(150, 300).min(bases.len());
        let start = self.random.below(bases.len() - length + 1);
        bases[start..start + length].to_vec()
    }

    fn new_name(&mut self, genus: &str) -> String {
        let number = self.library.species.len() + self.absent;
        self.absent += 1;
        format!("{genus} {}", epithet(number))
    }

    /// One query in five is reversed.
    fn turn(&mut self, query: Query) -> Query {
        let reversed = self.random.chance(1, 5);
        let bases = if reversed { reverse_complement(&query.bases) } else { query.bases };
        Query { reversed, bases, ..query }
    }
}

fn absent(class: &'static str, species: String, bases: Vec<u8>) -> Query {
    Query {
        class,
        species,
        species_present: false,
        genus_present: false,
        source: None,
        errors: 0,
        reversed: false,
        bases,
    }
}
