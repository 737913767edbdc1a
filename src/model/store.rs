//! Where something is kept.

use super::words::words;

words! {
    /// Where a fact happened.
    pub enum Store {
        /// The `actions` table.
        Row = 0 "row",
        /// The `TaskAction` resource and what the executor does about it.
        Resource = 1 "resource",
        /// The event log, `action_events`.
        Events = 2 "events",
        /// The abort reconciler.
        Abort = 3 "abort",
        /// The virtual clock.
        Time = 4 "time",
        /// The cache of outputs.
        Cache = 5 "cache",
        /// The SDK in a parent's process.
        Sdk = 6 "sdk",
    }
}
