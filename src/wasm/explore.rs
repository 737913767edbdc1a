//! The boundary of the explorer. It is compiled into a module of its own (the feature `explore`), which is fetched when
//! somebody explores: it would make the one that everybody loads a quarter larger.

use super::{absent, from_js, to_js, trace_of};
use crate::drive::explore::fixes::{self, Change, Column, FixesSetup};
use crate::drive::explore::reach::{Outcome, ReachSetup};
use crate::drive::explore::report::unmet;
use crate::drive::explore::setup::ExploreSetup;
use crate::drive::explore::{self, Bounds, End, Finding, Input, Progress, Verdict};
use crate::drive::parse_trace;
use crate::drive::properties::Fault;
use crate::model::{ActionPhase, Call, Command, Policy};
use serde::Serialize;
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FindingView {
    length: usize,
    timing: &'static str,
    commands: Vec<Command>,
    trace: String,
}

impl FindingView {
    fn of(finding: &Finding) -> FindingView {
        FindingView {
            length: finding.length,
            timing: finding.timing.name(),
            commands: finding.session.commands().collect(),
            trace: trace_of(&finding.session),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VerdictView {
    property: &'static str,
    kind: &'static str,
    sentence: &'static str,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    needs: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finding: Option<FindingView>,
}

#[derive(Serialize)]
struct EdgeView {
    from: Option<ActionPhase>,
    to: ActionPhase,
    rule: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BoundsView {
    actions: Vec<&'static str>,
    attempts: u32,
    versions: u32,
    system_failures: u32,
    abort_calls: u32,
    delivery: &'static str,
    backlog: usize,
    collects: bool,
    inputs: Vec<&'static str>,
    calls: Vec<&'static str>,
    depth: Option<u32>,
    states: usize,
    bytes: usize,
}

impl BoundsView {
    fn of(bounds: &Bounds) -> BoundsView {
        BoundsView {
            actions: bounds.actions.iter().map(|action| action.kind.name()).collect(),
            attempts: bounds.attempts,
            versions: bounds.versions,
            system_failures: bounds.system_failures,
            abort_calls: bounds.abort_calls,
            delivery: bounds.delivery.name(),
            backlog: bounds.backlog,
            collects: bounds.collects,
            inputs: bounds.inputs.iter().map(Input::name).collect(),
            calls: bounds.inputs.calls().map(Call::name).collect(),
            depth: (bounds.depth < u32::MAX).then_some(bounds.depth),
            states: bounds.states,
            bytes: bounds.bytes,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportView {
    summary: String,
    outcome: String,
    bounds: BoundsView,
    states: usize,
    frontier: usize,
    transitions: u64,
    depth: u32,
    bytes: usize,
    ended: &'static str,
    verdicts: Vec<VerdictView>,
    reached: Option<FindingView>,
    edges: Vec<EdgeView>,
    rules_missed: Vec<&'static str>,
    reasons: BTreeMap<&'static str, &'static str>,
}

const fn end_name(end: Option<End>) -> &'static str {
    match end {
        None => "stopped",
        Some(End::Complete | End::Found) => "complete",
        Some(End::Reached) => "reached",
        Some(End::Depth) => "depth",
        Some(End::States) => "states",
        Some(End::Bytes) => "bytes",
    }
}

/// States, frontier, transitions, depth, bytes, and why a search has ended, as numbers.
///
/// They are asked for one by one, since no call that is made often may answer with an object: V8 inlines such a call into
/// whoever makes it, and a collection of garbage within it, in a long search, ends Node 20.
fn numbers_of(progress: Progress) -> [f64; 6] {
    let ended = match progress.ended {
        None => 0,
        Some(End::Complete | End::Found) => 1,
        Some(End::Reached) => 2,
        Some(End::States) => 3,
        Some(End::Bytes) => 4,
        Some(End::Depth) => 5,
    };
    #[expect(clippy::cast_precision_loss, reason = "a search ends long before 2^53 of anything")]
    let numbers = [
        progress.states as f64,
        progress.frontier as f64,
        progress.transitions as f64,
        f64::from(progress.depth),
        progress.bytes as f64,
        f64::from(ended),
    ];
    numbers
}

/// The number at that place; NaN if there is none.
fn number_at(numbers: &[f64; 6], place: u32) -> f64 {
    numbers.get(place as usize).copied().unwrap_or(f64::NAN)
}

/// An exhaustive search, in slices; [`explore`](src/js/explore.js) runs it for people.
#[wasm_bindgen(skip_typescript)]
pub struct Exploration {
    exploration: explore::Exploration,
    numbers: [f64; 6],
}

#[wasm_bindgen]
impl Exploration {
    /// A search as it was asked for.
    #[wasm_bindgen(constructor, skip_typescript)]
    pub fn new(options: &JsValue) -> Result<Exploration, JsValue> {
        let setup = if absent(options) { Ok(ExploreSetup::default()) } else { from_js("search", options) };
        let exploration = setup.and_then(|setup: ExploreSetup| setup.exploration());
        Ok(Exploration { exploration: exploration?, numbers: [0.0; 6] })
    }

    /// Looks at up to `budget` more states.
    #[wasm_bindgen(skip_typescript)]
    pub fn run(&mut self, budget: u32) {
        self.numbers = numbers_of(self.exploration.run(budget as usize));
    }

    /// One of states, frontier, transitions, depth, bytes, and why it has ended.
    #[wasm_bindgen(skip_typescript)]
    pub fn number(&self, place: u32) -> f64 {
        number_at(&self.numbers, place)
    }

    /// What was found so far.
    #[wasm_bindgen(skip_typescript)]
    pub fn report(&self) -> Result<JsValue, JsValue> {
        let report = self.exploration.report();
        let progress = report.progress;
        let verdicts = report.verdicts.iter().map(|(property, verdict)| VerdictView {
            property: property.id,
            kind: property.kind.name(),
            sentence: property.sentence,
            verdict: verdict.name(),
            needs: property.needs.map(Fault::name),
            finding: match verdict {
                Verdict::Violated(finding) | Verdict::Happens(finding) => Some(FindingView::of(finding)),
                Verdict::Holds | Verdict::HoldsSoFar | Verdict::Never => None,
            },
        });
        let edges = self.exploration.edges().iter();
        to_js(&ReportView {
            summary: progress.to_string(),
            outcome: report.sentence(),
            bounds: BoundsView::of(self.exploration.bounds()),
            states: progress.states,
            frontier: progress.frontier,
            transitions: progress.transitions,
            depth: progress.depth,
            bytes: progress.bytes,
            ended: end_name(progress.ended),
            verdicts: verdicts.collect(),
            reached: self.exploration.reached().map(|finding| FindingView::of(&finding)),
            edges: edges.map(|&(from, to, rule)| EdgeView { from, to, rule: rule.name() }).collect(),
            rules_missed: report.rules_missed.iter().map(|rule| rule.name()).collect(),
            reasons: report.rules_missed.iter().filter_map(|rule| Some((rule.name(), unmet(*rule)?))).collect(),
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WayView {
    found: bool,
    reason: &'static str,
    summary: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timing: Option<&'static str>,
    commands: Vec<Command>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<String>,
    fault: &'static str,
    inputs: Vec<&'static str>,
    calls: Vec<&'static str>,
    states: usize,
    frontier: usize,
    transitions: u64,
    depth: u32,
    bytes: usize,
}

/// A search for the shortest way from where a simulation stands, in slices; [`reach`](src/js/explore.js) runs it.
#[wasm_bindgen(skip_typescript)]
pub struct Reach {
    reach: explore::Reach,
    from: usize,
    numbers: [f64; 6],
}

#[wasm_bindgen]
impl Reach {
    /// A search from the end of a trace, which is how a simulation comes here from its own module.
    #[wasm_bindgen(constructor, skip_typescript)]
    pub fn new(trace: &str, options: &JsValue) -> Result<Reach, JsValue> {
        let setup = from_js("search", options);
        let session = parse_trace(trace)?;
        let reach = setup.and_then(|setup: ReachSetup| explore::Reach::new(&session, &setup));
        Ok(Reach { reach: reach?, from: session.index(), numbers: [0.0; 6] })
    }

    /// Looks at up to `budget` more states.
    #[wasm_bindgen(skip_typescript)]
    pub fn run(&mut self, budget: u32) {
        self.numbers = numbers_of(self.reach.run(budget as usize));
    }

    /// As that of a search.
    #[wasm_bindgen(skip_typescript)]
    pub fn number(&self, place: u32) -> f64 {
        number_at(&self.numbers, place)
    }

    /// The way, or why there is none.
    #[wasm_bindgen(skip_typescript)]
    pub fn report(&self) -> Result<JsValue, JsValue> {
        let progress = self.reach.progress();
        let (found, reason, finding) = match self.reach.outcome() {
            Some(Outcome::Reached(finding)) => (true, "reached", Some(finding)),
            Some(Outcome::Untimed(finding)) => (false, "untimed", Some(finding)),
            Some(Outcome::Nowhere) => (false, "complete", None),
            Some(Outcome::Cut(end)) => (false, end_name(Some(*end)), None),
            None => (false, "stopped", None),
        };
        let bounds = self.reach.bounds();
        to_js(&WayView {
            found,
            reason,
            summary: self.reach.summary(),
            length: finding.filter(|_| found).map(|finding| finding.length),
            timing: finding.map(|finding| finding.timing.name()),
            commands: finding.map_or_else(Vec::new, |finding| finding.session.commands().skip(self.from).collect()),
            trace: finding.map(|finding| trace_of(&finding.session)),
            fault: self.reach.fault().name(),
            inputs: bounds.inputs.iter().map(Input::name).collect(),
            calls: bounds.inputs.calls().map(crate::model::Call::name).collect(),
            states: progress.states,
            frontier: progress.frontier,
            transitions: progress.transitions,
            depth: progress.depth,
            bytes: progress.bytes,
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CellView {
    property: &'static str,
    verdict: &'static str,
    change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ColumnView {
    changes: BTreeMap<&'static str, &'static str>,
    rules: BTreeMap<&'static str, &'static str>,
    verdicts: Vec<CellView>,
    mends: Vec<&'static str>,
    breaks: Vec<&'static str>,
    eases: Vec<&'static str>,
    worsens: Vec<&'static str>,
    states: usize,
    models_skipped: usize,
}

impl ColumnView {
    fn of(column: &Column) -> ColumnView {
        let named = |change| column.changed(change).map(|cell| cell.property.id).collect();
        let value = |policy: &Policy| Some((policy.name, column.rules.get(policy.name)?));
        let base = std::iter::once(("base", "documented"));
        ColumnView {
            changes: column.changes.iter().copied().collect(),
            rules: base.chain(Policy::ALL.iter().filter_map(value)).collect(),
            verdicts: column
                .cells
                .iter()
                .map(|cell| CellView {
                    property: cell.property.id,
                    verdict: cell.verdict(),
                    change: cell.change.name(),
                    fault: cell.shown.map(|shown| shown.fault.name()),
                    length: cell.shown.map(|shown| shown.length),
                    model: cell.shown.map(|shown| shown.model),
                })
                .collect(),
            mends: named(Change::Mends),
            breaks: named(Change::Breaks),
            eases: named(Change::Eases),
            worsens: named(Change::Worsens),
            states: column.states,
            models_skipped: column.skipped,
        }
    }
}

/// The table of properties and policies, in slices; [`exploreFixes`](src/js/explore.js) runs it.
#[wasm_bindgen(skip_typescript)]
pub struct Fixes {
    fixes: fixes::Fixes,
    numbers: [f64; 6],
}

#[wasm_bindgen]
impl Fixes {
    /// A table as it was asked for.
    #[wasm_bindgen(constructor, skip_typescript)]
    pub fn new(options: &JsValue) -> Result<Fixes, JsValue> {
        let setup = if absent(options) { Ok(FixesSetup::default()) } else { from_js("table", options) };
        let fixes = setup.and_then(|setup: FixesSetup| fixes::Fixes::new(&setup));
        Ok(Fixes { fixes: fixes?, numbers: [0.0; 6] })
    }

    /// Looks at up to `budget` more states.
    #[wasm_bindgen(skip_typescript)]
    pub fn run(&mut self, budget: u32) {
        let progress = self.fixes.run(budget as usize);
        #[expect(clippy::cast_precision_loss, reason = "a search ends long before 2^53 of anything")]
        let numbers = [
            progress.columns as f64,
            progress.columns_total as f64,
            progress.models as f64,
            progress.models_total as f64,
            progress.states as f64,
            f64::from(u8::from(progress.ended)),
        ];
        self.numbers = numbers;
    }

    /// One of columns done and in all, models of the present one done and in all, states, and whether it has ended.
    #[wasm_bindgen(skip_typescript)]
    pub fn number(&self, place: u32) -> f64 {
        number_at(&self.numbers, place)
    }

    /// The column at that place, if it is done.
    #[wasm_bindgen(skip_typescript)]
    pub fn column(&self, place: u32) -> Result<JsValue, JsValue> {
        to_js(&self.fixes.columns().get(place as usize).map(ColumnView::of))
    }
}

#[derive(Serialize)]
struct ModelView {
    name: &'static str,
    fault: &'static str,
    #[serde(flatten)]
    bounds: BoundsView,
}

/// The models that properties are judged by, mildest first.
#[wasm_bindgen(skip_typescript)]
pub fn models() -> Result<JsValue, JsValue> {
    let models = explore::models::models();
    let models = models.iter().map(|model| ModelView {
        name: model.name,
        fault: model.fault.name(),
        bounds: BoundsView::of(&model.bounds),
    });
    to_js(&models.collect::<Vec<_>>())
}
