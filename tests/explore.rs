//! The search over every interleaving: its verdicts, its counts, what it covers, and that it may be stopped at any time.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where what it expects fails"
)]

use flyte_lifecycle::drive::explore::{Bounds, Exploration, Input, PlannedKind};
use flyte_lifecycle::model::{ActionPhase, Rule, Rules};
use flyte_lifecycle::view;
use std::collections::BTreeSet;

type Edges = BTreeSet<(Option<ActionPhase>, ActionPhase, &'static str)>;

fn explored(rules: Rules, bounds: &Bounds) -> Exploration {
    let mut exploration = Exploration::new(rules, bounds, &[], &[]).unwrap();
    while exploration.run(10_000).ended.is_none() {}
    exploration
}

fn all_reports(bounds: Bounds) -> Bounds {
    [Input::Aborted, Input::Undefined, Input::HandleError].into_iter().fold(bounds, Bounds::with)
}

#[test]
fn coverage() {
    use PlannedKind::*;
    let race = |bounds: Bounds| bounds.with(Input::Abort).with(Input::LateChild).in_pieces();
    let lean = |mut bounds: Bounds| {
        for i in [
            Input::WaitingForResources,
            Input::Initializing,
            Input::Queued,
            Input::SystemFailure,
            Input::PermanentFailure,
            Input::UserFailure,
        ] {
            bounds.inputs = bounds.inputs.without(i);
        }
        bounds
    };
    let models = [
        all_reports(Bounds::of(&[Task])).with(Input::Abort),
        all_reports(Bounds { attempts: 1, ..race(Bounds::of(&[Task])) }),
        Bounds::of(&[TimedTask]).with(Input::Abort),
        Bounds { attempts: 1, ..lean(race(Bounds::of(&[Task, TimedCondition]))) },
        Bounds {
            attempts: 1,
            ..lean(Bounds::of(&[Task, InvalidTask, UnknownTask, InvalidCondition, FailedTrace, Recovered]))
        }
        .with(Input::Abort),
        Bounds { attempts: 1, ..lean(Bounds::of(&[Recovered])) }.with(Input::Abort),
        Bounds { attempts: 1, ..lean(Bounds::of(&[Task, Task])) }
            .with(Input::Abort)
            .with(Input::Initializing)
            .with(Input::WaitingForResources)
            .with(Input::UserFailure)
            .with(Input::LateChild),
    ];
    for (name, rules) in [("documented", Rules::documented()), ("upstream", Rules::upstream())] {
        let declared: Edges = view::diagram(&rules).edges.iter().map(|e| (e.from, e.to, e.rule)).collect();
        let mut met = Edges::new();
        let mut all = BTreeSet::new();
        for model in &models {
            let e = explored(rules, model);
            println!("{name} {}", e.progress());
            met.extend(e.edges().iter().map(|(f, t, r)| (*f, *t, r.name())));
            all.extend(e.rules_met());
        }
        println!(
            "explored, not declared: {:#?}",
            met.difference(&declared)
                .map(|(f, t, r)| format!("{} {t} {r}", f.map_or("-", |f| f.name())))
                .collect::<Vec<_>>()
        );
        println!(
            "declared, not explored: {:#?}",
            declared
                .difference(&met)
                .map(|(f, t, r)| format!("{} {t} {r}", f.map_or("-", |f| f.name())))
                .collect::<Vec<_>>()
        );
        println!("rules: {:?}", Rule::ALL.iter().filter(|r| !all.contains(r)).collect::<Vec<_>>());
    }
}
