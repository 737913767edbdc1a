//! When upstream's executor looks again, and for how long it asks for a lease.

use crate::model::Rule;

/// Whether the executor looks again after its interval once this is carried out (the `RequeueAfter` of
/// `reconcileTask`). A change of the resource makes it look again anyway, so this says when it polls. In a world the plugin
/// is asked by commands.
pub const fn polls_again(decision: Rule) -> bool {
    !matches!(
        decision,
        Rule::FinalizerAdded
            | Rule::ValidationFailed
            | Rule::PluginNotFound
            | Rule::TerminalLabels
            | Rule::TerminalShortCircuit
            | Rule::NonRetryableCode
            | Rule::SystemFailureCeiling
    )
}

/// The lease asked for with a reservation, in milliseconds (`cacheReservationHeartbeat`): the requeue interval, since it
/// is extended by the next reconcile. A world does not time leases: they expire when the executor was down.
pub const fn heartbeat_ms(requeue_ms: u64) -> u64 {
    requeue_ms
}
