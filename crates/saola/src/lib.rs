//! Identifies seized wildlife by DNA: the library.
