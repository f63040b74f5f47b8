//! The `saola` command.

fn main() {}
