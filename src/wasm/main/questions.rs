//! Questions that need no simulation.

use super::arguments::word;
use crate::model::policy::Guard;
use crate::model::{ActionPhase, Rejection, RulesSetup};
use crate::view::{self, RuleInfo};
use crate::wasm::{absent, from_js, to_js};
use serde::Serialize;
use wasm_bindgen::prelude::*;

#[derive(Serialize)]
struct AdmissionView {
    admitted: bool,
    rule: &'static str,
    sentence: &'static str,
}

/// Whether the guard admits a change of the recorded phase. Throws INVALID_ARGUMENT for a word it does not know.
#[wasm_bindgen(unchecked_return_type = "{ admitted: boolean; rule: string; sentence: string }")]
pub fn guard(
    #[wasm_bindgen(unchecked_param_type = "ActionPhase")] from: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "ActionPhase")] to: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "GuardVariant")] variant: &JsValue,
) -> Result<JsValue, JsValue> {
    let phases: Vec<&str> = ActionPhase::ALL.iter().map(|phase| phase.name()).collect();
    let variants: Vec<&str> = Guard::ALL.iter().map(|guard| guard.name()).collect();
    let from = word("from", from, ActionPhase::parse, &phases)?;
    let to = word("to", to, ActionPhase::parse, &phases)?;
    let guard = match absent(variant) {
        true => Guard::Documented,
        false => word("variant", variant, Guard::parse, &variants)?,
    };
    let admission = crate::rules::admit(from, to, guard);
    to_js(&AdmissionView {
        admitted: admission.admitted,
        rule: admission.rule.name(),
        sentence: admission.rule.sentence(),
    })
}

/// The state diagram of a rule set. Throws INVALID_ARGUMENT for a policy or a value that does not exist.
#[wasm_bindgen(unchecked_return_type = "Diagram")]
pub fn diagram(
    #[wasm_bindgen(unchecked_optional_param_type = "RulesConfig")] rules: &JsValue,
) -> Result<JsValue, JsValue> {
    to_js(&view::diagram(&rules_of(rules)?))
}

pub(super) fn rules_of(rules: &JsValue) -> Result<crate::model::Rules, Rejection> {
    let rules = if absent(rules) { Ok(Default::default()) } else { from_js("rule set", rules) };
    rules.and_then(|setup: RulesSetup| setup.rules())
}

/// What can happen to a task in the real world, with the reports that follow: exit codes, evictions, quotas, images,
/// connectors. Throws INVALID_ARGUMENT for a policy or a value that does not exist.
#[wasm_bindgen(unchecked_return_type = "Outcome[]")]
pub fn outcomes(
    #[wasm_bindgen(unchecked_optional_param_type = "RulesConfig")] rules: &JsValue,
) -> Result<JsValue, JsValue> {
    to_js(&view::outcomes::outcomes(&rules_of(rules)?))
}

/// Every rule.
#[wasm_bindgen(unchecked_return_type = "RuleInfo[]")]
pub fn rules() -> Result<JsValue, JsValue> {
    to_js(&view::rules().as_slice() as &&[RuleInfo])
}

/// The commit of flyteorg/flyte that the `upstream` rule set follows.
#[wasm_bindgen]
pub fn upstream_commit() -> String {
    crate::model::rule::UPSTREAM_COMMIT.to_owned()
}
