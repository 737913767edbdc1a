//! A pod that somebody hands in: whose fault its end is, what Flyte makes of it, and whether an attempt is consumed
//! (flyteplugins/go/tasks/plugins/k8s/pod/plugin.go, and flyteplugins/go/tasks/pluginmachinery/flytek8s/pod_helper.go,
//! `DemystifyPending`, `DemystifySuccess`, `DemystifyFailure`, `DeterminePrimaryContainerPhase`).

use crate::drive::at::{At, invalid};
use crate::drive::listed::Listed;
use crate::model::argument::{ErrorCommand, ResultCommand, TaskCommand};
use crate::model::{Command, ErrorKind, Interner, PluginPhase, Recorded, Rejection, Rules};
use crate::rules::pod::{Judged, exit_report, keeps_code};
use crate::rules::run_service::ROOT_ACTION;

/// Reasons of a pod that say that its node went away (`retryableStatusReasons`).
const INTERRUPTED: [&str; 4] = ["Shutdown", "Terminated", "NodeShutdown", "NodeAffinity"];
const OOM: &str = "OOMKilled";
/// What a registry says that is asked too often (`isRegistryRateLimited`).
const RATE_LIMITED: &str = "429 Too Many Requests";

/// What becomes of a pod whose container waits for that reason: what it is taken for, and what comes of it after a grace
/// period of three minutes, if it stays so (`classifyWaitingContainer`).
struct Wait {
    reason: &'static str,
    now: PluginPhase,
    later: Option<PluginPhase>,
    meaning: &'static str,
}

const fn wait(reason: &'static str, now: PluginPhase, later: Option<PluginPhase>, meaning: &'static str) -> Wait {
    Wait { reason, now, later, meaning }
}

const WAITS: [Wait; 8] = [
    wait("ContainerCreating", PluginPhase::Initializing, None, "its container is being created"),
    wait("PodInitializing", PluginPhase::Initializing, None, "its first containers run"),
    wait("ErrImagePull", PluginPhase::Initializing, None, "its image could not be pulled yet, and is tried again"),
    wait(
        "CreateContainerError",
        PluginPhase::Initializing,
        Some(PluginPhase::PermanentFailure),
        "its container cannot be created",
    ),
    wait(
        "CreateContainerConfigError",
        PluginPhase::PermanentFailure,
        None,
        "its configuration names what is not there",
    ),
    wait("InvalidImageName", PluginPhase::PermanentFailure, None, "its image has no valid name"),
    wait(
        "ImagePullBackOff",
        PluginPhase::Initializing,
        Some(PluginPhase::RetryableFailure),
        "its image cannot be pulled",
    ),
    wait("", PluginPhase::Queued, None, "it waits for a node"),
];

/// The most pods that are told of.
pub(super) const PODS_MAX: usize = 1_000;

/// The pods, each with the last that is told of it: a watch tells one again and again.
pub(super) fn read(listed: &[Listed<'_>]) -> Result<Vec<Pod>, Rejection> {
    let mut pods: Vec<Pod> = Vec::new();
    let mut names: Interner<String> = Interner::new();
    for listed in listed {
        let mut pod = Pod::read(&listed.at)?;
        pod.deleted |= listed.gone;
        let (number, _) = names.intern(&pod.name, || pod.name.clone());
        match pods.get_mut(number as usize) {
            Some(held) => *held = pod,
            None => pods.push(pod),
        }
    }
    Ok(pods)
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
    message: String,
    primary: Option<String>,
    deleted: bool,
    /// Why it cannot be scheduled, if it cannot.
    unschedulable: Option<String>,
    containers: Vec<Container>,
}

#[derive(Default)]
struct Container {
    name: String,
    waits: Option<(String, String)>,
    /// The end before the newest, if there is one.
    before: Option<End>,
    ended: Option<End>,
}

/// The most that is told of what a container said.
const SAID_MAX: usize = 400;

/// How a container ended: exit code, reason, and what it said.
struct End {
    code: u8,
    reason: String,
    message: String,
}

fn ended(state: Option<At<'_>>) -> Result<Option<End>, Rejection> {
    let Some(state) = state else { return Ok(None) };
    let Some(ended) = state.field("terminated")? else { return Ok(None) };
    let code = u8::try_from(ended.number_of("exitCode")?).unwrap_or(u8::MAX);
    let reason = ended.text_of("reason")?.to_owned();
    // Of what it left to be read, a report holds the beginning.
    let message = ended.text_of("message")?.trim().chars().take(SAID_MAX).collect();
    Ok(Some(End { code, reason, message }))
}

impl Pod {
    pub(super) fn read(at: &At<'_>) -> Result<Pod, Rejection> {
        let Some(metadata) = at.field("metadata")? else {
            return Err(invalid(
                &at.path,
                "this pod has no metadata; `kubectl get pod NAME -o yaml` prints all of it.",
            ));
        };
        let name = metadata.text_of("name")?.to_owned();
        if name.is_empty() {
            return Err(invalid(
                &metadata.path,
                "this pod has no name; `kubectl get pod NAME -o yaml` prints all of it.",
            ));
        }
        let of = |field: &str, name: &str| -> Result<String, Rejection> {
            let Some(fields) = metadata.field(field)? else { return Ok(String::new()) };
            Ok(fields.text_of(name)?.to_owned())
        };
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
            message: String::new(),
            unschedulable: None,
            containers: Vec::new(),
        };
        // The name has the three as well: <run>-<action>-<attempt - 1>.
        let mut parts = pod.name.rsplitn(3, '-');
        let named = parts.next().and_then(|attempt| attempt.parse::<u32>().ok()).zip(parts.next()).zip(parts.next());
        if let Some(((attempt, action), run)) = named.filter(|_| pod.run.is_empty()) {
            pod.attempt = attempt.saturating_add(1);
            (pod.run, pod.action) = (run.to_owned(), action.to_owned());
        }
        if pod.run.is_empty() || pod.action.is_empty() {
            let message =
                "this is no pod of Flyte's: it has no labels `run` and `action`, and no name `<run>-<action>-<n>`.";
            return Err(invalid(&metadata.path, message));
        }
        let Some(status) = at.field("status")? else { return Ok(pod) };
        status.text_of("phase")?.clone_into(&mut pod.phase);
        status.text_of("reason")?.clone_into(&mut pod.reason);
        pod.message = status.text_of("message")?.trim().chars().take(SAID_MAX).collect();
        for condition in status.list_of("conditions")? {
            if condition.text_of("reason")? == "Unschedulable" {
                pod.unschedulable = Some(condition.text_of("message")?.to_owned());
            }
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

    /// `<run>/<action>`
    pub(super) fn id(&self) -> String {
        format!("{}/{}", self.run, self.action)
    }

    /// What it says itself of its action: why it is as it is, and nothing of retries.
    pub(super) fn recorded(&self, rules: &Rules) -> Recorded {
        let report = self.report(rules);
        let blames = report.error.as_ref().map(|error| error.kind);
        let error = report.error.map(|error| {
            let message = error.message.trim().to_owned();
            let code = Some(error.code).filter(|code| !message.contains(code.as_str()));
            code.into_iter().chain((!message.is_empty()).then_some(message)).collect::<Vec<_>>().join(": ")
        });
        Recorded { reason: error.or(report.reason), blames, tells_spec: true, ..Recorded::default() }
    }

    /// The run that it may belong to, and its report.
    pub(super) fn commands(&self, report: &ResultCommand) -> Vec<Command> {
        let action = self.id();
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
                match self.containers.iter().filter_map(|c| c.ended.as_ref()).any(|end| end.reason.contains(OOM)) {
                    true => retried(ErrorKind::User, OOM, "Pod reported success despite being OOMKilled".to_owned()),
                    false => plain(PluginPhase::Success),
                }
            }
            "Failed" => self.failure(rules),
            "Pending" | "" => {
                let says = |reason: &str, message: &str| match (reason, message) {
                    ("", "") => None,
                    ("", message) => Some(message.to_owned()),
                    (reason, "") => Some(reason.to_owned()),
                    (reason, message) => Some(format!("[{reason}]: {message}")),
                };
                if let Some(why) = &self.unschedulable {
                    return ResultCommand { reason: says("Unschedulable", why), ..plain(PluginPhase::Queued) };
                }
                let (reason, message) = self.waits();
                match self.wait() {
                    Some(wait) if wait.now == PluginPhase::PermanentFailure => {
                        failed(wait.now, ErrorKind::User, reason, message.to_owned())
                    }
                    Some(wait) => ResultCommand { reason: says(reason, message), ..plain(wait.now) },
                    None => retried(ErrorKind::System, reason, message.to_owned()),
                }
            }
            "Running" => {
                let primary = self.primary.as_ref().and_then(|name| self.containers.iter().find(|c| c.name == *name));
                let all = !self.containers.is_empty()
                    && self.containers.iter().all(|c| c.ended.as_ref().is_some_and(|end| end.code == 0));
                match primary.and_then(|container| container.ended.as_ref()) {
                    // Where none counts more than the others, it is over when all of them are.
                    None if all && self.primary.is_none() => plain(PluginPhase::Success),
                    None => plain(PluginPhase::Running),
                    Some(end) if end.reason.contains(OOM) => {
                        retried(ErrorKind::User, &end.reason, said(&self.containers))
                    }
                    Some(end) if end.code == 0 => plain(PluginPhase::Success),
                    Some(end) => {
                        let error = exit_report(end.code, Judged::ByContainer, rules).error;
                        retried(error.map_or(ErrorKind::User, |error| error.kind), &end.reason, said(&self.containers))
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
            let Some(end) = container.before.as_ref().or(container.ended.as_ref()) else { continue };
            if end.reason.contains(OOM) {
                code = OOM;
            } else if matches!(end.code, 137 | 247) {
                code = "Interrupted";
                system |= self.primary.as_deref() == Some(container.name.as_str());
            }
        }
        if code == "UnknownError" {
            // The plain end of the only container that counts, of which the pod says no more.
            let judged = match (self.primary.is_some(), self.containers.len()) {
                (true, _) => Judged::ByPod,
                (false, 1) => Judged::ByRawPod,
                (false, _) => Judged::ByUnmarkedPod,
            };
            let plain =
                self.containers.iter().find_map(|container| container.ended.as_ref()).filter(|end| end.code > 0);
            let kind = plain.and_then(|end| exit_report(end.code, judged, rules).error).map(|error| error.kind);
            system = kind != Some(ErrorKind::User) || self.containers.len() != 1;
            if let Some(end) = plain.filter(|_| !system) {
                code = if end.reason.is_empty() { "ContainerFailed" } else { &end.reason };
            }
        }
        let told = if system && !keeps_code(rules) { "Interrupted" } else { code };
        let kind = if system { ErrorKind::System } else { ErrorKind::User };
        let said = [self.message.clone(), said(&self.containers)];
        let message = said.iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<String>>().join("; ");
        let error = ErrorCommand { code: told.to_owned(), kind, message, length: None };
        ResultCommand { error: Some(error), ..ResultCommand::of(PluginPhase::RetryableFailure) }
    }

    /// Why a container of it waits, and in which words.
    fn waits(&self) -> (&str, &str) {
        let waits = self.containers.iter().find_map(|container| container.waits.as_ref());
        waits.map_or(("", ""), |(reason, message)| (reason, message))
    }

    fn wait(&self) -> Option<&'static Wait> {
        let (reason, _) = if self.unschedulable.is_some() { ("", "") } else { self.waits() };
        WAITS.iter().find(|wait| wait.reason == reason)
    }

    /// What is to be said of it: what it did, what Flyte makes of that, whose fault it is, and what follows.
    pub(super) fn sentence(&self, report: &ResultCommand) -> String {
        let name = crate::model::shown::shown(&self.name);
        let phase = if self.phase.is_empty() { "Pending" } else { &self.phase };
        let wait = self.wait().filter(|_| phase == "Pending" && !self.deleted);
        let did = match said(&self.containers) {
            _ if self.deleted && !matches!(phase, "Succeeded" | "Failed") => {
                format!("The pod {name} is {phase}, and is being deleted.")
            }
            told if !told.is_empty() => format!("The pod {name} is {phase}: {told}."),
            _ if !self.reason.is_empty() => {
                let said = if self.message.is_empty() { String::new() } else { format!(" ({})", self.message) };
                format!("The pod {name} is {phase}, with the reason {}{said}.", self.reason)
            }
            _ => match (wait, &report.reason) {
                (Some(wait), Some(said)) => format!("The pod {name} is Pending: {} ({said}).", wait.meaning),
                (Some(wait), None) => format!("The pod {name} is Pending: {}.", wait.meaning),
                (None, _) => format!("The pod {name} is {phase}."),
            },
        };
        let made = format!("Flyte makes of it: {}", report.phase);
        let is_limited = self.waits().1.contains(RATE_LIMITED);
        match (&report.error, wait.and_then(|wait| wait.later)) {
            (None, Some(PluginPhase::PermanentFailure)) => format!(
                "{did} {made}. If it stays so for three minutes, the action fails by the user's fault, whatever retries are \
                 left."
            ),
            (None, Some(_)) if is_limited => format!(
                "{did} {made}. If it stays so for three minutes, the attempt ends by the platform's fault: the registry \
                 answers too many requests. No attempt is consumed, and the task is launched again."
            ),
            (None, Some(_)) => format!(
                "{did} {made}. If it stays so for three minutes, the attempt ends by the user's fault: an attempt is \
                 consumed, and another follows if there is one left."
            ),
            (None, None) => format!("{did} {made}. It is nobody's fault, and no attempt is consumed by it."),
            (Some(error), _) => {
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
        let end = container.before.as_ref().or(container.ended.as_ref())?;
        let reason = if end.reason.is_empty() { String::new() } else { format!(" ({})", end.reason) };
        let message = if end.message.is_empty() { String::new() } else { format!(", and said: {}", end.message) };
        Some(format!("{} ended with exit code {}{reason}{message}", container.name, end.code))
    });
    ended.collect::<Vec<_>>().join("; ")
}
