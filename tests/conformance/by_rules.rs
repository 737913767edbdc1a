//! Why a case, or the rest of one, is not replayed through a world: its surroundings do what no command can have them do.
//! There the rules are asked alone, and the order of the calls is that of the replay.

/// What no command can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ByRules {
    /// `MarkAbortAttempt` finds no row.
    RowGone,
    /// `ListPendingAborts` fails.
    ScanFails,
    /// A row asks for an abort and has no reason.
    NoReason,
    /// The abort reconciler is given a task, and the row stays as it is.
    PushAlone,
    /// Two delays end, or one ends and somebody pushes, in the same millisecond.
    SameMoment,
}

impl ByRules {
    /// In words.
    pub fn reason(self) -> &'static str {
        match self {
            ByRules::RowGone => "a row that is there and is not found: no command deletes rows",
            ByRules::ScanFails => "the scan of a run service that starts fails: a world's never does",
            ByRules::NoReason => "an abort that is pending without a reason: every abort has one",
            ByRules::PushAlone => {
                "a task is pushed and its row, which has been counted, stays: an abort writes the row anew"
            }
            ByRules::SameMoment => {
                "what falls on one millisecond: for that a recorder has an order and a world another"
            }
        }
    }
}
