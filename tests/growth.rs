//! What is held does not grow with what was undone. That work grows as the input does is counted in the modules as they
//! are shipped (`tests/package/growth.test.mjs`); here it is memory, byte by byte.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::cast_possible_wrap,
    unsafe_code,
    reason = "a test stops where what it expects fails, and an allocator that counts is unsafe to write"
)]

use flyte_lifecycle::drive::parse_trace;
use flyte_lifecycle::model::Command;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static HELD: Cell<i64> = const { Cell::new(0) };
}

/// The system's allocator, which counts the bytes that this thread holds.
struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

// SAFETY: every call goes to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.set(HELD.get() + layout.size() as i64);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        HELD.set(HELD.get() - layout.size() as i64);
        unsafe { System.dealloc(place, layout) }
    }
}

/// What is undone and done otherwise leaves nothing behind, however often; nor does going to and fro.
#[test]
fn a_million_dispatches_undos_and_seeks_hold_no_more_than_a_thousand() {
    let mut session = parse_trace("flyte-lifecycle trace 1\ncreateRun run=r\nadvance ms=1\nadvance ms=2").unwrap();
    let mut most = [0, 0];
    for n in 0..1_000_000_u32 {
        match n % 4 {
            0 => _ = session.dispatch(Command::AbortRun { run: "r".into(), reason: Some(format!("{n}")) }).unwrap(),
            1 => _ = session.undo().unwrap(),
            2 => session.seek((n / 4 % 3) as usize).unwrap(),
            _ => session.seek(session.len().min(3)).unwrap(),
        }
        let half = usize::from(n >= 500_000);
        most[half] = most[half].max(HELD.get());
    }
    assert!(most[1] <= most[0] && most[0] < 1 << 20, "{most:?} bytes in the first and in the second half");
}
