//! The search over every interleaving: its verdicts, its counts, what it covers, and that it may be stopped at any time.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where what it expects fails"
)]

use flyte_lifecycle::drive::explore::models::models;
use flyte_lifecycle::drive::explore::needs::Need;
use flyte_lifecycle::drive::explore::report::unmet;
use flyte_lifecycle::drive::explore::{
    Bounds, End, Exploration, Input, Inputs, PlannedKind, Target, Timing, Verdict, reach,
};
use flyte_lifecycle::drive::properties::{Expected, Fault, Kind, PROPERTIES, Property, held};
use flyte_lifecycle::drive::{Session, parse_trace};
use flyte_lifecycle::model::{ActionId, ActionPhase, Command, Fact, Rejection, Rule, Rules, What};
use flyte_lifecycle::view;
use flyte_lifecycle::world::key::{Common, Part};
use flyte_lifecycle::world::{NumberedCommand, World};
use std::collections::BTreeSet;

fn explored(rules: Rules, bounds: &Bounds, properties: &[&'static Property]) -> Exploration {
    let mut exploration = Exploration::new(rules, bounds, properties, &[]).unwrap();
    while exploration.run(10_000).ended.is_none() {}
    exploration
}

/// Every property is as expected under both rule sets, and what breaks it is the mildest fault that it is said to take;
/// with what has been merged since, it is as the document says.
/// Every model is searched to its end.
#[test]
fn verdicts_are_as_expected_under_both_rule_sets() {
    for (set, rules) in Rules::SETS {
        let documented = set == "documented";
        let mut found: Vec<Option<Fault>> = vec![None; PROPERTIES.len()];
        for model in models() {
            let all: Vec<&'static Property> = held().filter(|property| property.kind != Kind::Sometimes).collect();
            let report = explored(rules, &model.bounds, &all).report();
            for (property, verdict) in &report.verdicts {
                let place = PROPERTIES.iter().position(|other| other == *property).unwrap();
                if let Verdict::Violated(finding) = verdict {
                    assert_eq!(finding.timing, Timing::Timed, "{} in {}", property.id, model.name);
                    found[place] = found[place].or(Some(model.fault));
                }
            }
        }
        for (property, found) in PROPERTIES.iter().zip(found) {
            if set == "merged" {
                let said = found.map_or("holds".to_owned(), |fault| format!("{fault} in "));
                let row = verdict_of(property);
                assert!(
                    property.kind == Kind::Sometimes || row.as_ref().is_none_or(|row| row[2].starts_with(&said)),
                    "{row:?}"
                );
                continue;
            }
            let expected = if documented { property.documented } else { property.upstream };
            assert_eq!(found.is_some(), expected == Expected::Broken, "{} {found:?}", property.id);
            if !documented && found.is_some() {
                assert_eq!(found, property.needs, "{}", property.id);
            }
        }
    }
}

/// What the document says of a property under each rule set, and what was thought by hand.
fn verdict_of(property: &Property) -> Option<Vec<&'static str>> {
    let start = format!("| {} | {} | ", property.id, property.sentence);
    let row = include_str!("../VERDICTS.md").lines().find_map(|line| line.strip_prefix(&start))?;
    Some(row.split('|').map(str::trim).collect())
}

/// The documented rule set keeps every property that the models hold.
#[test]
fn under_the_documented_rules_every_property_holds() {
    let broken = PROPERTIES.iter().filter(|property| property.documented == Expected::Broken);
    assert_eq!(broken.map(|property| property.id).collect::<Vec<_>>(), [""; 0]);
    // Those of the list of properties; the S's say that the models are not empty.
    let count = held().filter(|property| property.id.starts_with('P')).count();
    assert!(include_str!("../VERDICTS.md").contains(&format!("\n{count} of ")), "VERDICTS.md counts others");
}

/// A condition's own deadline is what may not fire early; that its resource waits to be collected says nothing of it.
#[test]
fn a_deadline_that_passes_before_the_collection_is_not_early() {
    let bounds =
        Bounds { attempts: 1, collects: true, ..Bounds::of(&[PlannedKind::Task, PlannedKind::TimedCondition]) };
    for rules in [Rules::documented(), Rules::upstream()] {
        let exploration = explored(rules, &bounds, &[Property::find("P17").unwrap()]);
        assert_eq!(exploration.progress().ended, Some(End::Complete));
        assert!(exploration.rules_met().any(|rule| rule == Rule::DeadlinePassed));
        assert!(exploration.found_lengths().is_empty());
    }
}

/// The document that is kept says what the list of properties says, which the test above holds to the search.
#[test]
fn the_document_has_the_verdicts_that_are_expected() {
    let document = include_str!("../VERDICTS.md");
    for property in held() {
        let row = verdict_of(property).unwrap_or_else(|| panic!("{} has no verdict", property.id));
        let [documented, upstream] = row[..2] else { panic!("{row:?}") };
        if property.kind == Kind::Sometimes {
            assert!(documented.starts_with("happens") && upstream.starts_with("happens"), "{row:?}");
            continue;
        }
        assert_eq!(documented == "holds", property.documented == Expected::Holds, "{row:?}");
        let fault = upstream.split(" in ").next().and_then(Fault::parse);
        assert_eq!((fault, upstream == "holds"), (property.needs, property.upstream == Expected::Holds), "{row:?}");
    }
    for rule in Rule::ALL {
        let listed = document.contains(&format!("`{}`", rule.name()));
        assert_eq!(listed, unmet(*rule).is_some(), "{}", rule.name());
    }
}

/// How many commands the shortest run has that breaks a property as coded, by its row in the document.
fn shortest(row: &str) -> Option<usize> {
    let upstream = row.starts_with("| P").then(|| row.split('|').nth(4)).flatten()?;
    upstream.trim().strip_suffix(", timed")?.rsplit(' ').next()?.parse().ok()
}

/// The counterexamples that are kept as traces are ten, each as long as the shortest that was found, and the rest are no
/// shorter.
#[test]
fn the_ten_shortest_counterexamples_are_kept() {
    // The documented lifecycle refuses to abort what has ended, which is P1's shortest run, so there is no pair to keep.
    const REFUSED: usize = 2;
    let document = include_str!("../VERDICTS.md");
    let mut kept = Vec::new();
    for property in held() {
        let path = format!("tests/traces/counterexample-{}.upstream.trace", property.id.to_lowercase());
        let Ok(trace) = std::fs::read_to_string(path) else { continue };
        let start = format!("| {} | ", property.id);
        let row = document.lines().find(|line| line.starts_with(&start)).unwrap();
        let length = parse_trace(&trace).unwrap().index();
        assert!(shortest(row) == Some(length), "{length}: {row}");
        kept.push(length);
    }
    kept.sort_unstable();
    assert_eq!(kept.len(), 10);
    let longest = kept[9];
    let p1 = format!(" op in {REFUSED}, timed |");
    assert!(document.lines().any(|line| line.starts_with("| P1 |") && line.contains(&p1)));
    let shorter = document.lines().filter_map(shortest).filter(|length| *length < longest).count();
    let kept_shorter = kept.iter().filter(|length| **length < longest).count();
    assert_eq!(shorter, kept_shorter + usize::from(REFUSED < longest));
}

/// Exact counts: a change of the rules, or of what a state is, shows here first.
#[test]
fn five_models_have_so_many_states_and_transitions() {
    let counts: Vec<(&str, [(usize, u64); 2])> = [
        "a task",
        "a parent and its child",
        "a condition with a deadline",
        "a task, piece by piece",
        "news that is lost",
    ]
    .into_iter()
    .map(|name| {
        let model = models().into_iter().find(|model| model.name == name).unwrap();
        let count = |rules| {
            let progress = explored(rules, &model.bounds, &[]).progress();
            assert_eq!(progress.ended, Some(End::Complete), "{name}");
            (progress.states, progress.transitions)
        };
        (name, [count(Rules::documented()), count(Rules::upstream())])
    })
    .collect();
    assert_eq!(
        counts,
        [
            ("a task", [(89, 111), (67, 139)]),
            ("a parent and its child", [(1_981, 4_291), (1_037, 3_471)]),
            ("a condition with a deadline", [(81, 130), (97, 218)]),
            ("a task, piece by piece", [(1_598, 3_388), (1_766, 5_047)]),
            ("news that is lost", [(576, 1_438), (2_538, 8_670)]),
        ]
    );
}

type Edges = BTreeSet<(Option<ActionPhase>, ActionPhase, &'static str)>;

/// Models that together meet every change of a recorded phase.
fn covering() -> Vec<Bounds> {
    use PlannedKind::{
        BoundedTask, EmptyTask, FailedTrace, InvalidCondition, InvalidTask, Recovered, Task, TimedCondition, TimedTask,
        Trace,
    };
    let race = |bounds: Bounds| bounds.with(Input::Abort).with(Input::LateChild).in_pieces();
    let lean = |kinds: &[PlannedKind]| Bounds {
        attempts: 1,
        inputs: Inputs::NONE.with(Input::Running).with(Input::Success).with(Input::Signal).with(Input::Reply),
        ..Bounds::of(kinds)
    };
    let starting =
        Inputs::NONE.with(Input::Initializing).with(Input::Success).with(Input::PermanentFailure).with(Input::Reply);
    let fatal = [Input::Aborted, Input::Undefined, Input::HandleError, Input::FatalError];
    let every = |bounds: Bounds| fatal.into_iter().fold(bounds, Bounds::with);
    vec![
        every(Bounds { system_failures: 0, ..Bounds::of(&[Task]) }),
        Bounds { attempts: 1, ..race(Bounds::of(&[Task])) },
        Bounds { inputs: lean(&[]).inputs.with(Input::UserFailure), attempts: 2, ..lean(&[TimedTask]) }
            .with(Input::Abort),
        Bounds { attempts: 2, ..lean(&[BoundedTask]) }
            .with(Input::UserFailure)
            .with(Input::WaitingForResources)
            .with(Input::Initializing),
        race(lean(&[Task, TimedCondition])),
        lean(&[Task, InvalidTask, EmptyTask, InvalidCondition]),
        lean(&[InvalidTask]),
        lean(&[Task, FailedTrace, Recovered]).with(Input::Abort).with(Input::CreateAgain),
        lean(&[Task, Trace]),
        lean(&[Task, Task]).with(Input::Abort).with(Input::WaitingForResources).with(Input::Initializing),
        race(lean(&[Task, Task])).with(Input::UserFailure),
        Bounds { inputs: starting, ..race(lean(&[Task, Task])) }.with(Input::Abort),
    ]
}

/// The rows that the SDK's traces begin with: it reports them in any phase, and the models have those of a success and of
/// a failure only.
fn traces(rules: Rules) -> Edges {
    let mut met = Edges::new();
    for phase in ActionPhase::ALL {
        let mut session = Session::new(pair().config(rules));
        let run = "createRun run=r1";
        let lines = format!("{run}\nenqueue action=r1/a1 parent=r1/a0 trace.phase={}\n", phase.name());
        let Ok(told) = parse_trace(&format!("flyte-lifecycle trace 1\n{lines}")) else { continue };
        for command in told.commands() {
            let step = session.dispatch(command).unwrap();
            met.extend(session.facts()[step.facts].iter().filter_map(|fact| match fact.what {
                What::RowCreated { phase, .. } => Some((None, phase, fact.rule.name())),
                _ => None,
            }));
        }
    }
    met
}

/// What is explored is what is declared, under both rule sets.
#[test]
fn the_diagram_declares_the_changes_that_there_are_and_no_others() {
    for rules in [Rules::documented(), Rules::upstream()] {
        let declared: Edges = view::diagram(&rules).edges.iter().map(|edge| (edge.from, edge.to, edge.rule)).collect();
        let mut met = Edges::new();
        let mut rules_met = BTreeSet::new();
        for bounds in covering() {
            let exploration = explored(rules, &bounds, &[]);
            rules_met.extend(exploration.rules_met());
            met.extend(exploration.edges().iter().map(|(from, to, rule)| (*from, *to, rule.name())));
        }
        met.extend(traces(rules));
        // Why a change was not met is told by what its rule needs; these need only an action that they can be about.
        let bare = [
            Rule::RunCreated,
            Rule::ActionRecorded,
            Rule::TraceRecorded,
            Rule::TraceSucceeded,
            Rule::PluginReported,
            Rule::ResetToQueued,
            Rule::ParentPromoted,
            Rule::ConditionPaused,
        ];
        for rule in Rule::ALL.iter().filter(|rule| declared.iter().any(|(.., name)| *name == rule.name())) {
            assert!(!Need::of_rule(*rule).is_empty() || bare.contains(rule), "{rule}: say in needs.rs what it needs");
        }
        let missing: Vec<_> = declared.difference(&met).collect();
        let undeclared: Vec<_> = met.difference(&declared).collect();
        assert!(missing.is_empty() && undeclared.is_empty(), "never met: {missing:#?}, not declared: {undeclared:#?}");
    }
}

/// The rules that no model meets under either rule set are just those that cannot be met, each with its reason.
#[test]
fn every_rule_is_met_or_has_a_reason_not_to_be() {
    let mut met = BTreeSet::new();
    for rules in [Rules::documented(), Rules::upstream()] {
        for bounds in covering().into_iter().chain(models().into_iter().map(|model| model.bounds)) {
            for rule in explored(rules, &bounds, &[]).rules_met() {
                let needs = Need::of_rule(rule);
                let is_met = needs.is_empty() || needs.iter().any(|need| need.is_in(&bounds));
                assert!(is_met, "{rule} without {needs:?} in {bounds:?}: mend needs.rs");
                met.insert(rule);
            }
        }
    }
    let missed: Vec<&Rule> = Rule::ALL.iter().filter(|rule| !met.contains(rule) && unmet(**rule).is_none()).collect();
    let met_after_all: Vec<&Rule> = met.iter().filter(|rule| unmet(**rule).is_some()).collect();
    assert!(missed.is_empty() && met_after_all.is_empty(), "without a reason: {missed:?}; met: {met_after_all:?}");
}

fn pair() -> Bounds {
    let model = models().into_iter().find(|model| model.name == "a parent and its child, piece by piece");
    model.unwrap().bounds
}

/// The shortest way to a phase, a rule, a disagreement, or two things at once, as commands that a session takes.
#[test]
fn the_shortest_way_to_a_target_is_found_and_can_be_played() {
    let way = |rules, bounds: &Bounds, targets: &[Target]| {
        let found = reach(rules, bounds, targets).unwrap().unwrap();
        assert_eq!((found.session.index(), found.timing), (found.length, Timing::Timed));
        found
    };
    let upstream = Rules::upstream();
    let (root, child) = (ActionId(0), ActionId(1));
    let calm = Bounds::of(&[PlannedKind::Task, PlannedKind::Task]);
    let failed = [Target::Phase(Some(root), ActionPhase::Failed), Target::Phase(Some(child), ActionPhase::Succeeded)];
    assert_eq!(way(upstream, &calm, &failed).length, 4);
    assert_eq!(way(upstream, &calm, &[Target::Phase(None, ActionPhase::Running)]).length, 2);
    assert_eq!(way(upstream, &calm, &[Target::Rule(None, Rule::RestartInPlace)]).length, 2);
    let disagreement = way(upstream, &calm, &[Target::Disagreement(None)]);
    assert!(matches!(disagreement.session.command(0), Some(Command::CreateRun { .. })));
    assert_eq!(disagreement.length, 3);
    let late = way(upstream, &pair(), &[Target::Rule(None, Rule::CascadeDeletes)]);
    assert!(late.session.facts().iter().any(|fact| fact.rule == Rule::CascadeDeletes));
    let small = &models()[2].bounds;
    assert!(reach(Rules::documented(), small, &[Target::Rule(None, Rule::RestartInPlace)]).unwrap().is_none());
}

/// A search goes on where it was stopped, whatever the slices, and says how far it came.
#[test]
fn a_search_in_slices_is_the_search_and_a_cut_one_says_what_is_left() {
    let whole = explored(Rules::upstream(), &models()[2].bounds, &[]).progress();
    let mut sliced = Exploration::new(Rules::upstream(), &models()[2].bounds, &[], &[]).unwrap();
    assert_eq!(sliced.run(0).frontier, 1);
    while sliced.run(7).ended.is_none() {}
    assert_eq!((sliced.progress().states, sliced.progress().transitions), (whole.states, whole.transitions));

    let all: Vec<&'static Property> = held().collect();
    let mut stopped = Exploration::new(Rules::documented(), &pair(), &all, &[]).unwrap();
    let progress = stopped.run(300);
    assert!(progress.ended.is_none() && progress.frontier > 0);
    assert!(stopped.progress().to_string().contains("stopped; frontier"), "{}", stopped.progress());
    assert!(stopped.report().verdicts.iter().all(|(_, verdict)| verdict.is_good()));

    let states = explored(Rules::documented(), &Bounds { states: 500, ..pair() }, &[]).progress();
    assert_eq!((states.states, states.ended), (500, Some(End::States)));
    let bytes = explored(Rules::documented(), &Bounds { bytes: 1, ..pair() }, &[]).progress();
    assert_eq!(bytes.ended, Some(End::Bytes));
    let depth = explored(Rules::documented(), &Bounds { depth: 4, ..pair() }, &[]).progress();
    assert_eq!((depth.depth, depth.ended), (4, Some(End::Depth)));
    assert!(depth.frontier > 0, "{depth}");
    // Where no sequence is longer, nothing is left out.
    let deep = Bounds { depth: 13, ..models()[2].bounds.clone() };
    assert_eq!(explored(Rules::upstream(), &deep, &[]).progress().ended, Some(End::Complete));
}

#[test]
fn bounds_that_make_no_model_are_refused() {
    let refused = |bounds: Bounds| -> Rejection { Exploration::new(Rules::upstream(), &bounds, &[], &[]).unwrap_err() };
    assert!(refused(Bounds::of(&[])).message.contains("at least one"));
    assert!(refused(Bounds::of(&[PlannedKind::Condition])).message.contains("root"));
    let mut orphan = pair();
    orphan.actions[1].parent = 1;
    assert!(refused(orphan).message.contains("before"));
    let many = Bounds { actions: vec![pair().actions[0]; 7], ..pair() };
    assert!(refused(many).message.contains("up to six"));
}

/// One reply of each sort to an abort call is enough: with all of them there are the same states and verdicts.
#[test]
fn replies_of_one_sort_lead_to_the_same() {
    let bounds = Bounds {
        attempts: 1,
        inputs: Inputs::NONE.with(Input::Running).with(Input::Reply),
        ..Bounds::of(&[PlannedKind::Task])
    }
    .with(Input::Abort)
    .with(Input::FailedReply)
    .with(Input::FalseReply);
    for rules in [Rules::documented(), Rules::upstream()] {
        let verdicts = |bounds: &Bounds| {
            let all: Vec<&'static Property> = held().collect();
            let exploration = explored(rules, bounds, &all);
            let lengths = |(property, verdict): &(&'static Property, Verdict)| (property.id, verdict.length());
            (exploration.progress().states, exploration.report().verdicts.iter().map(lengths).collect::<Vec<_>>())
        };
        assert_eq!(verdicts(&bounds), verdicts(&bounds.clone().with(Input::EveryReply)));
    }
}

/// What a search holds of a world.
fn parts(world: &World) -> (Vec<Part>, Common) {
    let mut common = Common::default();
    world.common(&mut common);
    (world.actions().filter_map(|(id, _)| world.any_part(id)).collect(), common)
}

/// Numbers below a bound, the same ones for the same seed.
fn draws(mut seed: u64) -> impl FnMut(usize) -> usize {
    move |bound| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % bound.max(1)
    }
}

/// A world put together from its parts is as good as the one they were taken from: the same commands are enabled, and
/// each leads to the same parts. Random lives reach worlds that no small model has.
#[test]
fn a_world_put_together_from_its_parts_goes_on_as_before() {
    let enabled = |world: &World| {
        let mut commands = Vec::new();
        world.enabled(None, &mut commands);
        world.enabled_faults(None, &mut commands);
        // Timers, pieces of work and the clock's have numbers of their own in each world.
        commands.retain(|command| {
            !matches!(
                command,
                Command::Fire { .. } | Command::Deliver { .. } | Command::Drop { .. } | Command::Duplicate { .. }
            )
        });
        commands
    };
    let mut below = draws(7);
    for (life, rules) in [Rules::documented(), Rules::upstream()].into_iter().cycle().take(24).enumerate() {
        let bounds = models().into_iter().nth(life % 20).unwrap().bounds;
        let mut session = Session::new(bounds.config(rules));
        for _ in 0..40 {
            let mut choices = session.enabled(None).unwrap();
            choices.retain(|command| !matches!(command, Command::UpdatePhase { .. }));
            choices.extend((0..bounds.actions.len()).filter_map(|place| bounds.creation(place)));
            let choice = choices.swap_remove(below(choices.len()));
            let _ = session.dispatch(choice);
            let world = session.world();
            let (taken, common) = parts(world);
            let mut again = world.clone();
            again.put_parts(taken.iter(), Some(&common));
            assert_eq!(parts(&again), (taken, common));
            assert_eq!(enabled(&again), enabled(world));
            for command in enabled(world) {
                let (mut one, mut other) = (world.clone(), again.clone());
                let (mut facts, mut same) = (Vec::new(), Vec::new());
                one.apply_untimed(&command, &mut facts);
                other.apply_untimed(&command, &mut same);
                assert_eq!(parts(&one), parts(&other), "{command:?}");
                let told = |facts: &[Fact]| facts.iter().map(|fact| (fact.action, fact.rule)).collect::<Vec<_>>();
                assert_eq!(told(&facts), told(&same), "{command:?}");
            }
        }
    }
}

/// The same piece of work, or timer, in another world, where it has another number.
fn renumbered(command: &NumberedCommand, from: &World, to: &World) -> NumberedCommand {
    let piece = |item: Option<u32>| {
        let item = from.pending().find(|piece| Some(piece.id) == item).unwrap();
        to.pending_of(item.action).find(|other| other.work == item.work).map(|piece| piece.id)
    };
    match command {
        Command::Fire { timer } => {
            let timer = from.timers().find(|other| Some(other.id) == *timer).unwrap();
            let same = to.timers_of(timer.action).find(|other| other.kind == timer.kind);
            Command::Fire { timer: same.map(|timer| timer.id) }
        }
        Command::Deliver { item } => Command::Deliver { item: piece(*item) },
        Command::Drop { item } => Command::Drop { item: piece(*item) },
        Command::Duplicate { item } => Command::Duplicate { item: piece(*item) },
        _ => command.clone(),
    }
}

/// What a search may remember: a step does the same wherever everything is the same that was looked at, whatever the
/// other actions are. They are exchanged for what they were earlier in the life.
#[test]
fn a_step_is_the_same_wherever_its_footprint_is() {
    let step = |world: &World, command: &NumberedCommand| {
        let (mut after, mut facts) = (world.clone(), Vec::new());
        after.footprint().begin();
        after.apply_untimed(command, &mut facts);
        let marks = after.footprint().marks();
        (after, facts.iter().map(|fact| (fact.action, fact.rule)).collect::<Vec<_>>(), marks)
    };
    let mut below = draws(11);
    let mut exchanged = 0;
    for (life, rules) in [Rules::documented(), Rules::upstream()].into_iter().cycle().take(60).enumerate() {
        let all = models();
        let bounds = &all[life % all.len()].bounds;
        let mut session = Session::new(bounds.config(rules));
        let mut earlier: Vec<Vec<Part>> = Vec::new();
        for _ in 0..40 {
            let mut choices = session.enabled(None).unwrap();
            choices.extend(session.enabled_faults(None).unwrap().into_iter().take(2));
            choices.extend((0..bounds.actions.len()).filter_map(|place| bounds.creation(place)));
            let _ = session.dispatch(choices.swap_remove(below(choices.len())));
            let mut world = session.world().clone();
            let (now, common) = parts(&world);
            earlier.retain(|other| other.len() == now.len());
            earlier.push(now.clone());
            world.put_parts(now.iter(), Some(&common));
            let mut commands = Vec::new();
            world.enabled(None, &mut commands);
            world.enabled_faults(None, &mut commands);
            for command in &commands {
                let (after, facts, marks) = step(&world, command);
                // The aborts' line tells of all of them, so where it is not looked at it may be another.
                let kept = |place: usize| marks.has(place) || now[place].has_abort();
                let old = &earlier[below(earlier.len())];
                let mixed: Vec<Part> = (0..now.len())
                    .map(|place| if kept(place) || old[place].has_abort() { &now[place] } else { &old[place] }.clone())
                    .collect();
                if mixed == now {
                    continue;
                }
                exchanged += 1;
                let mut other = world.clone();
                other.put_parts(mixed.iter(), Some(&common));
                let (other_after, other_facts, other_marks) = step(&other, &renumbered(command, &world, &other));
                assert_eq!((facts, marks), (other_facts, other_marks), "{command:?}");
                let ((parts_after, common_after), (parts_there, common_there)) = (parts(&after), parts(&other_after));
                for (place, (part, there)) in parts_after.iter().zip(&parts_there).enumerate() {
                    let expected = if marks.has(place) || place >= now.len() { part } else { &mixed[place] };
                    assert_eq!(there, expected, "{command:?} at {place}");
                }
                assert_eq!(parts_after.len(), parts_there.len(), "{command:?}");
                assert_eq!(common_after, common_there, "{command:?}");
            }
        }
    }
    assert!(exchanged > 3_000, "{exchanged}");
}
