//! On what the stores of an action disagree. Facts are written event first, resource second, row last; so a store that
//! says less is usually on its way, and sometimes never gets there. The explorer's property, the snapshot and the page
//! all have it from here.

use super::World;
use crate::model::words::words;
use crate::model::{ActionId, ActionKind, ActionPhase, ActionRow, Store};
use serde::Serialize;

words! {
    /// How stores stand apart.
    pub enum Apart {
        /// There is a resource, and no row.
        NoRow = 0 "noRow",
        /// There is a row, and its resource is yet to be created.
        ResourceOnItsWay = 1 "resourceOnItsWay",
        /// The row has not ended, and there is no resource that could move it.
        NothingMovesRow = 2 "nothingMovesRow",
        /// The same, and the event log has ended.
        RowLeftBehind = 3 "rowLeftBehind",
        /// The row says ABORTED, and the resource goes on: an abort is written to the row first.
        RowAhead = 4 "rowAhead",
        /// The row says less than the resource.
        RowBehind = 5 "rowBehind",
        /// The row goes on although it has the time at which it ended, and the resource has ended.
        RowWentBack = 6 "rowWentBack",
        /// Row and resource have both ended, in other phases.
        EndedApart = 7 "endedApart",
        /// The resource is gone; row and event log tell of other ends.
        LogEndedApart = 8 "logEndedApart",
        /// The event log says less than the resource.
        LogBehind = 9 "logBehind",
        /// The event log says more than the resource.
        LogAhead = 10 "logAhead",
        /// An attempt has no end in the event log, and gets none: another one followed, or the resource is gone.
        AttemptNeverEnded = 11 "attemptNeverEnded",
        /// The row counts fewer attempts than the resource.
        RowCountsLess = 12 "rowCountsLess",
    }
}

/// One thing on which the stores of an action disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// How they stand apart.
    pub what: Apart,
    /// Which of them.
    pub stores: &'static [Store],
    /// The attempt, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
}

/// What the event log tells of an attempt: its end if it has one, else what was told last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Logged {
    /// The attempt.
    pub attempt: u32,
    /// Its phase.
    pub phase: ActionPhase,
}

/// How a row stands apart from what its resource tells, if it does. A resource without a status disagrees with nobody.
pub fn row_and_resource(row: &ActionRow, told: ActionPhase) -> Option<Apart> {
    if told == ActionPhase::Unspecified || row.phase == told {
        return None;
    }
    Some(match (row.phase.is_terminal(), told.is_terminal()) {
        (true, true) => Apart::EndedApart,
        (true, false) if row.phase == ActionPhase::Aborted => Apart::RowAhead,
        (false, true) if row.ended_at.is_some() => Apart::RowWentBack,
        _ => Apart::RowBehind,
    })
}

impl World {
    /// On what the stores of an action disagree; the first is what one would say first. `log` is what the event log tells
    /// of its attempts, in their order, and `on_its_way` is whether the creation of its resource is.
    pub fn disagreements(&self, id: ActionId, log: &[Logged], on_its_way: bool) -> Vec<Disagreement> {
        let Some(action) = self.action(id) else { return Vec::new() };
        let told = action.resource.as_ref().map(|resource| self.reported_phase(resource));
        let (last, earlier) = log.split_last().map_or((None, log), |(last, earlier)| (Some(last.phase), earlier));
        let mut unended = earlier;
        let mut all = Vec::new();
        let mut add = |what, stores| all.push(Disagreement { what, stores, attempt: None });
        match (&action.row, told) {
            (None, None) => {}
            (None, Some(_)) => add(Apart::NoRow, &[Store::Row]),
            (Some(row), Some(told)) => {
                if let Some(what) = row_and_resource(row, told) {
                    add(what, &[Store::Row, Store::Resource]);
                }
            }
            (Some(row), None) => {
                let waits = action.spec.kind != ActionKind::Trace && !row.phase.is_terminal();
                let parts = last.is_some_and(|last| last != row.phase);
                let stores: &[Store] = if parts { &[Store::Row, Store::Events] } else { &[Store::Row] };
                if on_its_way {
                    add(Apart::ResourceOnItsWay, stores);
                } else if waits && last.is_some_and(ActionPhase::is_terminal) {
                    add(Apart::RowLeftBehind, stores);
                } else if waits {
                    add(Apart::NothingMovesRow, stores);
                } else if parts && last.is_some_and(ActionPhase::is_terminal) {
                    add(Apart::LogEndedApart, stores);
                } else if parts {
                    unended = log;
                }
            }
        }
        if let (Some(last), Some(told)) = (last, told)
            && told != ActionPhase::Unspecified
            && last != told
        {
            // All ends are equally far.
            let far = |phase: ActionPhase| if phase.is_terminal() { u8::MAX } else { phase.number() };
            let what = if far(last) < far(told) { Apart::LogBehind } else { Apart::LogAhead };
            add(what, &[Store::Events, Store::Resource]);
        }
        for logged in unended.iter().filter(|logged| !logged.phase.is_terminal()) {
            let attempt = Some(logged.attempt);
            all.push(Disagreement { what: Apart::AttemptNeverEnded, stores: &[Store::Events], attempt });
        }
        if let (Some(row), Some(resource), ActionKind::Task) = (&action.row, &action.resource, action.spec.kind)
            && row.attempts < resource.cr.status.attempts
        {
            all.push(Disagreement { what: Apart::RowCountsLess, stores: &[Store::Row], attempt: None });
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Time;

    /// Every pair of phases, with and without a time at which the row ended.
    #[test]
    fn a_row_agrees_with_what_it_was_told_and_else_stands_apart_in_one_way() {
        let mut counts = [0; Apart::ALL.len()];
        for row in ActionPhase::ALL {
            for told in ActionPhase::ALL {
                for ended_at in [None, Some(Time(1))] {
                    let row = ActionRow { ended_at, ..ActionRow::new(*row, 1, Time(0)) };
                    let apart = row_and_resource(&row, *told);
                    assert_eq!(apart.is_none(), row.phase == *told || *told == ActionPhase::Unspecified);
                    if let Some(count) = apart.and_then(|apart| counts.get_mut(usize::from(apart.number()))) {
                        *count += 1;
                    }
                }
            }
        }
        assert_eq!(counts, [0, 0, 0, 0, 10, 120, 30, 40, 0, 0, 0, 0, 0]);
    }
}
