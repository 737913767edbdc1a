//! Many actions at once.

use super::arguments::whole_of;
use super::questions::rules_of;
use super::salvage::{address_of, discarded, salvaged};
use crate::drive::bulk;
use crate::wasm::{absent, invalid};
use wasm_bindgen::prelude::*;

/// Many task actions at once, driven through whole lives by a seeded policy with the rules of a session.
#[wasm_bindgen]
pub struct Bulk {
    /// By itself in memory, so that it can be had back from a call that was broken off.
    bulk: Box<bulk::Bulk>,
}

#[wasm_bindgen]
impl Bulk {
    /// So many actions, up to ten million.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "RulesConfig")] rules: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] count: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "number")] seed: &JsValue,
    ) -> Result<Bulk, JsValue> {
        let rules = rules_of(rules)?;
        let count = whole_of("count", count)?;
        let seed = if absent(seed) { 0 } else { whole_of("seed", seed)? };
        if count == 0 || count > 10_000_000 {
            let message = format!("`count` is a whole number from 1 to 10,000,000; {count} is not.");
            return Err(invalid(message).into());
        }
        Ok(Bulk { bulk: Box::new(bulk::Bulk::new(rules, count, seed as u64)) })
    }

    /// See `salvage.rs`.
    #[wasm_bindgen(js_name = address, skip_typescript)]
    pub fn address(&self) -> usize {
        address_of::<bulk::Bulk>(&self.bulk)
    }

    /// Whether no call has taken it; throws if one has.
    #[wasm_bindgen(js_name = isFree, skip_typescript)]
    pub fn is_free(&mut self) -> bool {
        true
    }

    /// What those who stand there were asked for leads to. See `salvage.rs`.
    #[wasm_bindgen(js_name = salvaged, skip_typescript)]
    pub fn salvaged(address: usize) -> Bulk {
        Bulk { bulk: Box::new(salvaged(address, bulk::Bulk::rebuilt)) }
    }

    /// See `salvage.rs`.
    #[wasm_bindgen(js_name = discarded, skip_typescript)]
    pub fn discarded(address: usize) {
        discarded::<bulk::Bulk>(address);
    }

    /// Makes so many reports, to the actions in turn; answers how often a recorded phase changed.
    pub fn run(&mut self, #[wasm_bindgen(unchecked_param_type = "number")] reports: &JsValue) -> Result<f64, JsValue> {
        let reports = whole_of("reports", reports)?;
        #[expect(clippy::cast_precision_loss, reason = "at most twice the reports, which fit 32 bits")]
        Ok(self.bulk.run(reports as u64) as f64)
    }

    /// How many rows there are in each recorded phase, by its number.
    pub fn counts(&self) -> js_sys::Uint32Array {
        js_sys::Uint32Array::from(self.bulk.counts().as_slice())
    }

    /// The recorded phase of each action, by its number.
    pub fn phases(&self) -> js_sys::Uint8Array {
        js_sys::Uint8Array::from(self.bulk.phases().as_slice())
    }

    /// What one action takes, in bytes.
    #[wasm_bindgen(getter, js_name = bytesPerAction)]
    pub fn bytes_per_action(&self) -> usize {
        bulk::Bulk::bytes_per_action()
    }
}
