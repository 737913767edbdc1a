//! The boundary in Node. The tests themselves are in tests/wasm/mod.rs.
#![cfg(target_arch = "wasm32")]

mod wasm;

// The module imports the class of its errors, which is an ES module.
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_node_experimental);
