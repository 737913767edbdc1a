//! What the pod plugin makes of a pod: flyteplugins/go/tasks/pluginmachinery/flytek8s/pod_helper_test.go. The model has
//! each as an outcome; here it is held to what upstream's test expects.

use flyte_lifecycle::model::{ErrorKind, PluginPhase, Rules};
use flyte_lifecycle::view::outcomes::{OutcomeStep, outcomes};

/// The last report of an outcome under upstream's rules: phase, code and who is to blame.
fn made_of(id: &str) -> (PluginPhase, &'static str, Option<ErrorKind>) {
    let outcome = outcomes(&Rules::upstream()).into_iter().find(|outcome| outcome.id == id).unwrap();
    match outcome.steps.last().unwrap() {
        OutcomeStep::Result { phase, error, .. } => (*phase, error.map_or("", |e| e.code), error.map(|e| e.kind)),
        other => panic!("{id} ends with {other:?}"),
    }
}

/// How long an outcome waits first.
fn grace_ms(id: &str) -> u64 {
    let outcome = outcomes(&Rules::upstream()).into_iter().find(|outcome| outcome.id == id).unwrap();
    let waits = outcome.steps.iter().map(|step| if let OutcomeStep::Advance { ms } = step { *ms } else { 0 });
    waits.sum()
}

const RETRYABLE: PluginPhase = PluginPhase::RetryableFailure;
const PERMANENT: PluginPhase = PluginPhase::PermanentFailure;
const USER: Option<ErrorKind> = Some(ErrorKind::User);
const SYSTEM: Option<ErrorKind> = Some(ErrorKind::System);

#[test]
fn TestDemystifyFailure() {
    assert_eq!(made_of("exit1"), (RETRYABLE, "Interrupted", SYSTEM), "unknown-error");
    assert_eq!(made_of("evicted"), (RETRYABLE, "Evicted", USER), "known-error");
    assert_eq!(made_of("exit137"), (RETRYABLE, "Interrupted", SYSTEM), "SIGKILL primary container");
    assert_eq!(made_of("nodeShutdown"), (RETRYABLE, "Interrupted", SYSTEM), "GKE node preemption");
    assert_eq!(made_of("deadlineExceeded"), (RETRYABLE, "DeadlineExceeded", USER), "known-error");
}

#[test]
fn TestDemystifyPending() {
    assert_eq!(made_of("unschedulable"), (PluginPhase::Queued, "", None), "PodNotScheduled");
    assert_eq!(made_of("containerCreating"), (PluginPhase::Initializing, "", None), "ContainerCreating");
    assert_eq!(made_of("imagePullBackOff"), (RETRYABLE, "ContainersNotReady|ImagePullBackOff", USER));
    assert_eq!(made_of("pullRateLimit"), (RETRYABLE, "ContainersNotReady|ImagePullBackOff", SYSTEM));
    assert_eq!(made_of("invalidImageName"), (PERMANENT, "ContainersNotReady|InvalidImageName", USER));
    assert_eq!(made_of("createContainerError"), (PERMANENT, "ContainersNotReady|CreateContainerError", USER));
    assert_eq!(made_of("configError"), (PERMANENT, "ContainersNotReady|CreateContainerConfigError", USER));
    assert_eq!(made_of("otherWaitingReason"), (RETRYABLE, "ContainersNotReady|RunContainerError", SYSTEM));
    for (id, ms) in [("imagePullBackOff", 180_000), ("pullRateLimit", 180_000), ("createContainerError", 180_000)] {
        assert_eq!(grace_ms(id), ms, "{id}");
    }
    assert_eq!(grace_ms("configError"), 0);
}

#[test]
fn TestDemystifyPendingTimeout() {
    assert_eq!(made_of("pendingTimeout"), (RETRYABLE, "PodPendingTimeout", SYSTEM));
}

#[test]
fn TestDemystifySuccess() {
    assert_eq!(made_of("oomDespiteSuccess"), (RETRYABLE, "OOMKilled", USER), "OOMKilled");
    assert_eq!(made_of("exit0"), (PluginPhase::Success, "", None), "success");
}

#[test]
fn TestDeterminePrimaryContainerPhase() {
    assert_eq!(made_of("running"), (PluginPhase::Running, "", None), "primary container running");
    assert_eq!(
        made_of("oomKilled"),
        (RETRYABLE, "OOMKilled", USER),
        "primary container failed with OOMKilled - SIGKILL"
    );
    assert_eq!(
        made_of("noPrimaryContainer"),
        (PERMANENT, "PrimaryContainerNotFound", USER),
        "missing primary container"
    );
}
