use serde::Serialize;
use serde_json::Value;

/// The largest integer that every JSON reader keeps exactly: 2^53 - 1 (RFC 8785, appendix D).
const LARGEST_EXACT_INTEGER: u64 = (1 << 53) - 1;

/// Why a value has no canonical form here.
#[derive(Debug, thiserror::Error)]
pub enum CanonicalJsonError {
    /// Floating-point numbers are not compared, ranked, hashed or signed anywhere in this project.
    #[error("a floating-point number ({0}) cannot be hashed: use integers or text")]
    Float(String),
    /// Readers that use doubles would round it.
    #[error("the integer {0} is beyond 2^53 - 1 and would be rounded by some readers: write it as text")]
    LargeInteger(String),
    /// The value cannot be written as JSON at all.
    #[error("not serializable as JSON: {0}")]
    Serialize(#[from] serde_json::Error),
}

/// Writes `value` as canonical JSON (RFC 8785).
///
/// # Errors
///
/// [`CanonicalJsonError`] when the value holds a floating-point number or an integer beyond 2^53 - 1.
///
/// ```
/// let value = serde_json::json!({ "b": 1, "a": ["x"] });
/// assert_eq!(saola_digest::canonical_json(&value).unwrap(), r#"{"a":["x"],"b":1}"#);
/// assert!(saola_digest::canonical_json(&0.5).is_err());
/// ```
pub fn canonical_json(value: &impl Serialize) -> Result<String, CanonicalJsonError> {
    let value = serde_json::to_value(value)?;
    check(&value)?;
    Ok(serde_json_canonicalizer::to_string(&value)?)
}

fn check(value: &Value) -> Result<(), CanonicalJsonError> {
    match value {
        Value::Number(number) => {
            let magnitude = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            match magnitude {
                None => Err(CanonicalJsonError::Float(number.to_string())),
                Some(magnitude) if magnitude > LARGEST_EXACT_INTEGER => {
                    Err(CanonicalJsonError::LargeInteger(number.to_string()))
                }
                Some(_) => Ok(()),
            }
        }
        Value::Array(items) => items.iter().try_for_each(check),
        Value::Object(fields) => fields.values().try_for_each(check),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// RFC 8785, section 3.2.3: keys sort by UTF-16 code units, so U+1F600 comes before U+FB33.
    #[test]
    fn keys_sort_by_utf16() {
        let value = json!({ "\u{fb33}": 1, "\u{1f600}": 2, "\u{20ac}": 3, "\r": 4, "1": 5 });
        assert_eq!(
            canonical_json(&value).unwrap(),
            "{\"\\r\":4,\"1\":5,\"\u{20ac}\":3,\"\u{1f600}\":2,\"\u{fb33}\":1}"
        );
    }

    #[test]
    fn numbers_that_readers_would_change_are_refused() {
        assert!(canonical_json(&json!([9_007_199_254_740_991_u64, -9_007_199_254_740_991_i64])).is_ok());
        assert!(matches!(
            canonical_json(&json!({ "n": 9_007_199_254_740_992_u64 })),
            Err(CanonicalJsonError::LargeInteger(_))
        ));
        assert!(matches!(canonical_json(&json!([[1.0]])), Err(CanonicalJsonError::Float(_))));
    }
}
