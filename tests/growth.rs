//! Time grows as the input does. What is counted is not time but work: the bytes that are asked of the allocator, which
//! are the same on every machine. Of an input twice as long it may be little more than twice as much. Each input is one
//! that once took the square of its length (security.md B).

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::cast_possible_wrap,
    unsafe_code,
    reason = "a test stops where what it expects fails, and an allocator that counts is unsafe to write"
)]

use flyte_lifecycle::drive::check_run::check_run;
use flyte_lifecycle::drive::parse_trace;
use flyte_lifecycle::model::{Command, RulesSetup, Setup};
use serde_json::{Value, json};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Write;

thread_local! {
    static ASKED: Cell<u64> = const { Cell::new(0) };
    static HELD: Cell<i64> = const { Cell::new(0) };
}

/// The system's allocator, which counts the bytes that this thread asks for, and those that it holds.
struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

// SAFETY: every call goes to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.set(ASKED.get() + layout.size() as u64);
        HELD.set(HELD.get() + layout.size() as i64);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        HELD.set(HELD.get() - layout.size() as i64);
        unsafe { System.dealloc(place, layout) }
    }
}

/// The bytes that some work asks for.
fn work(doing: impl FnOnce()) -> u64 {
    let before = ASKED.get();
    doing();
    ASKED.get() - before
}

/// Does the work for an input of 1, 2 and 4 parts, and has each take at most 2.5 times what half of it takes.
fn grows_as_the_input(what: &str, part: usize, mut doing: impl FnMut(usize)) {
    let counted: Vec<u64> = [1, 2, 4].map(|times| work(|| doing(part * times))).into();
    for pair in counted.windows(2) {
        assert!(pair[1] < pair[0] * 5 / 2, "{what}: {counted:?} bytes for 1, 2 and 4 times {part}");
    }
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    let mut text = "flyte-lifecycle trace 1\n".to_owned();
    (0..count).for_each(|n| writeln!(text, "{}", line(n)).unwrap());
    text
}

#[test]
fn reading_a_trace() {
    grows_as_the_input("runs", 1_000, |count| {
        parse_trace(&lines(count, |n| format!("createRun run=r{n}"))).unwrap();
    });
    grows_as_the_input("a chain", 1_000, |count| {
        let chain = |n| match n {
            0 => "createRun run=r".to_owned(),
            1 => "enqueue action=r/c1 parent=r/a0 task={}".to_owned(),
            n => format!("enqueue action=r/c{n} parent=r/c{} task={{}}", n - 1),
        };
        parse_trace(&lines(count, chain)).unwrap();
    });
    grows_as_the_input("words of one line", 5_000, |count| {
        let fields: String = (0..count).map(|n| format!(" a{n}=1")).collect();
        parse_trace(&format!("flyte-lifecycle trace 1\ncreateRun run=r{fields}")).unwrap_err();
    });
    grows_as_the_input("changes of one fix", 5_000, |count| {
        let text = format!("flyte-lifecycle trace 1\n# fix:{}", " guard=table".repeat(count));
        parse_trace(&text).unwrap();
    });
}

#[test]
fn undoing_in_a_large_world() {
    for (rules, part) in [("documented", 2_000), ("upstream", 2_000)] {
        let mut worlds = Vec::new();
        for times in [1, 2, 4] {
            let runs = lines(part * times, |n| match n {
                0 => format!("config rules={rules}"),
                n => format!("createRun run=r{n}"),
            });
            worlds.push(parse_trace(&runs).unwrap());
        }
        let mut worlds = worlds.into_iter();
        grows_as_the_input("an undo", part, |_| _ = worlds.next().unwrap().undo().unwrap());
    }
}

/// Rows of a chain in which every action was aborted, with the events of its attempt.
fn aborted_chain(count: usize) -> Value {
    let mut rows = Vec::new();
    for n in 0..count {
        let name = if n == 0 { "a0".to_owned() } else { format!("c{n}") };
        let parent = if n < 2 { "a0".to_owned() } else { format!("c{}", n - 1) };
        let time = |second: u32| format!("2026-01-01T00:00:{second:02}Z");
        rows.push(json!({
            "project": "p", "domain": "d", "run_name": "r", "name": name,
            "parent_action_name": (n > 0).then_some(parent),
            "phase": 7, "attempts": 1, "created_at": time(0), "updated_at": time(9), "ended_at": time(9),
        }));
        for (phase, at) in [(1, 0), (4, 3), (7, 9)] {
            rows.push(json!({
                "project": "p", "domain": "d", "run_name": "r", "name": name,
                "attempt": 1, "phase": phase, "version": 0, "created_at": time(at), "updated_at": time(at),
            }));
        }
    }
    Value::Array(rows)
}

#[test]
fn checking_a_record() {
    for base in ["documented", "upstream"] {
        let setup = Setup { rules: RulesSetup { base: base.to_owned(), ..RulesSetup::default() }, ..Setup::default() };
        grows_as_the_input("an aborted chain", 500, |count| {
            check_run(&aborted_chain(count), &setup).unwrap();
        });
    }
}

/// security.md D4: what is undone and done otherwise leaves nothing behind, however often; nor does going to and fro.
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
