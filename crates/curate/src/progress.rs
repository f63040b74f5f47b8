//! How far a long work is.

/// What is being done, and how much of it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The step, in words.
    pub step: &'static str,
    /// Items done.
    pub done: usize,
    /// Items in all; 0 where that is not known.
    pub all: usize,
}

/// Who is told of progress; from any thread.
pub type Watcher<'a> = &'a (dyn Fn(Progress) + Sync);

/// For who does not want to know.
pub fn unwatched(_: Progress) {}
