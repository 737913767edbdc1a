//! What was derived by reading upstream's code, before there was a search, and where that was wrong.

/// A verdict by hand.
pub struct Derived {
    pub id: &'static str,
    /// Whether it was thought to hold, and what it was thought to take.
    pub verdict: &'static str,
    /// Where the machine says otherwise, and how.
    pub note: &'static str,
}

const fn says(id: &'static str, verdict: &'static str) -> Derived {
    Derived { id, verdict, note: "" }
}

const fn wrong(id: &'static str, verdict: &'static str, note: &'static str) -> Derived {
    Derived { id, verdict, note }
}

/// The verdict on a property.
pub fn derived(id: &str) -> Option<&'static Derived> {
    DERIVED.iter().find(|hand| hand.id == id)
}

pub const DERIVED: &[Derived] = &[
    says("P1", "✗ op"),
    says("P2", "✗ op"),
    wrong("P3", "✗ race", "NOTE"),
    says("P4", "✗ none"),
    says("P5", "✓"),
    wrong("P6", "✗ race", "NOTE"),
    wrong("P7", "✗ race", "NOTE"),
    wrong("P9", "✗ race", "NOTE"),
    says("P10", "✓"),
    says("P11", "✗ none"),
    says("P12", "✗ none"),
    says("P13", "✗ none"),
    says("P14", "✗ none"),
    wrong("P15", "✗ race", "NOTE"),
    says("P16", "✓"),
    says("P17", "✓"),
    says("P18", "✓"),
    wrong("P21", "✗ race", "NOTE"),
    wrong("P22", "✗ crash", "NOTE"),
    says("P23", "✗ none"),
    wrong("P26", "✗ rpc", "NOTE"),
    says("P27", "✗ none"),
    says("P28", "✗ race"),
    says("P29", "✗ none"),
    wrong("P31", "✗ rpc", "NOTE"),
    wrong("P32", "✓", "NOTE"),
    says("P33", "✗ rpc"),
    wrong("P34", "✗ rpc", "NOTE"),
    wrong("P35", "✗ race", "NOTE"),
    says("P36", "✗ none"),
    says("P37", "✗ none"),
    says("P38", "✓"),
    wrong("P39", "✓", "NOTE"),
    wrong("P41", "✗ race", "NOTE"),
    wrong("P42", "✗ rpc", "NOTE"),
    wrong("P43", "✗ race", "NOTE"),
    says("P44", "✗ none"),
];
