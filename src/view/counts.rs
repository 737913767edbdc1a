//! Small maps as they are told: counts by phase, and entries by name.

use crate::model::ActionPhase;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// How many there are in each phase; a phase without any is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PhaseCounts([u32; ActionPhase::ALL.len()]);

impl PhaseCounts {
    /// How many are in that phase.
    pub fn get(&self, phase: ActionPhase) -> u32 {
        self.0.get(usize::from(phase.number())).copied().unwrap_or(0)
    }

    /// One more in that phase; UNSPECIFIED is not counted.
    pub fn add(&mut self, phase: ActionPhase) {
        let count = self.0.get_mut(usize::from(phase.number())).filter(|_| phase != ActionPhase::Unspecified);
        if let Some(count) = count {
            *count += 1;
        }
    }

    /// As many more as there are in `other`.
    pub fn add_all(&mut self, other: &PhaseCounts) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }

    /// The phases in which there are any, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (ActionPhase, u32)> {
        ActionPhase::ALL.iter().map(|&phase| (phase, self.get(phase))).filter(|(_, count)| *count > 0)
    }
}

impl Serialize for PhaseCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// Entries in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entries(pub Vec<(&'static str, String)>);

impl Entries {
    /// The entry of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_str())
    }
}

impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, text) in &self.0 {
            map.serialize_entry(name, text)?;
        }
        map.end()
    }
}
