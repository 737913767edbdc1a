//! A refusal as the error that JavaScript catches, so that `?` hands it on.

use super::thrown;
use crate::model::Rejection;
use wasm_bindgen::prelude::*;

impl From<Rejection> for JsValue {
    fn from(rejection: Rejection) -> JsValue {
        thrown(&rejection)
    }
}
