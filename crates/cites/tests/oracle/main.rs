//! The shipped listings against two independent sources: a history of all listing changes to 2013-06-12 and an
//! index of the listed species on 2017-04-21. Both lie in the folder that `SAOLA_SHARED_DATA` names; without that
//! variable the tests pass and say so, with it an absent file is a failure.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking and reports what it compared"
)]

mod completeness;
mod data;
mod downloads;
mod history;
mod index;
mod permits;
mod release;
mod shipped;
mod verified;
