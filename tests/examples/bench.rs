//! The native half of `npm run bench`: prints its figures as JSON for scripts/bench.mjs.
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

use flyte_lifecycle::drive::bulk::Bulk;
use flyte_lifecycle::model::Rules;
use std::time::Instant;

fn rate(count: usize, reports: u64) -> f64 {
    let mut bulk = Bulk::new(Rules::documented(), count, 7);
    bulk.run(reports / 4);
    let began = Instant::now();
    let transitions = bulk.run(reports);
    transitions as f64 / began.elapsed().as_secs_f64()
}

fn main() {
    let one = rate(1, 4_000_000);
    let million = rate(1_000_000, 4_000_000);
    println!("{{\"one\":{one},\"million\":{million},\"bytes\":{}}}", Bulk::bytes_per_action());
}
