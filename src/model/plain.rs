//! What plain data from outside must be, before it is read as a command or a configuration.

use serde_json::Value;

/// The largest whole number that JavaScript holds exactly, 2^53 − 1. What goes in must be able to come out.
pub const WHOLE_MAX: u64 = (1 << 53) - 1;

/// The fields that hold a list; anywhere else a list stands where an object or a word should.
const LISTS: [&str; 3] = ["missing", "conditions", "phaseHistory"];

/// What is wrong with a value, and where: a list that should be none, a number that JavaScript cannot hold.
pub fn check(value: &Value) -> Result<(), String> {
    match value {
        Value::Array(_) => Err("it is a list, not an object".to_owned()),
        other => check_at(other, ""),
    }
}

fn check_at(value: &Value, path: &str) -> Result<(), String> {
    let under = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| match value {
            Value::Array(items) if LISTS.contains(&name.as_str()) => {
                items.iter().try_for_each(|item| check_at(item, &under(name)))
            }
            Value::Array(_) => Err(format!("`{}` is a list, which it cannot be", under(name))),
            value => check_at(value, &under(name)),
        }),
        Value::Array(_) => Err(format!("`{path}` holds a list of lists")),
        Value::Number(number) => {
            let magnitude = number.as_i64().map(i64::unsigned_abs).or_else(|| number.as_u64());
            match magnitude {
                Some(magnitude) if magnitude > WHOLE_MAX => Err(format!(
                    "`{path}` is {number}; whole numbers go up to 2^53 − 1, which is what JavaScript holds exactly"
                )),
                _ => Ok(()),
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_and_numbers_that_cannot_be_are_named_with_their_place() {
        assert_eq!(check(&json!({"missing": ["inputUri"], "at": -5, "x": {"y": 1.5e300}})), Ok(()));
        for (value, place) in [
            (json!([]), "it is a list"),
            (json!({"result": ["Running"]}), "`result` is a list"),
            (json!({"value": {"int": 9_007_199_254_740_992_i64}}), "`value.int` is 9007199254740992"),
            (json!({"missing": [["a"]]}), "`missing` holds"),
        ] {
            assert!(check(&value).is_err_and(|error| error.starts_with(place)), "{value}");
        }
    }
}
