//! The boundary of the explorer. It is compiled into a module of its own (the feature `explore`), which is fetched when
//! somebody explores: it would make the one that everybody loads a quarter larger.

use super::{absent, from_js, thrown, to_js, trace_of};
use crate::drive::explore::setup::ExploreSetup;
use crate::drive::explore::{self, End, Finding, Input, Verdict};
use crate::drive::properties::Fault;
use crate::model::{ActionPhase, Call, Command};
use serde::Serialize;
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
struct ReportView {
    summary: String,
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
}

const fn end_name(end: Option<End>) -> &'static str {
    match end {
        None => "stopped",
        Some(End::Complete) => "complete",
        Some(End::Reached) => "reached",
        Some(End::States) => "states",
        Some(End::Bytes) => "bytes",
    }
}

/// An exhaustive search, in slices; [`explore`](src/js/explore.js) runs it for people.
#[wasm_bindgen(skip_typescript)]
pub struct Exploration {
    exploration: explore::Exploration,
}

#[wasm_bindgen]
impl Exploration {
    /// A search as it was asked for.
    #[wasm_bindgen(constructor, skip_typescript)]
    pub fn new(options: &JsValue) -> Result<Exploration, JsValue> {
        let setup = if absent(options) { Ok(ExploreSetup::default()) } else { from_js("search", options) };
        let exploration = setup.and_then(|setup: ExploreSetup| setup.exploration());
        exploration.map(|exploration| Exploration { exploration }).map_err(|rejection| thrown(&rejection))
    }

    /// Looks at up to `budget` more states; answers states, frontier, transitions, depth, bytes, and why it has ended.
    #[wasm_bindgen(skip_typescript)]
    pub fn run(&mut self, budget: u32) -> js_sys::Float64Array {
        let progress = self.exploration.run(budget as usize);
        let ended = match progress.ended {
            None => 0,
            Some(End::Complete) => 1,
            Some(End::Reached) => 2,
            Some(End::States) => 3,
            Some(End::Bytes) => 4,
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
        js_sys::Float64Array::from(numbers.as_slice())
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
            verdict: match verdict {
                Verdict::Holds => "holds",
                Verdict::HoldsSoFar => "holdsSoFar",
                Verdict::Violated(_) => "violated",
                Verdict::Happens(_) => "happens",
                Verdict::Never => "never",
            },
            needs: property.needs.map(Fault::name),
            finding: match verdict {
                Verdict::Violated(finding) | Verdict::Happens(finding) => Some(FindingView::of(finding)),
                Verdict::Holds | Verdict::HoldsSoFar | Verdict::Never => None,
            },
        });
        let edges = self.exploration.edges().iter();
        to_js(&ReportView {
            summary: progress.to_string(),
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
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ModelView {
    name: &'static str,
    fault: &'static str,
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

/// The models that properties are judged by, mildest first.
#[wasm_bindgen(skip_typescript)]
pub fn models() -> Result<JsValue, JsValue> {
    let models = explore::models::models();
    let models = models.iter().map(|model| {
        let bounds = &model.bounds;
        ModelView {
            name: model.name,
            fault: model.fault.name(),
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
    });
    to_js(&models.collect::<Vec<_>>())
}
