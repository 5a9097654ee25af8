//! How many realizations: as many for every chain length, or fewer for longer chains.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::shown::shown;

/// Realizations for each disorder strength. In the deck a number, or one for each chain length,
/// `{ 8 = 1000, 12 = 200 }`; a length that is not named has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "toml::Value", into = "toml::Value")]
pub enum Count {
    /// As many for every chain length.
    Same(u32),
    /// By chain length.
    BySize(BTreeMap<usize, u32>),
}

impl Count {
    /// For chains of `sites` sites.
    pub fn of(&self, sites: usize) -> u32 {
        match self {
            Self::Same(count) => *count,
            Self::BySize(counts) => counts.get(&sites).copied().unwrap_or(0),
        }
    }

    /// The chain lengths that are named.
    pub fn sizes(&self) -> impl Iterator<Item = usize> {
        let named = match self {
            Self::Same(_) => None,
            Self::BySize(counts) => Some(counts),
        };
        named.into_iter().flat_map(|counts| counts.keys().copied())
    }
}

impl Default for Count {
    fn default() -> Self {
        Self::Same(0)
    }
}

impl TryFrom<toml::Value> for Count {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, String> {
        match value {
            toml::Value::Table(table) => {
                let entry = |(key, value): (String, toml::Value)| {
                    let sites = key.parse().map_err(|_| {
                        format!("\"{key}\" is not a chain length; write {{ 8 = 100, 10 = 50 }}")
                    })?;
                    Ok((sites, number(&value)?))
                };
                let counts = table
                    .into_iter()
                    .map(entry)
                    .collect::<Result<_, String>>()?;
                Ok(Self::BySize(counts))
            }
            other => number(&other).map(Self::Same),
        }
    }
}

impl From<Count> for toml::Value {
    fn from(count: Count) -> Self {
        match count {
            Count::Same(count) => Self::Integer(count.into()),
            Count::BySize(counts) => {
                let entry = |(sites, count): (usize, u32)| (sites.to_string(), count.into());
                Self::Table(counts.into_iter().map(entry).collect())
            }
        }
    }
}

fn number(value: &toml::Value) -> Result<u32, String> {
    let count = value.as_integer().and_then(|it| u32::try_from(it).ok());
    count.ok_or_else(|| {
        format!(
            "{} is not a number of realizations; write a whole number, or one for each chain \
             length, {{ 8 = 100, 10 = 50 }}",
            shown(value)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Count, String> {
        let mut table: toml::Table = toml::from_str(&format!("x = {text}")).unwrap();
        Count::try_from(table.remove("x").unwrap())
    }

    #[test]
    fn counts_are_the_same_or_by_size() {
        assert_eq!(parse("7").unwrap().of(12), 7);
        let by_size = parse("{ 8 = 100, 12 = 5 }").unwrap();
        assert_eq!([8, 10, 12].map(|sites| by_size.of(sites)), [100, 0, 5]);
        assert_eq!(by_size.sizes().collect::<Vec<_>>(), [8, 12]);
        assert_eq!(Count::default().sizes().count(), 0);
        for bad in [
            "-1",
            "1.5",
            "\"many\"",
            "{ eight = 3 }",
            "{ 8 = -3 }",
            "[1]",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_resolved_deck_reads_as_it_was_typed() {
        for text in ["7", "{ 8 = 100, 12 = 5 }"] {
            let count = parse(text).unwrap();
            let value = toml::Value::from(count.clone());
            assert_eq!(Count::try_from(value).unwrap(), count);
        }
    }
}
