//! The boundary in a browser. The tests themselves are in tests/wasm/mod.rs.
#![cfg(target_arch = "wasm32")]

mod wasm;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
