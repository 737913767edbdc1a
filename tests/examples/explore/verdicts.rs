//! The verdicts of all models under all rule sets: as a table, as a document, and the shortest of them as traces.

use crate::console::Stop;
use crate::{Tell, fixes, hand, printed};
use flyte_lifecycle::drive::Session;
use flyte_lifecycle::drive::explore::fixes::{Changes, Fixes, FixesSetup};
use flyte_lifecycle::drive::explore::models::models;
use flyte_lifecycle::drive::explore::report::unmet;
use flyte_lifecycle::drive::explore::{Bounds, Exploration, Verdict};
use flyte_lifecycle::drive::properties::{Expected, Fault, Kind, Law, PROPERTIES, Property, held};
use flyte_lifecycle::model::{Config, Policy, Rule, Rules, RulesSetup};
use std::fmt::Write;
use std::time::Instant;

/// What shows a verdict: the worst in the model, how many commands, and whether it happens in time.
#[derive(Clone, Copy)]
pub struct Cell {
    fault: Fault,
    length: usize,
    timing: &'static str,
}

/// For each property, what breaks it under each rule set; a property that should happen
/// sometimes has there what shows it.
pub struct Verdicts {
    cells: Vec<[Option<Cell>; Rules::SETS.len()]>,
    /// A line for each model and rule set.
    pub models: Vec<String>,
}

impl Verdicts {
    /// Searches every model under each rule set to its end.
    pub fn searched(tell: Tell) -> Result<Verdicts, Stop> {
        let mut verdicts = Verdicts { cells: vec![[None; Rules::SETS.len()]; PROPERTIES.len()], models: Vec::new() };
        for (column, (name, rules)) in Rules::SETS.into_iter().enumerate() {
            for model in models() {
                let properties: Vec<&'static Property> = held().collect();
                let start = Instant::now();
                let mut exploration =
                    Exploration::new(rules, &model.bounds, &properties, &[]).map_err(|rejection| rejection.message)?;
                while exploration.run(20_000).ended.is_none() {}
                let report = exploration.report();
                let line = format!("{name:10} {:5} {:50} {}", model.fault, model.name, report.progress);
                tell(&format!("{line} ({:.2} s)", start.elapsed().as_secs_f64()))?;
                verdicts.models.push(line);
                for (property, verdict) in &report.verdicts {
                    let (Verdict::Violated(finding) | Verdict::Happens(finding)) = verdict else { continue };
                    let place = PROPERTIES.iter().position(|other| other == *property).unwrap_or(0);
                    let cell = &mut verdicts.cells[place][column];
                    let (fault, length) = (model.fault, finding.length);
                    if cell.is_none_or(|old| (fault, length) < (old.fault, old.length)) {
                        *cell = Some(Cell { fault, length, timing: finding.timing.name() });
                    }
                }
            }
        }
        Ok(verdicts)
    }

    fn is_as_expected(&self, place: usize) -> bool {
        let property = &PROPERTIES[place];
        let [documented, upstream, _] = self.cells[place];
        match (property.kind, property.law) {
            (_, Law::NotHeld(_)) => true,
            (Kind::Sometimes, _) => documented.is_some() && upstream.is_some(),
            _ => {
                documented.is_some() == (property.documented == Expected::Broken)
                    && upstream.is_some() == (property.upstream == Expected::Broken)
                    && upstream.map(|cell| cell.fault) == property.needs
            }
        }
    }

    /// Whether every verdict is the one that the list of properties expects.
    pub fn are_as_expected(&self) -> bool {
        (0..PROPERTIES.len()).all(|place| self.is_as_expected(place))
    }

    fn word(&self, place: usize, column: usize) -> String {
        let property = &PROPERTIES[place];
        match (property.law, property.kind, self.cells[place][column]) {
            (Law::NotHeld(_), ..) => "not held".to_owned(),
            (_, Kind::Sometimes, None) => "never".to_owned(),
            (_, Kind::Sometimes, Some(cell)) => format!("happens in {}", cell.length),
            (_, _, None) => "holds".to_owned(),
            (_, _, Some(cell)) => format!("{} in {}, {}", cell.fault, cell.length, cell.timing),
        }
    }

    /// The verdicts for a log.
    pub fn table(&self) -> String {
        let mut text = String::new();
        for (place, property) in PROPERTIES.iter().enumerate() {
            let mark = if self.is_as_expected(place) { ' ' } else { '!' };
            let [documented, upstream, merged] = [0, 1, 2].map(|column| self.word(place, column));
            let _ = writeln!(
                text,
                "{mark} {:5} {documented:22} {upstream:22} {merged:22} {}",
                property.id, property.sentence
            );
        }
        text
    }
}

/// The document.
pub fn document(tell: Tell) -> Result<String, Stop> {
    let verdicts = Verdicts::searched(tell)?;
    let mut text = String::from(HEAD);
    let is_broken = |property: &&Property| property.kind != Kind::Sometimes;
    let merged = PROPERTIES.iter().zip(&verdicts.cells).filter(|(p, cells)| is_broken(p) && cells[2].is_some()).count();
    let held_count = held().filter(|property| property.id.starts_with('P')).count();
    let more = held().count() - held_count;
    let all = PROPERTIES.len() - more;
    let broken = PROPERTIES.iter().filter(|property| property.upstream == Expected::Broken).count();
    let _ = writeln!(
        text,
        "\n{held_count} of {all} properties are held by the models. As documented, all of them hold. As coded, {broken} are violated,\n\
        with what has been merged since {merged}.\n\
        {more} more, S1 to S{more}, show that something happens in them.\n"
    );
    let _ = writeln!(
        text,
        "| | property | documented | upstream | merged | by hand |\n| --- | --- | --- | --- | --- | --- |"
    );
    for (place, property) in PROPERTIES.iter().enumerate() {
        let [documented, upstream, merged] = [0, 1, 2].map(|column| verdicts.word(place, column));
        if matches!(property.law, Law::NotHeld(_)) {
            continue;
        }
        let derived = hand::derived(property.id).map_or("", |hand| hand.verdict);
        let _ = writeln!(
            text,
            "| {} | {} | {documented} | {upstream} | {merged} | {derived} |",
            property.id, property.sentence
        );
    }
    text.push_str("\n## Where the verdict by hand was wrong\n\nThe machine is right: each of these is a run that can be played.\n\n");
    for hand in hand::DERIVED.iter().filter(|hand| !hand.note.is_empty()) {
        let _ = writeln!(text, "- **{}** ({}). {}", hand.id, hand.verdict, hand.note);
    }
    text.push_str("\n## Properties that no model holds\n\n");
    for property in PROPERTIES {
        if let Law::NotHeld(reason) = property.law {
            let _ = writeln!(text, "- **{}** {} Not held: {reason}.", property.id, property.sentence);
        }
    }
    text.push_str("\n## Rules that no model meets\n\nEvery other rule decides something in some model; a test holds the two apart.\n\n");
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for rule in Rule::ALL {
        let Some(reason) = unmet(*rule) else { continue };
        let name = format!("`{}`", rule.name());
        match reasons.iter_mut().find(|(other, _)| *other == reason) {
            Some((_, names)) => names.push(name),
            None => reasons.push((reason, vec![name])),
        }
    }
    for (reason, names) in reasons {
        let _ = writeln!(text, "- {reason}: {}.", names.join(", "));
    }
    text.push_str("\n## The models\n\n```\n");
    for line in &verdicts.models {
        let _ = writeln!(text, "{line}");
    }
    text.push_str("```\n\n## Which fix mends what\n\n");
    text.push_str(FIXES);
    for (title, base, more) in [
        ("One answer of the documented lifecycle on top of upstream's code", "upstream", OTHER_GUARDS),
        ("One answer of upstream's code on top of the documented lifecycle", "documented", &[]),
    ] {
        let rules = RulesSetup { base: base.to_owned(), changes: Vec::new() };
        let one = |policy: &Policy, value: &str| Changes(vec![(policy.name.to_owned(), value.to_owned())]);
        let other = |policy: &'static Policy| if base == "upstream" { policy.documented } else { policy.upstream };
        let mut tries: Vec<Changes> = Policy::ALL.iter().map(|policy| one(policy, other(policy))).collect();
        tries.extend(more.iter().map(|value| Changes(vec![("guard".to_owned(), (*value).to_owned())])));
        let setup = FixesSetup { rules: Some(rules), tries: Some(tries), ..FixesSetup::default() };
        let table: Fixes = fixes::searched(&setup, tell)?;
        let _ = writeln!(text, "### {title}\n\n```\n{}```\n", fixes::table(table.columns()));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    Ok(text)
}

/// Guards that were proposed or in force before.
const OTHER_GUARDS: &[&str] = &["numeric", "retryable", "table"];

const HEAD: &str = "# Verdicts

What `npm run explore -- --verdicts VERDICTS.md` has found: every interleaving of the models below, searched to the end
under each rule set. A violation names the weakest fault that it takes (none, op: somebody asks for an abort or for the
same thing twice, race, rpc: a call fails, crash: a restart), how many commands the shortest run in these models has, and
whether timers that fire when they are due allow it. The last column has what was derived by reading the code, before
there was a search: ✓ holds, ✗ violated, and what it was thought to take.
";

const FIXES: &str = "Every model is searched again, up to 20,000 states, with one answer changed. A `+` mends: what was violated holds in all
states looked at. A `-` breaks what held. `^` needs something worse than before to be violated, `v` needs less.

";

/// The shortest counterexamples that upstream's rules have and the documented ones do not, each told under both rule
/// sets where the documented one takes its commands: length, name, and the two traces.
pub fn counterexamples() -> Result<Vec<(usize, String, [String; 2])>, String> {
    let mut found: Vec<((Fault, usize), &'static Property, Session)> = Vec::new();
    let properties: Vec<&'static Property> = held().filter(|held| held.kind != Kind::Sometimes).collect();
    for model in models() {
        // What is longer than the runs in these is not among the shortest.
        let bounds = Bounds { states: 20_000, ..model.bounds };
        let mut exploration =
            Exploration::new(Rules::upstream(), &bounds, &properties, &[]).map_err(|rejection| rejection.message)?;
        while exploration.run(20_000).ended.is_none() {}
        for (property, verdict) in exploration.report().verdicts {
            let Verdict::Violated(finding) = verdict else { continue };
            // The mildest fault counts first, as in the table.
            let rank = (model.fault, finding.length);
            match found.iter_mut().find(|(_, other, _)| *other == property) {
                Some(known) if known.0 <= rank => {}
                Some(known) => *known = (rank, property, finding.session),
                None => found.push((rank, property, finding.session)),
            }
        }
    }
    let mut told = Vec::new();
    for ((_, length), property, session) in found {
        let mut documented = Session::new(Config { rules: Rules::documented(), ..*session.world().config() });
        let taken = session.commands().all(|command| documented.dispatch(command).is_ok());
        if taken {
            let name = format!("counterexample-{}", property.id.to_lowercase());
            told.push((length, name, [printed(&documented), printed(&session)]));
        }
    }
    told.sort_by_key(|(length, name, _)| (*length, name.clone()));
    Ok(told)
}
