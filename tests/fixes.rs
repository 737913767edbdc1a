//! Which policy mends which property: the table's verdicts, and that what it does not search again could not come out
//! otherwise.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test stops where what it expects fails")]

use flyte_lifecycle::drive::explore::fixes::{Cell, Change, Changes, Column, Fixes, FixesSetup, is_asked};
use flyte_lifecycle::drive::explore::models::models;
use flyte_lifecycle::drive::explore::{Bounds, Exploration};
use flyte_lifecycle::drive::properties::{Fault, Kind, held};
use flyte_lifecycle::model::{Policy, Rules, RulesSetup};

/// States of one model without optimization.
const STATES: u32 = 3_000;

fn table(setup: &FixesSetup) -> Vec<Column> {
    let mut fixes = Fixes::new(setup).unwrap();
    while !fixes.run(7_001).ended {}
    fixes.columns().to_vec()
}

fn changes(list: &[(&str, &str)]) -> Changes {
    Changes(list.iter().map(|(policy, value)| ((*policy).to_owned(), (*value).to_owned())).collect())
}

fn ids(column: &Column, change: Change) -> Vec<&'static str> {
    column.changed(change).map(|cell| cell.property.id).collect()
}

/// Of a model that never comes to the question that a policy answers, each answer makes the same: the same states, the
/// same verdicts with runs of the same lengths, under both rule sets.
#[test]
fn a_model_that_is_left_out_could_not_come_out_otherwise() {
    let properties: Vec<_> = held().collect();
    let searched = |rules: Rules, bounds: &Bounds| {
        let mut exploration = Exploration::new(rules, bounds, &properties, &[]).unwrap();
        while exploration.run(10_000).ended.is_none() {}
        let progress = exploration.progress();
        (progress.states, progress.transitions, progress.depth, exploration.found_lengths())
    };
    let (mut left_out, mut wrong) = (0, Vec::new());
    for mut model in models() {
        model.bounds.states = STATES as usize;
        for base in [Rules::documented(), Rules::upstream()] {
            let expected = searched(base, &model.bounds);
            for policy in Policy::ALL.iter().filter(|policy| !is_asked(policy.id, &model.bounds)) {
                for (value, _) in policy.values {
                    let mut rules = base;
                    rules.set(policy.name, value).unwrap();
                    if rules != base {
                        left_out += 1;
                        if searched(rules, &model.bounds) != expected {
                            wrong.push(format!("{}={value} in {}", policy.name, model.name));
                        }
                    }
                }
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert!(left_out > 400, "{left_out}");
}

/// Each of these alone mends what it is about, on top of upstream's code.
#[test]
fn a_fix_mends_what_it_is_about() {
    let fixes = [
        (("attemptCheck", "enforced"), &["P4", "P44"][..]),
        (("retry", "recorded"), &["P37"]),
        (("systemFailureReset", "newAttempt"), &["P23"]),
        (("phaseOrder", "held"), &["P27"]),
        (("abortReason", "inherited"), &["P12"]),
        (("promotion", "none"), &["P44"]),
        (("tracePhase", "asReported"), &["P14"]),
        (("deletionEvent", "unlessEnded"), &["P29"]),
        (("gcOfLiving", "waits"), &["P26", "P11"]),
        (("cacheLookup", "beforeLaunch"), &["P21"]),
        (("unreadableSpec", "recorded"), &["P34"]),
        (("longMessage", "cut"), &["P30"]),
        (("pausedListing", "living"), &["P45"]),
        (("exitCode", "user"), &[]),
    ];
    let tries = fixes.iter().map(|(change, _)| changes(&[*change])).collect();
    let calm =
        models().into_iter().filter(|model| model.fault == Fault::None).map(|model| model.name.to_owned()).collect();
    let columns = table(&FixesSetup { tries: Some(tries), models: Some(calm), ..FixesSetup::default() });
    assert!(columns[0].cells.iter().all(|cell| cell.complete && cell.change == Change::None));
    for ((change, mended), column) in fixes.iter().zip(&columns[1..]) {
        assert_eq!(column.changes, [*change]);
        for id in *mended {
            assert!(ids(column, Change::Mends).contains(id), "{change:?} {id}: {:?}", ids(column, Change::Mends));
        }
        let breaks = match change.0 {
            // A retry that is recorded leaves an end on a row that goes on, unless the end follows the phase.
            "retry" => &["P7"][..],
            // A task of an unknown type tells its end as attempt 0, which is refused then; its row stays when it is collected.
            "attemptCheck" => &["P33"],
            _ => &[],
        };
        assert_eq!(ids(column, Change::Breaks), breaks, "{change:?}");
    }
}

/// The other way round: one answer of upstream's breaks what the documented lifecycle keeps, and all of them together
/// break what upstream breaks.
#[test]
fn a_bug_breaks_what_it_is_about() {
    let all = Policy::ALL.iter().map(|policy| (policy.name, policy.upstream)).collect::<Vec<_>>();
    let setup = FixesSetup {
        rules: Some(RulesSetup::default()),
        tries: Some(vec![
            changes(&[("promotion", "resetsAttempts"), ("attemptCheck", "ignored")]),
            changes(&[("tracePhase", "succeeded")]),
            changes(&[("systemFailureReset", "anyTransition")]),
            changes(&all),
        ]),
        models: Some(
            models()
                .into_iter()
                .filter(|model| model.fault == Fault::None)
                .map(|model| model.name.to_owned())
                .collect(),
        ),
        ..FixesSetup::default()
    };
    let columns = table(&setup);
    assert!(columns[0].cells.iter().filter(|cell| cell.property.kind != Kind::Sometimes).all(Cell::is_good));
    assert!(ids(&columns[1], Change::Breaks).contains(&"P44"));
    assert_eq!(ids(&columns[2], Change::Breaks), ["P14"]);
    assert_eq!(ids(&columns[3], Change::Breaks), ["P23"]);
    assert_eq!(columns[4].rules, Rules::upstream());
    let broken = |column: &Column| ids(column, Change::Breaks);
    let upstream = table(&FixesSetup {
        rules: Some(RulesSetup { base: "upstream".to_owned(), changes: Vec::new() }),
        tries: Some(Vec::new()),
        ..setup
    });
    let violated: Vec<_> = upstream[0]
        .cells
        .iter()
        .filter(|cell| !cell.is_good() && cell.property.kind != Kind::Sometimes)
        .map(|cell| cell.property.id)
        .collect();
    assert_eq!(broken(&columns[4]), violated);
    assert!(violated.len() > 10, "{violated:?}");
}

/// What was found in a milder model is looked for no longer, and the verdict is the one of a full search.
#[test]
fn slices_and_early_ends_change_no_verdict() {
    let names: Vec<String> =
        ["a task", "a condition with a deadline", "a task, aborted and created again", "news that is lost"]
            .map(str::to_owned)
            .to_vec();
    let setup = FixesSetup {
        tries: Some(vec![changes(&[("watch", "everyStatus")])]),
        models: Some(names.clone()),
        states: Some(STATES * 4),
        ..FixesSetup::default()
    };
    let columns = table(&setup);
    for column in &columns {
        for cell in &column.cells {
            let mut shown: Option<(flyte_lifecycle::drive::properties::Fault, usize)> = None;
            for mut model in models().into_iter().filter(|model| names.iter().any(|name| name == model.name)) {
                model.bounds.states = STATES as usize * 4;
                let mut exploration = Exploration::new(column.rules, &model.bounds, &[cell.property], &[]).unwrap();
                while exploration.run(10_000).ended.is_none() {}
                if let Some((_, length)) = exploration.found_lengths().first() {
                    let found = (model.fault, *length);
                    shown = Some(shown.map_or(found, |old| old.min(found)));
                }
            }
            assert_eq!(cell.shown.map(|shown| (shown.fault, shown.length)), shown, "{}", cell.property.id);
        }
    }
}
