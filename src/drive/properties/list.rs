//! The properties themselves.

use super::{Expected, Fault, Kind, Law, Property, steps, worlds};

const fn always(id: &'static str, sentence: &'static str, law: Law) -> Property {
    let (documented, upstream) = (Expected::Holds, Expected::Holds);
    let kind = match law {
        Law::Settled(_) => Kind::Settles,
        Law::Step(_) | Law::State(_) | Law::NotHeld(_) => Kind::Always,
    };
    Property { id, kind, sentence, needs: None, documented, upstream, outside: false, law }
}

const fn sometimes(id: &'static str, sentence: &'static str, law: Law) -> Property {
    Property { kind: Kind::Sometimes, ..always(id, sentence, law) }
}

const fn not_held(id: &'static str, sentence: &'static str, reason: &'static str) -> Property {
    let (documented, upstream) = (Expected::NotHeld, Expected::NotHeld);
    Property { documented, upstream, ..always(id, sentence, Law::NotHeld(reason)) }
}

impl Property {
    /// Upstream's rules break it, given this.
    const fn breaks_by(self, fault: Fault) -> Property {
        Property { needs: Some(fault), upstream: Expected::Broken, ..self }
    }

    /// It is asked whatever comes from outside.
    const fn whatever_comes(self) -> Property {
        Property { outside: true, ..self }
    }
}

/// Every property, those included that the model does not hold yet.
pub const PROPERTIES: &[Property] = &[
    always(
        "P1",
        "What has ended an action stays; only an attempt with a retry to follow goes on, to that retry.",
        Law::Step(steps::terminal_stays),
    )
    .breaks_by(Fault::Op)
    .whatever_comes(),
    always("P2", "SUCCEEDED never becomes FAILED.", Law::Step(steps::success_stays))
        .breaks_by(Fault::Op)
        .whatever_comes(),
    always("P3", "FAILED is left only with a higher attempt.", Law::Step(steps::failure_left_by_retry))
        .breaks_by(Fault::Op)
        .whatever_comes(),
    always("P4", "Attempts count from 1 and never fall.", Law::Step(steps::attempts_rise))
        .breaks_by(Fault::None)
        .whatever_comes(),
    always("P5", "No attempt exceeds retries + 1.", Law::State(worlds::attempts_bounded))
        .breaks_by(Fault::Op)
        .whatever_comes(),
    always("P6", "No update about an attempt older than the row's is admitted.", Law::Step(steps::no_stale_attempt))
        .breaks_by(Fault::Op)
        .whatever_comes(),
    always("P7", "A row has an end exactly while its phase is terminal.", Law::State(worlds::end_follows_phase))
        .breaks_by(Fault::Op)
        .whatever_comes(),
    not_held("P8", "No row ends before it begins.", "the search has no times; tests/laws.rs asks it of timed lives"),
    always("P9", "PAUSED is entered only from phases that are not terminal.", Law::Step(steps::pause_entered_alive))
        .breaks_by(Fault::Op)
        .whatever_comes(),
    always("P10", "PAUSED is left only by ending.", Law::Step(steps::pause_ends)).whatever_comes(),
    always(
        "P11",
        "ABORTED is recorded only if the action, or one above it, was asked to abort, or its plugin says so.",
        Law::Step(steps::abort_was_asked),
    )
    .breaks_by(Fault::None),
    always("P12", "An ABORTED row has a reason.", Law::State(worlds::abort_has_reason))
        .breaks_by(Fault::None)
        .whatever_comes(),
    always(
        "P13",
        "Every FAILED or TIMED_OUT row has an event that tells its error.",
        Law::Settled(worlds::failure_is_told),
    )
    .breaks_by(Fault::None),
    always("P14", "A trace is recorded in the phase that the SDK reports.", Law::Step(steps::trace_as_reported))
        .breaks_by(Fault::None),
    always(
        "P15",
        "A signal is taken only where it counts: the condition succeeds, unless it is aborted later.",
        Law::Step(steps::signal_counts),
    )
    .breaks_by(Fault::Op),
    always("P16", "A stored signal is never replaced by another.", Law::Step(steps::signal_kept)).whatever_comes(),
    always(
        "P17",
        "No resource is both Succeeded and Failed, and none times out before its time.",
        Law::Step(steps::one_end),
    )
    .whatever_comes(),
    always("P18", "What ended a resource stays.", Law::Step(steps::resource_end_stays)).whatever_comes(),
    always("P19", "At most one pod of an action runs.", Law::State(worlds::one_pod)).breaks_by(Fault::Rpc),
    not_held("P20", "No pod runs for an ended resource.", "the model has plugins' reports, not pods"),
    always("P21", "A task that was taken from the cache was not launched.", Law::Step(steps::hit_did_not_run))
        .breaks_by(Fault::None),
    always("P22", "Of tasks that are to run alone under one key, one runs.", Law::State(worlds::serial_runs_alone))
        .breaks_by(Fault::Rpc),
    always(
        "P23",
        "Within an attempt, the count of system failures never falls.",
        Law::Step(steps::system_failures_rise),
    )
    .breaks_by(Fault::None),
    always("P24", "Tolerated system failures are a requeue interval apart.", Law::Step(steps::failures_are_apart))
        .breaks_by(Fault::None),
    always("P25", "User retries wait as the retry strategy says.", Law::Step(steps::retries_wait))
        .breaks_by(Fault::None),
    always(
        "P26",
        "Only a resource whose end is recorded, and which has no living child, is collected.",
        Law::Step(steps::collected_when_done),
    )
    .breaks_by(Fault::None),
    always(
        "P27",
        "Within an attempt, each entry of the phase history is further than the one before.",
        Law::Step(steps::history_advances),
    )
    .breaks_by(Fault::None),
    always(
        "P28",
        "The deletion of a task's resource leaves its attempt with an ending.",
        Law::Step(steps::deletion_is_told),
    )
    .breaks_by(Fault::None),
    always("P29", "The deletion of an ended resource adds no event.", Law::Step(steps::ended_deletion_is_silent))
        .breaks_by(Fault::None),
    always(
        "P30",
        "A task's resource ends its attempt when the event log is told that end, unless a call fails.",
        Law::Step(steps::told_end_is_stored),
    )
    .breaks_by(Fault::None)
    .whatever_comes(),
    always("P31", "A deleted resource disappears.", Law::Settled(worlds::deleted_disappear)).whatever_comes(),
    always(
        "P32",
        "A condition ends TimedOut at its deadline if it is not signalled, and Succeeded if it is.",
        Law::Settled(worlds::condition_ends),
    )
    .breaks_by(Fault::Race)
    .whatever_comes(),
    always("P33", "A run has a resource, or has ended.", Law::Settled(worlds::run_exists)).breaks_by(Fault::Rpc),
    always("P34", "Every resource has a row.", Law::Settled(worlds::resource_has_row))
        .breaks_by(Fault::None)
        .whatever_comes(),
    always(
        "P35",
        "Row and resource tell the same phase, unless an abort is still asked for.",
        Law::Settled(worlds::stores_agree_about),
    )
    .breaks_by(Fault::None),
    always(
        "P36",
        "An event of the last attempt tells the row's phase, unless an abort was asked for, whose row runs ahead.",
        Law::Settled(worlds::events_agree),
    )
    .breaks_by(Fault::None),
    always("P37", "Every attempt before the current one has an ending.", Law::Settled(worlds::attempts_have_endings))
        .breaks_by(Fault::None),
    always("P38", "An event is never stored twice under one key.", Law::Step(steps::first_writer_wins))
        .whatever_comes(),
    always("P39", "No event of an attempt follows one of a later attempt.", Law::Step(steps::attempts_in_order))
        .breaks_by(Fault::Op)
        .whatever_comes(),
    not_held("P40", "Attempts show the newest one.", "it takes 500 events"),
    always("P41", "Once an abort is done, no plugin of the subtree runs.", Law::Settled(worlds::abort_stops))
        .breaks_by(Fault::Op),
    always(
        "P42",
        "Once an abort of the root is done, every row of the run has ended.",
        Law::Settled(worlds::abort_ends_run),
    )
    .breaks_by(Fault::Op),
    always("P43", "Nothing starts under a parent that has ended.", Law::Step(steps::no_late_child))
        .breaks_by(Fault::Op),
    always("P44", "A child never changes its parent's row.", Law::Step(steps::no_promotion)).breaks_by(Fault::None),
    always(
        "P45",
        "Of the runs with a paused action, those that have not ended are listed as paused, and no others.",
        Law::State(worlds::listing_is_of_the_living),
    )
    .breaks_by(Fault::None),
    always("P46", "Whoever watches an action is woken when it has ended.", Law::Step(steps::end_wakes_watches))
        .breaks_by(Fault::Rpc)
        .whatever_comes(),
    always("P47", "The last message about an action has its final phase.", Law::Step(steps::last_message_is_final))
        .breaks_by(Fault::None),
    always(
        "P48",
        "A watch of an action closes when it has ended, unless an abort is still asked for.",
        Law::Settled(worlds::watch_closes),
    )
    .breaks_by(Fault::None),
    always("P49", "A watch of a run never fails.", Law::State(worlds::watch_reads_parents_first))
        .breaks_by(Fault::None),
    always("P50", "The SDK learns the final phase of a child.", Law::Settled(worlds::parent_hears_the_end))
        .breaks_by(Fault::Rpc),
    always(
        "P51",
        "Counts of phases that follow the changes of rows are those of the rows.",
        Law::Step(steps::changes_add_up),
    )
    .whatever_comes(),
    sometimes("S1", "A run succeeds.", Law::State(worlds::a_root_succeeds)),
    sometimes("S2", "An action succeeds at its second attempt.", Law::State(worlds::a_retry_succeeds)),
    sometimes("S3", "A run is aborted, and its resources are gone.", Law::Settled(worlds::an_abort_is_done)),
];
