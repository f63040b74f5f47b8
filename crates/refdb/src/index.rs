//! Index sections: whatever a search derives from a release's content and keeps beside it in the same file.

use std::io::Write;

use saola_digest::Sha256Digest;

use crate::{
    Release,
    layout::{LONGEST_NAME, MOST_SECTIONS, NewSection, Section, write_file},
    part::Part,
};

/// A section that is derived from the content: its name, 1 to 16 visible ASCII characters, and its bytes.
pub type IndexSection = (String, Vec<u8>);

/// Why a release cannot be written with its index.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The output refused.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A name that does not fit the file format, or that content has already.
    #[error("{0:?} cannot be the name of an index section")]
    Name(String),
    /// One name for two sections.
    #[error("two index sections have the name {0:?}")]
    Duplicate(String),
    /// More sections than the file format holds.
    #[error("too many index sections for the file format")]
    TooMany,
}

impl Release {
    /// The bytes of an index section; `None` when there is none of this name.
    pub fn index_section(&self, name: &str) -> Option<&[u8]> {
        let section = self.index_sections().find(|section| section.name == name)?;
        Some(self.content(section))
    }

    /// SHA-256 over the names and digests of the index sections, in file order; `None` when there are none.
    pub fn index_digest(&self) -> Option<Sha256Digest> {
        let parts = |section| {
            let Section { name, sha256, .. }: &Section = section;
            [name.as_bytes(), sha256.as_bytes().as_slice()]
        };
        self.index_sections().next()?;
        Some(Sha256Digest::of_parts(self.index_sections().flat_map(parts)))
    }

    /// Writes the release's content, as it is, and then these index sections sorted by name, in place of those that it
    /// has. Nothing is held in memory beside what is given.
    ///
    /// # Errors
    ///
    /// [`IndexError`] when a name cannot be used, before anything is written, or when the output refuses.
    pub fn write_with_index(
        &self,
        mut index: Vec<IndexSection>,
        output: &mut impl Write,
    ) -> Result<(), IndexError> {
        sort_index(&mut index)?;
        let content = self.sections().iter().filter(|section| Part::of(&section.name).is_some());
        let content = content.map(|section| (section.name.as_str(), self.content(section)));
        let sections: Vec<NewSection<'_>> = content.chain(index.iter().map(borrow)).collect();
        if sections.len() > MOST_SECTIONS {
            return Err(IndexError::TooMany);
        }
        Ok(write_file(&sections, output)?)
    }

    pub(crate) fn index_sections(&self) -> impl Iterator<Item = &Section> {
        self.sections().iter().filter(|section| Part::of(&section.name).is_none())
    }
}

/// Puts index sections in the order of the file and refuses names that it cannot hold.
pub(crate) fn sort_index(index: &mut [IndexSection]) -> Result<(), IndexError> {
    index.sort_by(|one, other| one.0.cmp(&other.0));
    let fits = |name: &str| {
        (1..=LONGEST_NAME).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_graphic())
            && Part::of(name).is_none()
    };
    if let Some((name, _)) = index.iter().find(|(name, _)| !fits(name)) {
        return Err(IndexError::Name(name.clone()));
    }
    match index.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        None => Ok(()),
        Some(pair) => Err(IndexError::Duplicate(pair[0].0.clone())),
    }
}

pub(crate) fn borrow((name, content): &IndexSection) -> NewSection<'_> {
    (name.as_str(), content.as_slice())
}
