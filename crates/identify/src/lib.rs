//! Gates and ladder: from hits to a conclusion with its reasons.
