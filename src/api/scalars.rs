//! Scalars: exact on the wire, each with the page that specifies it.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{NaiveDate, NaiveTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// An exact decimal number as a string, such as `"1.15"`. Numbers are refused, because JSON numbers are floats
/// to most clients; the scale is kept as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Decimal(pub rust_decimal::Decimal);

/// An exact decimal number as a string, such as `"1.15"`. Numbers are refused, because JSON numbers are floats
/// to most clients; the scale is kept as it was written.
#[Scalar(specified_by_url = "https://www.w3.org/TR/xmlschema11-2/#decimal")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::custom("Send a decimal as a string, like \"1.15\"."));
        };
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
        let decimal = plain.then(|| rust_decimal::Decimal::from_str_exact(text).ok()).flatten();
        decimal.map(Self).ok_or_else(|| InputValueError::custom("That is not a decimal number, like \"1.15\"."))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A moment in UTC, RFC 3339 with `Z`, to the millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DateTime(pub chrono::DateTime<Utc>);

/// A moment in UTC, RFC 3339 with `Z`, to the millisecond.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        chrono::DateTime::parse_from_rfc3339(text)
            .map(|moment| Self(moment.with_timezone(&Utc)))
            .map_err(|_| InputValueError::custom("That is not a moment, like \"2026-11-20T16:30:00Z\"."))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// A calendar date, `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(pub NaiveDate);

/// A calendar date, `YYYY-MM-DD`.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let date = (text.len() == 10).then(|| text.parse().ok()).flatten();
        date.map(Self).ok_or_else(|| InputValueError::custom("That is not a date, like \"2026-11-20\"."))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A time of day on the wall, `HH:MM`, from `00:00` to `23:59`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalTime(pub NaiveTime);

/// A time of day on the wall, `HH:MM`, from `00:00` to `23:59`.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for LocalTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let time = (text.len() == 5).then(|| NaiveTime::parse_from_str(text, "%H:%M").ok()).flatten();
        time.map(Self).ok_or_else(|| InputValueError::custom("That is not a time of day, like \"09:30\"."))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%H:%M").to_string())
    }
}

/// A universally unique identifier, such as `"0199c7c5-9a2b-7000-8000-000000000001"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Uuid(pub uuid::Uuid);

/// A universally unique identifier, such as `"0199c7c5-9a2b-7000-8000-000000000001"`.
#[Scalar(name = "UUID", specified_by_url = "https://www.rfc-editor.org/rfc/rfc9562")]
impl ScalarType for Uuid {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let uuid = (text.len() == 36).then(|| text.parse().ok()).flatten();
        uuid.map(Self).ok_or_else(|| {
            InputValueError::custom("That is not a UUID, like \"0199c7c5-9a2b-7000-8000-000000000001\".")
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A path on this server, to be resolved against the address of the API (RFC 3986, section 4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Url(pub String);

/// A path on this server, to be resolved against the address of the API (RFC 3986, section 4.2).
#[Scalar(specified_by_url = "https://url.spec.whatwg.org/")]
impl ScalarType for Url {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = value else { return Err(InputValueError::expected_type(value)) };
        Ok(Self(text))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// Any JSON value. Only sent, never taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json(pub serde_json::Value);

/// Any JSON value (RFC 8259). Only sent, never taken.
#[Scalar(name = "JSON", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        Err(InputValueError::expected_type(value))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_exact_and_never_a_number() {
        for text in ["1.15", "0.10", "-3.00", "7922816251426433759354395033.5", "1234567890123456789012345678"] {
            let decimal = Decimal::parse(Value::String(text.into())).unwrap();
            assert_eq!(decimal.to_value(), Value::String(text.into()));
        }
        for odd in ["", " 1.15", "1,15", "1e2", "+1", "£1", "NaN", "1.15\u{0}", "99999999999999999999999999999999"] {
            assert!(Decimal::parse(Value::String(odd.into())).is_err(), "{odd:?}");
        }
        assert!(Decimal::parse(Value::from(1)).is_err());
        assert!(Decimal::parse(Value::Null).is_err());
    }

    #[test]
    fn moments_and_dates_are_spelled_one_way() {
        let moment = DateTime::parse(Value::String("2026-11-20T17:30:00+01:00".into())).unwrap();

        assert_eq!(moment.to_value(), Value::String("2026-11-20T16:30:00.000Z".into()));
        assert!(Date::parse(Value::String("2026-02-30".into())).is_err());
        assert!(Uuid::parse(Value::String("{0199c7c5-9a2b-7000-8000-00000000001}".into())).is_err());
    }
}
