//! A pod that somebody hands in: whose fault its end is, what Flyte makes of it, and whether an attempt is consumed
//! (flyteplugins/go/tasks/plugins/k8s/pod/plugin.go, and flyteplugins/go/tasks/pluginmachinery/flytek8s/pod_helper.go,
//! `DemystifyPending`, `DemystifySuccess`, `DemystifyFailure`, `DeterminePrimaryContainerPhase`).

use crate::drive::at::At;
use crate::model::argument::{ErrorCommand, ResultCommand, TaskCommand};
use crate::model::{Command, ErrorKind, PluginPhase, Rejection, Rules};
use crate::rules::pod::{Judged, exit_report, keeps_code};
use crate::rules::run_service::ROOT_ACTION;

/// Reasons of a pod that say that its node went away (`retryableStatusReasons`).
const INTERRUPTED: [&str; 4] = ["Shutdown", "Terminated", "NodeShutdown", "NodeAffinity"];
const OOM: &str = "OOMKilled";

/// Why a container waits, what comes of that, and what it means for people.
const WAITS: [(&str, PluginPhase, &str); 8] = [
    ("ContainerCreating", PluginPhase::Initializing, "its container is being created"),
    ("PodInitializing", PluginPhase::Initializing, "its first containers run"),
    ("ErrImagePull", PluginPhase::Initializing, "its image could not be pulled yet, and is tried again"),
    (
        "CreateContainerError",
        PluginPhase::PermanentFailure,
        "its container cannot be created; after three minutes the action ends",
    ),
    ("CreateContainerConfigError", PluginPhase::PermanentFailure, "its configuration names what is not there"),
    ("InvalidImageName", PluginPhase::PermanentFailure, "its image has no valid name"),
    (
        "ImagePullBackOff",
        PluginPhase::RetryableFailure,
        "its image cannot be pulled; after three minutes the attempt ends",
    ),
    ("", PluginPhase::Queued, "it waits for a node"),
];

/// The most pods that are told of.
const PODS_MAX: usize = 1_000;

fn items<'a>(at: &At<'a>) -> Result<Vec<At<'a>>, Rejection> {
    match at.value {
        serde_json::Value::Array(_) => at.list(),
        value if matches!(value.get("kind").and_then(|kind| kind.as_str()), Some("List" | "PodList")) => {
            at.list_of("items")
        }
        _ => Ok(vec![At { value: at.value, path: at.path.clone() }]),
    }
}

fn kind_is_pod(at: &At<'_>) -> bool {
    at.value.get("kind").and_then(|kind| kind.as_str()) == Some("Pod")
}

/// Whether a value is a pod, or begins with one.
pub(super) fn is_one(value: &serde_json::Value) -> bool {
    let items = items(&At { value, path: String::new() });
    items.is_ok_and(|items| items.first().is_some_and(kind_is_pod))
}

/// The pods in it.
pub(super) fn all(value: &serde_json::Value) -> Result<Vec<Pod>, Rejection> {
    let items = items(&At { value, path: String::new() })?;
    items.iter().filter(|at| kind_is_pod(at)).take(PODS_MAX).map(Pod::read).collect()
}

/// What is read of a pod.
pub(super) struct Pod {
    pub(super) place: String,
    pub(super) name: String,
    /// Of which run, action and attempt it is, as its labels say or its name.
    pub(super) run: String,
    pub(super) action: String,
    pub(super) attempt: u32,
    phase: String,
    reason: String,
    primary: Option<String>,
    deleted: bool,
    unschedulable: bool,
    containers: Vec<Container>,
}

#[derive(Default)]
struct Container {
    name: String,
    waits: Option<(String, String)>,
    /// Exit code and reason, of the end before the newest if there is one.
    before: Option<(u8, String)>,
    ended: Option<(u8, String)>,
}

fn ended(state: Option<At<'_>>) -> Result<Option<(u8, String)>, Rejection> {
    let Some(state) = state else { return Ok(None) };
    let Some(ended) = state.field("terminated")? else { return Ok(None) };
    let code = u8::try_from(ended.number_of("exitCode")?).unwrap_or(u8::MAX);
    Ok(Some((code, ended.text_of("reason")?.to_owned())))
}

impl Pod {
    pub(super) fn read(at: &At<'_>) -> Result<Pod, Rejection> {
        let metadata =
            at.field("metadata")?.unwrap_or_else(|| At { value: &serde_json::Value::Null, path: String::new() });
        let of = |field: &str, name: &str| -> Result<String, Rejection> {
            let Some(fields) =
                Some(&metadata).filter(|m| m.value.is_object()).map(|m| m.field(field)).transpose()?.flatten()
            else {
                return Ok(String::new());
            };
            Ok(fields.text_of(name)?.to_owned())
        };
        let name = if metadata.value.is_object() { metadata.text_of("name")?.to_owned() } else { String::new() };
        let mut pod = Pod {
            run: of("labels", "run")?,
            action: of("labels", "action")?,
            attempt: of("labels", "attempt")?.parse().unwrap_or(1),
            primary: Some(of("annotations", "primary_container_name")?).filter(|name| !name.is_empty()),
            deleted: metadata.value.get("deletionTimestamp").is_some(),
            place: at.path.clone(),
            name,
            phase: String::new(),
            reason: String::new(),
            unschedulable: false,
            containers: Vec::new(),
        };
        // The name has the three as well: <run>-<action>-<attempt - 1>.
        let mut parts = pod.name.rsplitn(3, '-');
        if let (Some(attempt), Some(action), Some(run), true) =
            (parts.next(), parts.next(), parts.next(), pod.run.is_empty())
        {
            pod.attempt = attempt.parse().map_or(1, |attempt: u32| attempt.saturating_add(1));
            (pod.run, pod.action) = (run.to_owned(), action.to_owned());
        }
        for part in [&mut pod.run, &mut pod.action] {
            if part.is_empty() {
                // A pod that is nobody's is taken for a run's first.
                ROOT_ACTION.clone_into(part);
            }
        }
        let Some(status) = at.field("status")? else { return Ok(pod) };
        status.text_of("phase")?.clone_into(&mut pod.phase);
        status.text_of("reason")?.clone_into(&mut pod.reason);
        for condition in status.list_of("conditions")? {
            pod.unschedulable |= condition.text_of("reason")? == "Unschedulable";
        }
        for list in ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"] {
            for container in status.list_of(list)? {
                let state = container.field("state")?;
                let waiting = state.as_ref().map(|state| state.field("waiting")).transpose()?.flatten();
                let waits = waiting.map(|waiting| {
                    Ok::<_, Rejection>((waiting.text_of("reason")?.to_owned(), waiting.text_of("message")?.to_owned()))
                });
                pod.containers.push(Container {
                    name: container.text_of("name")?.to_owned(),
                    waits: waits.transpose()?,
                    before: ended(container.field("lastState")?)?,
                    ended: ended(state)?,
                });
            }
        }
        Ok(pod)
    }

    /// The run that it may belong to, and its report.
    pub(super) fn commands(&self, report: &ResultCommand) -> Vec<Command> {
        let action = format!("{}/{}", self.run, self.action);
        let task = Some(TaskCommand { max_attempts: Some(self.attempt.saturating_add(1)), ..TaskCommand::default() });
        let mut commands = vec![Command::CreateRun {
            run: self.run.clone(),
            project: None,
            domain: None,
            task: task.clone(),
            recover: None,
        }];
        if self.action != ROOT_ACTION {
            let parent = format!("{}/{ROOT_ACTION}", self.run);
            commands.push(Command::Enqueue { action: action.clone(), parent, task, condition: None, trace: None });
        }
        commands.push(Command::Plugin { action, result: Some(report.clone()), failure: None });
        commands
    }

    /// What the plugin reports of it.
    pub(super) fn report(&self, rules: &Rules) -> ResultCommand {
        let plain = ResultCommand::of;
        let failed = |phase, kind, code: &str, message: String| ResultCommand {
            error: Some(ErrorCommand { code: code.to_owned(), kind, message, length: None }),
            ..ResultCommand::of(phase)
        };
        let retried = |kind, code: &str, message: String| failed(PluginPhase::RetryableFailure, kind, code, message);
        let over = matches!(self.phase.as_str(), "Succeeded" | "Failed");
        if self.deleted && !over {
            return retried(
                ErrorKind::System,
                "UnexpectedObjectDeletion",
                "object was deleted from outside".to_owned(),
            );
        }
        match self.phase.as_str() {
            "Succeeded" => {
                match self.containers.iter().filter_map(|c| c.ended.as_ref()).any(|(_, why)| why.contains(OOM)) {
                    true => retried(ErrorKind::User, OOM, "Pod reported success despite being OOMKilled".to_owned()),
                    false => plain(PluginPhase::Success),
                }
            }
            "Failed" => self.failure(rules),
            "Pending" | "" => {
                let waits = self.containers.iter().find_map(|c| c.waits.as_ref()).filter(|_| !self.unschedulable);
                let (reason, message) = waits.map_or(("", ""), |(reason, message)| (reason, message));
                match WAITS.iter().find(|(known, ..)| *known == reason).map(|(_, phase, _)| *phase) {
                    Some(PluginPhase::RetryableFailure) if message.contains("429 Too Many Requests") => {
                        retried(ErrorKind::System, reason, message.to_owned())
                    }
                    Some(phase @ (PluginPhase::RetryableFailure | PluginPhase::PermanentFailure)) => {
                        failed(phase, ErrorKind::User, reason, message.to_owned())
                    }
                    Some(phase) => plain(phase),
                    None => retried(ErrorKind::System, reason, message.to_owned()),
                }
            }
            "Running" => {
                let primary = self.primary.as_ref().and_then(|name| self.containers.iter().find(|c| c.name == *name));
                let all = !self.containers.is_empty()
                    && self.containers.iter().all(|c| c.ended.as_ref().is_some_and(|(code, _)| *code == 0));
                match primary.and_then(|container| container.ended.as_ref()) {
                    // Where none counts more than the others, it is over when all of them are.
                    None if all && self.primary.is_none() => plain(PluginPhase::Success),
                    None => plain(PluginPhase::Running),
                    Some((_, reason)) if reason.contains(OOM) => {
                        retried(ErrorKind::User, reason, said(&self.containers))
                    }
                    Some((0, _)) => plain(PluginPhase::Success),
                    Some((code, reason)) => {
                        let error = exit_report(*code, Judged::ByContainer, rules).error;
                        retried(error.map_or(ErrorKind::User, |error| error.kind), reason, said(&self.containers))
                    }
                }
            }
            _ => plain(PluginPhase::Undefined),
        }
    }

    fn failure(&self, rules: &Rules) -> ResultCommand {
        let mut code = if self.reason.is_empty() { "UnknownError" } else { self.reason.as_str() };
        let mut system = INTERRUPTED.contains(&code);
        for container in &self.containers {
            let Some((exit, reason)) = container.before.as_ref().or(container.ended.as_ref()) else { continue };
            if reason.contains(OOM) {
                code = OOM;
            } else if matches!(exit, 137 | 247) {
                code = "Interrupted";
                system |= self.primary.as_deref() == Some(container.name.as_str());
            }
        }
        if code == "UnknownError" {
            // The plain end of the only container that counts, of which the pod says no more.
            let judged = if self.primary.is_some() { Judged::ByPod } else { Judged::ByUnmarkedPod };
            let plain =
                self.containers.iter().find_map(|container| container.ended.as_ref()).filter(|(exit, _)| *exit > 0);
            let kind = plain.and_then(|(exit, _)| exit_report(*exit, judged, rules).error).map(|error| error.kind);
            system = kind != Some(ErrorKind::User) || self.containers.len() != 1;
            if let Some((_, reason)) = plain.filter(|_| !system) {
                code = if reason.is_empty() { "ContainerFailed" } else { reason };
            }
        }
        let told = if system && !keeps_code(rules) { "Interrupted" } else { code };
        let kind = if system { ErrorKind::System } else { ErrorKind::User };
        let error = ErrorCommand { code: told.to_owned(), kind, message: said(&self.containers), length: None };
        ResultCommand { error: Some(error), ..ResultCommand::of(PluginPhase::RetryableFailure) }
    }

    /// What is to be said of it: what it did, what Flyte makes of that, whose fault it is, and what follows.
    pub(super) fn sentence(&self, report: &ResultCommand) -> String {
        let waits =
            self.containers.iter().find_map(|container| container.waits.as_ref()).map_or("", |(reason, _)| reason);
        let name = crate::model::shown::shown(&self.name);
        let phase = if self.phase.is_empty() { "Pending" } else { &self.phase };
        let did = match said(&self.containers) {
            told if !told.is_empty() => format!("The pod {name} is {phase}: {told}."),
            _ if !self.reason.is_empty() => format!("The pod {name} is {phase}, with the reason {}.", self.reason),
            _ => match WAITS.iter().find(|(known, ..)| *known == waits).filter(|_| phase == "Pending") {
                Some((.., why)) => format!("The pod {name} is Pending: {why}."),
                None => format!("The pod {name} is {phase}."),
            },
        };
        let made = format!("Flyte makes of it: {}", report.phase);
        match &report.error {
            None => format!("{did} {made}. It is nobody's fault, and no attempt is consumed by it."),
            Some(error) => {
                let whose = if error.kind == ErrorKind::System { "the platform's" } else { "the user's" };
                let follows = match (report.phase, error.kind) {
                    (PluginPhase::PermanentFailure, _) => "the action fails, whatever retries are left",
                    (_, ErrorKind::System) => "no attempt is consumed, and the task is launched again",
                    _ => "an attempt is consumed, and another follows if there is one left",
                };
                format!("{did} {made}, {}, {}. The fault is {whose}: {follows}.", error.kind, error.code)
            }
        }
    }
}

/// How its containers ended.
fn said(containers: &[Container]) -> String {
    let ended = containers.iter().filter_map(|container| {
        let (code, reason) = container.before.as_ref().or(container.ended.as_ref())?;
        let reason = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
        Some(format!("{} ended with exit code {code}{reason}", container.name))
    });
    ended.collect::<Vec<_>>().join(", ")
}
