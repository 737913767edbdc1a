//! What happens to a task in the real world, and what its plugin makes of it: a pod's end, an image that cannot be
//! pulled, a quota, a webhook, a connector's answer. A pick list for people, each with the reports that it leads to
//! (flyteplugins/go/tasks/pluginmachinery/flytek8s/pod_helper.go, executor/pkg/plugin/k8s/plugin_manager.go and
//! flyteplugins/go/tasks/plugins/webapi/connector/plugin.go).

use super::event::SourceView;
use crate::model::words::words;
use crate::model::{ErrorKind, PluginPhase, Rules};
use crate::rules::pod::{Judged, exit_report, keeps_code};
use serde::Serialize;

const POD: &str = "flyteplugins/go/tasks/pluginmachinery/flytek8s/pod_helper.go";
const MANAGER: &str = "executor/pkg/plugin/k8s/plugin_manager.go";
const PLUGIN: &str = "flyteplugins/go/tasks/plugins/k8s/pod/plugin.go";
const CONNECTOR: &str = "flyteplugins/go/tasks/plugins/webapi/connector/plugin.go";
const LAUNCHER: &str = "flyteplugins/go/tasks/pluginmachinery/internal/webapi/launcher.go";
const MONITOR: &str = "flyteplugins/go/tasks/pluginmachinery/internal/webapi/monitor.go";
const CONTROLLER: &str = "executor/pkg/controller/taskaction_controller.go";

/// The error of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OutcomeError {
    /// A short word for programs.
    pub code: &'static str,
    /// Who is to blame.
    pub kind: ErrorKind,
    /// What happened.
    pub message: &'static str,
    /// How many characters the whole message has, if that is its beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
}

/// One thing that follows: the plugin reports, Handle fails, or time passes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum OutcomeStep {
    /// A report, as in a `plugin` command.
    Result {
        /// The phase.
        phase: PluginPhase,
        /// Its version.
        #[serde(skip_serializing_if = "Option::is_none")]
        version: Option<u32>,
        /// Why, in words.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'static str>,
        /// The error of a failure.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<OutcomeError>,
    },
    /// A Go error, as in a `plugin` command.
    Failure {
        /// The code in its chain of causes.
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<&'static str>,
        /// Its text.
        message: &'static str,
    },
    /// Time that passes first, as in an `advance` command.
    Advance {
        /// So many milliseconds.
        ms: u64,
    },
}

words! {
    /// What runs for a task.
    pub enum HappensTo {
        /// A pod.
        Pod = 0 "pod",
        /// A job elsewhere, which a connector asks about.
        Connector = 1 "connector",
    }
}

/// Something that happens to a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// A short name, for programs and links.
    pub id: &'static str,
    /// What happens, as people call it.
    pub title: &'static str,
    /// What the plugin makes of it.
    pub sentence: &'static str,
    /// To what it happens.
    pub happens_to: HappensTo,
    /// Where upstream decides that.
    pub source: SourceView,
    /// What follows, in order.
    pub steps: Vec<OutcomeStep>,
}

const fn report(phase: PluginPhase, reason: &'static str) -> OutcomeStep {
    OutcomeStep::Result { phase, version: None, reason: Some(reason), error: None }
}

const fn failed(phase: PluginPhase, code: &'static str, kind: ErrorKind, message: &'static str) -> OutcomeStep {
    let error = OutcomeError { code, kind, message, length: None };
    OutcomeStep::Result { phase, version: None, reason: None, error: Some(error) }
}

const fn failed_at_length(code: &'static str, message: &'static str, length: u32) -> OutcomeStep {
    let error = OutcomeError { code, kind: User, message, length: Some(length) };
    OutcomeStep::Result { phase: RetryableFailure, version: None, reason: None, error: Some(error) }
}

use ErrorKind::{System, User};
use PluginPhase::{
    Initializing, PermanentFailure, Queued, RetryableFailure, Running, Success, Undefined, WaitingForResources,
};

const NODE_SHUTDOWN: &str = "Pod was terminated in response to imminent node shutdown";

type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static [OutcomeStep]);

const OUTCOMES: &[Row] = &[
    (
        "submitted",
        "Pod created",
        "The pod is there, or was there already: the task is Queued.",
        MANAGER,
        "launchResource",
        &[report(Queued, "task submitted to K8s")],
    ),
    (
        "unschedulable",
        "No node fits",
        "A pod that cannot be scheduled is Queued, not waiting for resources.",
        POD,
        "DemystifyPending",
        &[report(Queued, "Unschedulable:0/3 nodes are available")],
    ),
    (
        "containerCreating",
        "Image is pulled",
        "While containers are created the task is Initializing.",
        POD,
        "DemystifyPending",
        &[report(Initializing, "[ContainersNotReady|ContainerCreating]: containers with unready status: [main]|")],
    ),
    (
        "running",
        "Container runs",
        "The primary container runs, so the task is Running.",
        PLUGIN,
        "GetTaskPhase",
        &[OutcomeStep::Result { phase: Running, version: Some(1), reason: None, error: None }],
    ),
    (
        "exit0",
        "Exit code 0",
        "The container ends well and left no error file.",
        POD,
        "DemystifySuccess",
        &[OutcomeStep::Result { phase: Success, version: None, reason: None, error: None }],
    ),
    (
        "userException",
        "Python exception",
        "The error file says recoverable, with the exception's name as code.",
        MANAGER,
        "checkResourcePhase",
        &[failed(RetryableFailure, "ValueError", User, "ValueError: bad input")],
    ),
    (
        "longException",
        "Exception with a very long text",
        "Its text is more than a condition's message can hold, which matters once the failure is final.",
        MANAGER,
        "checkResourcePhase",
        &[failed_at_length("ValueError", "ValueError: no such key in {'0': …", 51_200)],
    ),
    (
        "nonRecoverable",
        "NonRecoverableError",
        "The error file says that no retry will help.",
        MANAGER,
        "checkResourcePhase",
        &[failed(PermanentFailure, "NonRecoverableError", User, "NonRecoverableError: bad configuration")],
    ),
    (
        "oomKilled",
        "OOMKilled",
        "Running out of memory is the user's failure: an attempt is consumed.",
        POD,
        "DeterminePrimaryContainerPhase",
        &[failed(RetryableFailure, "OOMKilled", User, "[main] terminated with exit code (137). Reason [OOMKilled].")],
    ),
    (
        "oomDespiteSuccess",
        "OOMKilled, pod succeeded",
        "A pod that reports success although one of its containers ran out of memory has failed by the user's fault.",
        POD,
        "DemystifySuccess",
        &[failed(RetryableFailure, "OOMKilled", User, "Pod reported success despite being OOMKilled")],
    ),
    (
        "exit137",
        "Exit code 137",
        "A kill from outside is the platform's failure.",
        POD,
        "DemystifyFailure",
        &[failed(RetryableFailure, "Interrupted", System, "[main] terminated with exit code (137). Reason [Error].")],
    ),
    (
        "evicted",
        "Evicted",
        "An eviction carries the pod's own reason, and counts as the user's failure.",
        POD,
        "DemystifyFailure",
        &[failed(RetryableFailure, "Evicted", User, "The node was low on resource: memory")],
    ),
    (
        "nodeShutdown",
        "Node shuts down",
        "A node that goes away is the platform's failure.",
        POD,
        "DemystifyFailure",
        &[failed(RetryableFailure, "Interrupted", System, NODE_SHUTDOWN)],
    ),
    (
        "evictedKilled",
        "Evicted, and killed",
        "If the primary container was killed as well, an eviction is the platform's failure.",
        POD,
        "DemystifyFailure",
        &[failed(RetryableFailure, "Interrupted", System, "The node was low on resource: memory")],
    ),
    (
        "connectorUnreachable",
        "Connector unreachable",
        "A cache of the connector's jobs that gives up on one fails the task at once.",
        MONITOR,
        "monitor",
        &[failed(PermanentFailure, "CacheFailed", User, "failed to sync the job: connection refused")],
    ),
    (
        "deadlineExceeded",
        "activeDeadlineSeconds",
        "The deadline of a pod template is the user's failure.",
        POD,
        "DemystifyFailure",
        &[failed(RetryableFailure, "DeadlineExceeded", User, "Pod was active longer than the specified deadline")],
    ),
    (
        "imagePullBackOff",
        "ImagePullBackOff for 3 min",
        "The grace period passes, then the attempt fails by the user's fault.",
        POD,
        "DemystifyPending",
        &[
            report(Initializing, "[ContainersNotReady|ErrImagePull]: containers with unready status: [main]|not found"),
            OutcomeStep::Advance { ms: 180_000 },
            failed(
                RetryableFailure,
                "ContainersNotReady|ImagePullBackOff",
                User,
                "Grace period [3m0s] exceeded|containers with unready status: [main]|Back-off pulling image",
            ),
        ],
    ),
    (
        "pullRateLimit",
        "Registry answers 429",
        "A rate limit of the registry that outlasts the grace period is the platform's failure.",
        POD,
        "DemystifyPending",
        &[
            report(
                Initializing,
                "[ContainersNotReady|ErrImagePull]: containers with unready status: [main]|toomanyrequests",
            ),
            OutcomeStep::Advance { ms: 180_000 },
            failed(
                RetryableFailure,
                "ContainersNotReady|ImagePullBackOff",
                System,
                "Grace period [3m0s] exceeded|containers with unready status: [main]|429 Too Many Requests",
            ),
        ],
    ),
    (
        "invalidImageName",
        "InvalidImageName",
        "A name that cannot be pulled will never be: the task fails at once.",
        POD,
        "DemystifyPending",
        &[failed(
            PermanentFailure,
            "ContainersNotReady|InvalidImageName",
            User,
            "containers with unready status: [main]|couldn't parse image reference",
        )],
    ),
    (
        "configError",
        "CreateContainerConfigError",
        "A missing secret or config map fails the task at once.",
        POD,
        "DemystifyPending",
        &[failed(
            PermanentFailure,
            "ContainersNotReady|CreateContainerConfigError",
            User,
            "Grace period [0s] exceeded|containers with unready status: [main]|secret \"db\" not found",
        )],
    ),
    (
        "createContainerError",
        "CreateContainerError for 3 min",
        "The grace period passes, in case the trouble passes too; then the task fails.",
        POD,
        "DemystifyPending",
        &[
            report(Initializing, "[ContainersNotReady|CreateContainerError]: containers with unready status: [main]|"),
            OutcomeStep::Advance { ms: 180_000 },
            failed(
                PermanentFailure,
                "ContainersNotReady|CreateContainerError",
                User,
                "Grace period [3m0s] exceeded|containers with unready status: [main]|no command specified",
            ),
        ],
    ),
    (
        "otherWaitingReason",
        "Waits for another reason",
        "A container that waits for a reason nobody listed is the platform's failure at once.",
        POD,
        "DemystifyPending",
        &[failed(
            RetryableFailure,
            "ContainersNotReady|RunContainerError",
            System,
            "containers with unready status: [main]|failed to start container",
        )],
    ),
    (
        "pendingTimeout",
        "Pending for too long",
        "Where the executor bounds the time a pod may be pending (off unless configured), it is the platform's failure.",
        POD,
        "DemystifyPending",
        &[
            report(Queued, "Unschedulable:0/3 nodes are available"),
            OutcomeStep::Advance { ms: 600_000 },
            failed(RetryableFailure, "PodPendingTimeout", System, "Unschedulable:0/3 nodes are available"),
        ],
    ),
    (
        "noPrimaryContainer",
        "Primary container missing",
        "A pod without the container that the task runs in fails the task at once.",
        POD,
        "DeterminePrimaryContainerPhase",
        &[failed(
            PermanentFailure,
            "PrimaryContainerNotFound",
            User,
            "Primary container [main] not found in pod's container statuses",
        )],
    ),
    (
        "quotaExceeded",
        "Quota exceeded",
        "Forbidden is the user's failure, and the next attempt comes at once: all retries can be gone in a moment.",
        MANAGER,
        "launchResource",
        &[failed(RetryableFailure, "RuntimeFailure", User, "pods is forbidden: exceeded quota")],
    ),
    (
        "webhookRejects",
        "Webhook rejects the pod",
        "A bad request will be one again: the task fails at once.",
        MANAGER,
        "launchResource",
        &[failed(PermanentFailure, "BadRequest", User, "admission webhook denied the request")],
    ),
    (
        "invalidResource",
        "Pod is invalid",
        "An object that the API server finds invalid will be so again: the task fails at once.",
        MANAGER,
        "launchResource",
        &[failed(PermanentFailure, "InvalidResource", User, "Pod \"r1-a0-0\" is invalid: metadata.name: too long")],
    ),
    (
        "tooLarge",
        "Pod too large",
        "An object that the store cannot hold fails the task at once.",
        MANAGER,
        "launchResource",
        &[failed(PermanentFailure, "EntityTooLarge", User, "Request entity too large")],
    ),
    (
        "deletedExternally",
        "Pod gone",
        "Somebody deleted the pod: the platform's failure, and it is launched again.",
        MANAGER,
        "checkResourcePhase",
        &[failed(RetryableFailure, "ResourceDeletedExternally", System, "resource not found, name [flyte/r1-a0-0].")],
    ),
    (
        "deletedGracefully",
        "kubectl delete pod",
        "A pod that terminates counts as gone while it is still there; launching again finds the same pod.",
        MANAGER,
        "checkResourcePhase",
        &[failed(
            RetryableFailure,
            "UnexpectedObjectDeletion",
            System,
            "object terminated unexpectedly in the background",
        )],
    ),
    (
        "podUnknown",
        "Node lost",
        "Nobody knows the pod's phase: the event says UNSPECIFIED, and no condition changes.",
        PLUGIN,
        "GetTaskPhase",
        &[OutcomeStep::Result { phase: Undefined, version: None, reason: None, error: None }],
    ),
    (
        "badTaskDefinition",
        "Pod cannot be named",
        "If not even the object to look for can be made, the task fails at once.",
        MANAGER,
        "Handle",
        &[failed(PermanentFailure, "BadTaskDefinition", User, "Failed to build resource, caused by: no such plugin")],
    ),
    (
        "corruptedState",
        "Plugin state unreadable",
        "What the plugin stored is of another version: the task fails by the platform's fault.",
        MANAGER,
        "Handle",
        &[failed(
            PermanentFailure,
            "CorruptedPluginState",
            System,
            "plugin state version mismatch expected [1] got [0]",
        )],
    ),
    (
        "apiServerDown",
        "API server down",
        "A Go error of Handle is a system failure.",
        CONTROLLER,
        "recordSystemError",
        &[OutcomeStep::Failure { code: None, message: "the server is currently unable to handle the request" }],
    ),
    (
        "badSpecification",
        "Pod cannot be built",
        "A Go error with this code fails the task at once.",
        CONTROLLER,
        "recordSystemError",
        &[OutcomeStep::Failure { code: Some("BadTaskSpecification"), message: "invalid resource quantity" }],
    ),
    (
        "connectorSubmitted",
        "Connector: job submitted",
        "Until the connector is asked for the first time, the task is Queued.",
        MONITOR,
        "monitor",
        &[OutcomeStep::Result { phase: Queued, version: Some(2), reason: Some("job submitted"), error: None }],
    ),
    (
        "connectorRuns",
        "Connector: running",
        "The job runs, so the task is Running.",
        CONNECTOR,
        "Status",
        &[OutcomeStep::Result { phase: Running, version: None, reason: None, error: None }],
    ),
    (
        "connectorWaits",
        "Connector: waiting for resources",
        "A connector is the one that can say so.",
        CONNECTOR,
        "Status",
        &[report(WaitingForResources, "waiting for resources")],
    ),
    (
        "connectorFailed",
        "Connector: failed",
        "A connector's failure is final.",
        CONNECTOR,
        "Status",
        &[failed(PermanentFailure, "TaskFailedWithError", User, "failed to run the job: exit status 1")],
    ),
    (
        "connectorAborted",
        "Connector: aborted",
        "A job that was aborted elsewhere has failed for good.",
        CONNECTOR,
        "Status",
        &[failed(PermanentFailure, "TaskFailedWithError", User, "failed to run the job with aborted phase.")],
    ),
    (
        "connectorRetryable",
        "Connector: retryable failure",
        "An attempt is consumed.",
        CONNECTOR,
        "Status",
        &[failed(RetryableFailure, "TaskFailedWithError", User, "failed to run the job: preempted")],
    ),
    (
        "connectorCreateFails",
        "Connector refuses the job",
        "A job that cannot be created consumes an attempt.",
        LAUNCHER,
        "launch",
        &[failed(RetryableFailure, "TaskFailedWithError", User, "failed to create the job")],
    ),
    (
        "connectorUnknown",
        "Connector: unknown phase",
        "A phase that the plugin does not know is a Go error.",
        CONNECTOR,
        "Status",
        &[OutcomeStep::Failure { code: None, message: "unknown execution phase" }],
    ),
];

/// A plain exit code of the only container of a pod, which gives no reason of its own.
fn exit_code(rules: &Rules) -> Outcome {
    let error = exit_report(1, Judged::ByPod, rules).error;
    let (code, kind) = error.map_or(("", User), |error| (error.code.word().unwrap_or_default(), error.kind));
    let sentence = if kind == System {
        "Any pod that failed without a reason counts as the platform's failure: it is launched again, for ever."
    } else {
        "The user's code failed: an attempt is consumed."
    };
    let message =
        "Pod failed. No message received from kubernetes. [main] terminated with exit code (1). Reason [Error].";
    let step = failed(RetryableFailure, code, kind, message);
    let source = SourceView { file: POD, function: "DemystifyFailure" };
    let happens_to = HappensTo::Pod;
    Outcome { id: "exit1", title: "Exit code 1", sentence, happens_to, source, steps: vec![step] }
}

/// What can happen to a task, under these rules.
pub fn outcomes(rules: &Rules) -> Vec<Outcome> {
    let fixed = OUTCOMES.iter().map(|&(id, title, sentence, file, function, steps)| Outcome {
        id,
        title,
        sentence,
        happens_to: match file {
            CONNECTOR | LAUNCHER | MONITOR => HappensTo::Connector,
            _ => HappensTo::Pod,
        },
        source: SourceView { file, function },
        steps: steps.to_vec(),
    });
    let mut all: Vec<Outcome> = fixed.collect();
    if keeps_code(rules)
        && let Some(outcome) = all.iter_mut().find(|outcome| outcome.id == "nodeShutdown")
    {
        outcome.steps = vec![failed(RetryableFailure, "Shutdown", System, NODE_SHUTDOWN)];
    }
    let place = all.iter().position(|outcome| outcome.id == "userException").unwrap_or(all.len());
    all.insert(place, exit_code(rules));
    all
}

#[cfg(test)]
mod tests {
    use super::super::text::message;
    use super::*;
    use crate::model::Texts;
    use crate::model::policy::{ErrorCodes, ExitCode};

    #[test]
    fn outcomes_have_names_of_their_own_and_the_exit_code_follows_its_policy() {
        let all = outcomes(&Rules::upstream());
        for (place, outcome) in all.iter().enumerate() {
            assert!(all.iter().skip(place + 1).all(|other| other.id != outcome.id), "{}", outcome.id);
            assert!(!outcome.steps.is_empty() && outcome.sentence.ends_with('.'), "{}", outcome.id);
        }
        let kind = |rules: &Rules| match outcomes(rules).iter().find(|outcome| outcome.id == "exit1")?.steps.first()? {
            OutcomeStep::Result { error, .. } => error.map(|error| error.kind),
            OutcomeStep::Failure { .. } | OutcomeStep::Advance { .. } => None,
        };
        assert_eq!((kind(&Rules::documented()), kind(&Rules::upstream())), (Some(User), Some(System)));
    }

    /// Under each mix of the two policies about it, as `exit` has it.
    #[test]
    fn an_exit_code_says_what_the_pods_end_is_reported_as() {
        let texts = Texts::default();
        for exit_code in [ExitCode::User, ExitCode::System] {
            for error_code in [ErrorCodes::Kept, ErrorCodes::Interrupted, ErrorCodes::Told] {
                let rules = Rules { exit_code, error_code, ..Rules::documented() };
                let told = exit_report(1, Judged::ByPod, &rules).error.expect("it failed");
                let code = told.code.word().expect("a word of upstream's");
                let all = outcomes(&rules);
                let exit = all.iter().find(|outcome| outcome.id == "exit1").expect("an exit code");
                let [OutcomeStep::Result { error: Some(shown), .. }] = exit.steps[..] else { panic!("{exit:?}") };
                let said = message(&texts, told.message);
                assert_eq!((shown.code, shown.kind, shown.message), (code, told.kind, said.as_str()));
            }
        }
    }
}
