//! Golden traces: each story in tests/traces is replayed and must print the same bytes, under both rule sets.
//! `UPDATE_TRACES=1 cargo test --test stories` writes what the rules say now; read the difference before committing.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where what it expects fails"
)]

use flyte_lifecycle::drive::{Session, parse_trace};
use flyte_lifecycle::model::rule::UPSTREAM_COMMIT;
use flyte_lifecycle::model::{Code, Command, Config, Fact, Policy, Rule, Rules, RulesSetup, Story};
use flyte_lifecycle::view;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

fn traces() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/traces");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|kind| kind == "trace")).collect();
    paths.sort();
    paths
}

fn printed(session: &Session) -> String {
    let facts = |index| session.facts().get(session.facts_of(index)).unwrap_or_default();
    view::trace(session.world(), session.story(), session.commands(), facts)
}

#[test]
fn every_story_is_told_as_it_was_written() {
    let update = std::env::var_os("UPDATE_TRACES").is_some();
    let mut stories = 0;
    for path in traces() {
        let text = fs::read_to_string(&path).unwrap();
        let session = parse_trace(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let told = printed(&session);
        if update {
            // Other tests read the same file at the same time.
            let new = path.with_extension("new");
            fs::write(&new, &told).unwrap();
            fs::rename(&new, &path).unwrap();
        }
        let again = parse_trace(&told).unwrap_or_else(|error| panic!("{}, printed: {error}", path.display()));
        assert_eq!(printed(&again), told, "{}: what is printed reads back", path.display());
        let differing = told.lines().zip(text.lines()).enumerate().find(|(_, (now, then))| now != then);
        assert!(update || told == text, "{}: first difference {differing:#?}", path.display());
        stories += 1;
    }
    assert!(stories >= 40, "only {stories} stories");
}

/// What tests/traces/README.md shows of the grammar is read as it says.
#[test]
fn the_example_of_the_grammar_is_a_trace() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/traces/README.md")).unwrap();
    let example = readme.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let session = parse_trace(example).unwrap();
    let story = session.story().unwrap();
    assert_eq!((session.index(), story.sentences.len(), story.title.as_str()), (3, 2, "A success that is aborted"));
    let moment = story.wrong.as_ref().unwrap();
    assert_eq!((moment.command, moment.fact), (2, Some(1)));
    // Its lines are those that are printed, but for the facts that it leaves out.
    let told = printed(&session);
    for line in example.lines().filter(|line| *line != "…") {
        assert!(told.lines().any(|other| other == line), "{line}");
    }
    // Every word that begins a comment of a story is in the grammar.
    for word in Story::WORDS {
        assert!(readme.contains(&format!("\"# {word}: \"")), "{word}");
    }
}

/// Every story stands for both rule sets: the comparison is what the program is for.
#[test]
fn every_story_is_there_under_both_rule_sets() {
    let names: BTreeSet<String> =
        traces().iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    for name in &names {
        let (story, rules) = name.trim_end_matches(".trace").rsplit_once('.').expect("story.rules.trace");
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/traces");
        let session = parse_trace(&fs::read_to_string(PathBuf::from(folder).join(name)).unwrap()).unwrap();
        assert_eq!(RulesSetup::of(&session.world().config().rules).base, rules, "{name} says `config rules=`");
        let other = if rules == "documented" { "upstream" } else { "documented" };
        assert!(names.contains(&format!("{story}.{other}.trace")), "{name} has no {other} side");
    }
}

/// The rules that decide something are all met in a story, but for those that only refuse a command, which no log
/// holds, and the few named here.
#[test]
fn the_stories_meet_the_rules() {
    let mut met = BTreeSet::new();
    for path in traces() {
        let session = parse_trace(&fs::read_to_string(path).unwrap()).unwrap();
        met.extend(session.facts().iter().map(|fact| fact.rule));
    }
    let missed: Vec<&str> = Rule::ALL
        .iter()
        .filter(|rule| !met.contains(rule))
        .map(|rule| rule.name())
        .filter(|name| !name.starts_with("Refuses") && !name.starts_with("Guard"))
        .collect();
    assert_eq!(
        missed,
        [
            "NameInvalid",
            "SpecInvalid",
            "TextTooLong",
            "Imported",
            "ActionAlreadyRecorded",
            "PluginNotFound",
            "CacheOutputsUnreadable",
            "CacheNotLookedUp",
            "TimeoutRestarts",
            "TerminalShortCircuit",
            "EndedStaysAsItEnded",
            "DeletionKeepsEnd",
            "AbortRowMissing",
            "NoAbortCall",
            "NeverLost",
            "NoTimer",
            "TimeOutOfRange",
            "Bounded",
            "NothingToDeliver",
            "DeliveredInOrder",
            "UnknownAction",
            "UnknownRun",
            "StoreErrorInReply",
            "CommandInvalid",
        ]
    );
}

fn standing(session: &Session) -> view::Snapshot {
    view::snapshot(session.world(), session.facts())
}

/// What each policy decides can be seen: some story under upstream's rules goes another way with the policy's documented
/// value alone, and with no other policy changed.
#[test]
fn every_policy_is_shown_by_a_story() {
    let stories: Vec<(String, Session)> = traces()
        .iter()
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap()))
        .filter(|(name, _)| name.ends_with(".upstream"))
        .map(|(name, text)| (name, parse_trace(&text).unwrap()))
        .collect();
    for policy in Policy::ALL {
        let parts = |session: &Session| {
            let config = session.world().config();
            let mut rules = config.rules;
            rules.set(policy.name, policy.documented).unwrap();
            if rules == config.rules {
                return false;
            }
            let mut other = Session::new(Config { rules, ..*config });
            let refused = session.commands().any(|command| other.dispatch(command).is_err());
            // The reason of an abort stands in the row alone; no fact repeats it.
            refused || other.facts() != session.facts() || standing(&other) != standing(session)
        };
        let shown: Vec<&str> = stories.iter().filter(|(_, told)| parts(told)).map(|(name, _)| name.as_str()).collect();
        println!("{}: {}", policy.name, shown.join(" "));
        // What is refused upstream is no story: a trace holds what was accepted. What a watch reads, and until when, is in
        // no fact: the properties P47 and P49 ask it, and tests/api.rs what lists and watches answer.
        let refuses = ["duplicateAction", "recovery", "watchEnd", "watchOrder", "listedMetadata", "watchRunDetails"]
            .contains(&policy.name);
        assert!(!shown.is_empty() || refuses, "no story shows {}", policy.name);
    }
    for (rules, code) in [(Rules::documented(), Code::AlreadyExists), (Rules::upstream(), Code::Internal)] {
        let told = "createRun run=r1\n----\n\nenqueue action=r1/a1 parent=r1/a0 task.maxAttempts=1\n----\n\n";
        let told = parse_trace(&format!("flyte-lifecycle trace 1\n\n{told}")).unwrap();
        let mut session = Session::new(Config { rules, ..*told.world().config() });
        let commands: Vec<Command> = told.commands().collect();
        commands.iter().for_each(|command| _ = session.dispatch(command.clone()).unwrap());
        assert_eq!(session.dispatch(commands[1].clone()).unwrap_err().code, code);
    }
}

/// The incidents of upstream, each with its number (`S21`, `N4`), its session and its story.
fn incidents() -> Vec<(String, Session, Story)> {
    let mut found = Vec::new();
    for path in traces() {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let number = name.split('-').next().unwrap().to_owned();
        let digits = number.strip_prefix(['s', 'n']).is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
        if !digits || !name.ends_with(".upstream.trace") {
            continue;
        }
        let session = parse_trace(&fs::read_to_string(&path).unwrap()).unwrap();
        let story = session.story().unwrap_or_else(|| panic!("{name} tells no story")).clone();
        found.push((number.to_uppercase(), session, story));
    }
    found
}

/// What a page shows of an incident is all there: what it is called, what happens and why, where it is discussed, what it
/// takes, and the moment in which it goes wrong.
#[test]
fn every_incident_is_told_in_full() {
    let mut numbers = BTreeSet::new();
    for (number, session, story) in incidents() {
        assert!(numbers.insert(number.clone()), "{number} is told twice");
        assert!(!story.title.is_empty() && !story.title.ends_with('.'), "{number}");
        assert_eq!(story.sentences.len(), 2, "{number} has two sentences");
        assert!(story.sentences.iter().all(|sentence| sentence.ends_with('.')), "{number}");
        assert!(!story.links.is_empty(), "{number} has a link");
        for link in &story.links {
            let place = link.strip_prefix("https://github.com/flyteorg/flyte/").unwrap_or_else(|| panic!("{link}"));
            let file = place.strip_prefix("blob/").map(|rest| rest.strip_prefix(UPSTREAM_COMMIT).unwrap());
            let thread = place.strip_prefix("pull/").or(place.strip_prefix("issues/"));
            assert!(file.is_some() || thread.is_some_and(|thread| thread.parse::<u32>().is_ok()), "{number}: {link}");
        }
        assert!(story.needs.is_some(), "{number} says what it takes");
        let moment = story.wrong.unwrap_or_else(|| panic!("{number} marks no moment"));
        assert!(moment.command < session.index() && moment.text.ends_with('.'), "{number}");
    }
    assert!(numbers.len() >= 35, "{} incidents: {numbers:?}", numbers.len());
}

/// What a fact says, without its time.
fn said(session: &Session, fact: &Fact) -> String {
    let line = view::trace::fact_line(session.world(), fact);
    line.split_once(" ms ").map_or(line.clone(), |(_, said)| said.to_owned())
}

/// The same commands under the rules with the fix: the fact that is wrong does not come any more, neither then nor later;
/// where a whole step is marked, something else follows from it. A command that the fix refuses ends the run, as it does on
/// the page.
#[test]
fn what_is_fixed_does_not_go_wrong() {
    let mut fixed = 0;
    for (number, session, story) in incidents() {
        let moment = story.wrong.as_ref().unwrap();
        let here = &session.facts()[session.facts_of(moment.command)];
        if story.fix.is_empty() {
            continue;
        }
        let config = session.world().config();
        let rules = story.fixed(&config.rules);
        assert_ne!(rules, config.rules, "{number}: the fix changes a rule");
        let mut other = Session::new(Config { rules, ..*config });
        let mut stopped = None;
        for command in session.commands() {
            if let Err(rejection) = other.dispatch(command) {
                stopped = Some(rejection.rule);
                break;
            }
        }
        let refuses = stopped.is_some_and(|rule| rule.name().starts_with("Refuses"));
        assert!(other.index() >= moment.command || refuses, "{number}: the fix does not come as far: {stopped:?}");
        let after = other.facts_of(moment.command).start.min(other.facts().len());
        let later: Vec<String> = other.facts()[after..].iter().map(|fact| said(&other, fact)).collect();
        if let Some(fact) = moment.fact {
            let wrong = said(&session, &here[fact]);
            assert!(!later.contains(&wrong), "{number}: {wrong}");
        } else {
            let before: Vec<String> = here.iter().map(|fact| said(&session, fact)).collect();
            assert!(later.get(..before.len()) != Some(&before), "{number}: nothing differs");
        }
        fixed += 1;
    }
    assert!(fixed >= 25, "{fixed} incidents with a fix");
}
