//! One report model, written as JSON, HTML and TSV.
