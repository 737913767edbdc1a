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
    wrong(
        "P3",
        "✗ race",
        "Neither a race nor a restart is needed: a run that has failed and was collected is created again under its name, and its RUNNING is admitted over FAILED, five commands.",
    ),
    says("P4", "✗ none"),
    wrong(
        "P5",
        "✓",
        "The executor keeps to it, but whoever calls the actions service's Update writes any attempt into the status, two commands.",
    ),
    wrong(
        "P6",
        "✗ race",
        "It takes one replica of the informer: a run that ended at its second attempt, was collected and created again under its name starts at attempt 1, and what that attempt tells is admitted over the row's 2, six commands.",
    ),
    wrong("P7", "✗ race", "As P3: the run that was created again is RUNNING and keeps the end of the one before."),
    wrong(
        "P9",
        "✗ race",
        "No overtaking is needed: a condition that was aborted is enqueued again under its name and paused, five commands in all.",
    ),
    says("P10", "✓"),
    says("P11", "✗ none"),
    says("P12", "✗ none"),
    says("P13", "✗ none"),
    says("P14", "✗ none"),
    wrong(
        "P15",
        "✗ race",
        "It needs no race between signal and deadline: a signal of a condition whose row is already ABORTED is taken (N21), four commands. The race exists as well, and is what P32 finds.",
    ),
    says("P16", "✓"),
    says("P17", "✓"),
    says("P18", "✓"),
    says("P19", "✗ rpc"),
    wrong(
        "P21",
        "✗ race",
        "It is normal operation, not a race: one task is Initializing while another of its key puts the outputs, five commands.",
    ),
    wrong(
        "P22",
        "✗ crash",
        "No restart is needed: one failed lookup lets a task run beside the owner of the reservation, without one.",
    ),
    says("P23", "✗ none"),
    says("P24", "✗ none"),
    says("P25", "✗ none"),
    wrong(
        "P26",
        "✗ rpc",
        "Normal operation is enough: a parent that succeeds before its child is collected with the child alive, four commands.",
    ),
    says("P27", "✗ none"),
    wrong(
        "P28",
        "✗ race",
        "Normal operation is enough: a task without a template fails without an event, and its resource is collected, two commands.",
    ),
    says("P29", "✗ none"),
    says("P30", "✗ none"),
    wrong(
        "P31",
        "✗ rpc",
        "It was a call that fails for ever. In the models each failure is one call, after which the deletion goes on; within them the property holds under both rule sets.",
    ),
    wrong(
        "P32",
        "✓",
        "It was thought to hold while the executor runs. A signal that comes between a stale read at the deadline and the write is stored and then timed out over: twelve commands piece by piece, no failed call.",
    ),
    says("P33", "✗ rpc"),
    wrong(
        "P34",
        "✗ rpc",
        "No call has to fail: a child without a task type is recorded as nothing that there is, so the run service rejects it, two commands.",
    ),
    wrong(
        "P35",
        "✗ race",
        "Far less than a give-up or a lost call: a plugin that reports Queued after Running, or any user retry after Running, in three commands of normal operation.",
    ),
    says("P36", "✗ none"),
    says("P37", "✗ none"),
    says("P38", "✓"),
    wrong(
        "P39",
        "✓",
        "One executor is enough: as P6, a run created again under its name sends events of attempt 1 after those of attempt 2.",
    ),
    wrong(
        "P41",
        "✗ race",
        "No race and no failed call: the run is created again under its name after its abort is done, and runs under a row that says ABORTED.",
    ),
    wrong("P42", "✗ rpc", "As P41, with a child under the run that was created again."),
    wrong(
        "P43",
        "✗ race",
        "No race: nothing asks whether the parent has ended, so a child is taken right after the abort, three commands.",
    ),
    says("P44", "✗ none"),
    says("P45", "✗ none"),
    says("P46", "✗ rpc"),
    says("P47", "✗ none"),
    says("P48", "✗ none"),
    wrong(
        "P49",
        "✗ race",
        "No race: a child made in the second of its parent comes first in the list if its name does, as one made of a hash may, two commands.",
    ),
    wrong(
        "P50",
        "✗ race",
        "A race alone does not do it: news of a deletion is told to those who watch; it takes a watch that breaks.",
    ),
    says("P51", "✓"),
];
