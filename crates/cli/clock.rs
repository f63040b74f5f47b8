//! The clock of this computer: the tool is where it is read, the library is handed the time.

/// Now.
#[expect(clippy::disallowed_methods, reason = "the one place where the clock is read")]
pub(crate) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Now, in seconds since 1970-01-01 UTC.
pub(crate) fn seconds() -> u64 {
    u64::try_from(now().as_second()).unwrap_or_default()
}
