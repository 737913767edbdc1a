//! Replays recordings of upstream's code through the compiled rules, under `Rules::upstream()`. The families and their
//! formats are described in tests/vectors/README.md and in the header of each file.

mod abort;
mod abort_world;
mod attempts;
mod by_rules;
mod case;
mod driven;
mod enqueue;
mod executor;
mod executor_world;
mod filter;
mod informer;
mod informer_world;
mod left_out;
mod reconcile;
mod repository;
mod resource;
mod run_service;
mod run_state;
mod signal;

use by_rules::ByRules;
use case::{Case, Stop};
use left_out::LeftOut;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What has been replayed and how it went.
#[derive(Default)]
pub struct Tally {
    /// Cases that went as recorded.
    pub passed: usize,
    /// Cases that did not, and files that cannot be read.
    pub failed: usize,
    /// One line for each difference.
    pub failures: Vec<String>,
    left_out: BTreeMap<LeftOut, usize>,
    /// Cases that went through a world.
    pub in_world: usize,
    /// Those that did not, or not to their end, by what no command can say.
    pub by_rules: BTreeMap<ByRules, usize>,
}

/// How one case of a section is replayed: the file (for what its cases share), the case, where to write differences.
type Replay = fn(&Value, &Value, &mut Case) -> Result<(), Stop>;

/// A part of a file: the key in it, and what replays it.
struct Section(&'static str, Replay);

/// The sections of a family; `None` if there is no such family.
fn sections(family: &str) -> Option<&'static [Section]> {
    Some(match family {
        "repository" => &[Section("directed", repository::replay), Section("sequences", repository::replay)],
        "reconcile-task" | "reconcile-condition" | "cache" => {
            &[Section("directed", reconcile::replay), Section("random", reconcile::replay)]
        }
        "abort-reconciler" => &[Section("directed", abort::replay), Section("random", abort::replay)],
        "signal-and-enqueue" => &[
            Section("signal_grid", signal::replay_grid),
            Section("signal_cases", signal::replay_case),
            Section("phase_grid", informer::replay_phases),
            Section("enqueue", enqueue::replay),
            Section("updates", informer::replay_update),
            Section("output_paths", informer::replay_output_path),
            Section("object_names", enqueue::replay_object_name),
            Section("notify_directed", informer::replay_notices),
            Section("notify_random", informer::replay_notices),
        ],
        "merge-events" => &[
            Section("directed", attempts::replay_merge),
            Section("random", attempts::replay_merge),
            Section("get_attempts", attempts::replay_get),
        ],
        "run-state" => &[Section("directed", run_state::replay), Section("random", run_state::replay)],
        "run-service-calls" => &[
            Section("update_status", run_service::replay_update),
            Section("record_action", run_service::replay_record),
            Section("record_events", run_service::replay_events),
            Section("action_details", run_service::replay_details),
            Section("aborts", run_service::replay_abort),
        ],
        _ => return None,
    })
}

/// What cases of `signal-and-enqueue` share, a list of objects that are none themselves.
const SHARED: &str = "signal_crs";

/// Whether a key that is no known section could hold cases; what a header says are words, numbers and lists of words.
fn may_hold_cases(key: &str, value: &Value) -> bool {
    key != SHARED && value.as_array().is_some_and(|items| items.iter().any(|item| item.is_object() || item.is_array()))
}

impl Tally {
    /// Replays every case of a file.
    pub fn replay_file(&mut self, path: &Path) {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        if let Err(text) = self.replay_cases(path, &name) {
            self.failed += 1;
            self.failures.push(format!("{}: {text}", path.display()));
        }
    }

    fn replay_cases(&mut self, path: &Path, name: &str) -> Result<(), String> {
        let text = fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))?;
        let text = text.trim_start_matches('\u{feff}');
        let file: Value = serde_json::from_str(text).map_err(|error| format!("is no JSON: {error}"))?;
        let object = file.as_object().ok_or("is no JSON object, so it has no header")?;
        let family = object.get("family").and_then(Value::as_str).ok_or("its header has no `family`")?;
        let sections = sections(family).ok_or_else(|| format!("there is no family `{family}`"))?;
        for Section(key, replay) in sections {
            let Some(cases) = object.get(*key) else { continue };
            let cases = cases.as_array().ok_or_else(|| format!("`{key}` is no list of cases"))?;
            cases.iter().enumerate().for_each(|(index, case)| {
                self.replay_case(name, key, index, &file, case, *replay);
            });
        }
        // The rest of the file is replayed all the same, and the part that nobody can replay is a failure of its own.
        let known = |key: &str| sections.iter().any(|section| section.0 == key);
        let unknown = object.iter().filter(|(key, value)| !known(key) && may_hold_cases(key, value));
        let unknown: Vec<String> = unknown.map(|(key, _)| format!("`{key}`")).collect();
        if !unknown.is_empty() {
            return Err(format!("{} is no part of the family {family}", unknown.join(", ")));
        }
        // A recording that was cut to nothing must not look as if all had gone well.
        let cases = |section: &Section| object.get(section.0).and_then(Value::as_array).map_or(0, Vec::len);
        if sections.iter().map(cases).sum::<usize>() == 0 {
            return Err(format!("it holds no case of the family {family}"));
        }
        Ok(())
    }

    fn replay_case(
        &mut self,
        file_name: &str,
        key: &str,
        index: usize,
        file: &Value,
        recorded: &Value,
        replay: Replay,
    ) {
        let mut case = Case::new(recorded);
        let stop = replay(file, recorded, &mut case).err();
        match stop {
            None => {}
            // What differed before counts, whatever stopped the case.
            Some(Stop::LeftOut(why)) if case.failures.is_empty() => {
                *self.left_out.entry(why).or_default() += 1;
                return;
            }
            Some(Stop::LeftOut(_) | Stop::Differs) => {}
            Some(Stop::Unreadable(text)) => case.fail("recording", &text),
        }
        match case.in_world {
            None => {}
            Some(Ok(())) => self.in_world += 1,
            Some(Err(why)) => *self.by_rules.entry(why).or_default() += 1,
        }
        for (why, count) in &case.left_out {
            *self.left_out.entry(*why).or_default() += count;
        }
        if case.failures.is_empty() {
            self.passed += 1;
            return;
        }
        self.failed += 1;
        let name =
            recorded.get("name").and_then(Value::as_str).map_or_else(|| format!("{key}[{index}]"), str::to_owned);
        self.failures.extend(case.failures.iter().map(|line| format!("{file_name}: {name}: {line}")));
    }

    /// How much went through a world, why the rest did not, and what was left out: one line for each reason.
    pub fn notes(&self) -> impl Iterator<Item = String> {
        let by_rules: usize = self.by_rules.values().sum();
        let told = self.in_world + by_rules > 0;
        let summary = told.then(|| format!("{} replay through the world, {by_rules} by rules alone", self.in_world));
        let alone = self.by_rules.iter().map(|(why, count)| format!("by rules alone, {count} cases: {}", why.reason()));
        let left_out = self.left_out.iter().map(|(why, count)| {
            let unit = if why.whole_case() { "cases" } else { "values" };
            format!("left out, {count} {unit}: {}", why.reason())
        });
        summary.into_iter().chain(alone).chain(left_out)
    }
}
