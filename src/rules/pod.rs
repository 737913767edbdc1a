//! What a pod's end becomes (flyteplugins/go/tasks/plugins/k8s/pod/plugin.go, `DemystifyPodStatus`, and
//! flyteplugins/go/tasks/pluginmachinery/flytek8s/pod_helper.go), for a pod that says no more than the exit code of the
//! container in which the task runs.

use crate::model::policy::{ErrorCodes, ExitCode};
use crate::model::{ErrorCode, ErrorKind, ErrorState, Message, PluginPhase, Report, Rules, Spec, TextId};

/// The highest exit code that a program gives itself; those above tell that it was killed.
const BY_ITSELF: u8 = 127;

/// Who says how a task's container ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// The pod, which has failed with its only container, and names it as the one that counts (`DemystifyFailure`).
    ByPod,
    /// The pod, which has failed with its only container, and names none as the one that counts: a raw container.
    ByRawPod,
    /// The pod, which names none of its several containers as the one that counts, so that all do.
    ByUnmarkedPod,
    /// The one container that counts, while the others of its pod still run (`DeterminePrimaryContainerPhase`).
    ByContainer,
}

/// Who says how this task's container ended (`BuildResource`, which marks one container of a sidecar task, and the only
/// one of any other task but a raw container).
pub const fn judged(spec: &Spec) -> Judged {
    match (spec.task_type.0 == TextId::SIDECAR.0, spec.containers > 1) {
        (true, true) => Judged::ByContainer,
        (false, true) => Judged::ByUnmarkedPod,
        (false, false) if spec.task_type.0 == TextId::RAW_CONTAINER.0 => Judged::ByRawPod,
        (_, false) => Judged::ByPod,
    }
}

/// Whether a container that ended with this code was killed (`isTerminatedWithSigKill`).
const fn is_killed(code: u8) -> bool {
    matches!(code, 137 | 247)
}

/// Whether a failure that counts as the platform's keeps the pod's own code (`DemystifyFailure`, since #7879).
pub const fn keeps_code(rules: &Rules) -> bool {
    matches!(rules.error_code, ErrorCodes::Kept | ErrorCodes::Told)
}

/// Whether events tell the codes of errors (`toActionErrorInfo`, since #7879; `ErrorInfo` has no code before).
pub const fn tells_code(rules: &Rules) -> bool {
    matches!(rules.error_code, ErrorCodes::Told)
}

/// What the pod plugin reports of a container that ended with this code.
pub const fn exit_report(code: u8, judged: Judged, rules: &Rules) -> Report {
    if code == 0 {
        return Report::of(PluginPhase::Success, 0);
    }
    let users = matches!(rules.exit_code, ExitCode::User) && code <= BY_ITSELF;
    let (word, kind) = match judged {
        Judged::ByContainer if is_killed(code) => (ErrorCode::Error, ErrorKind::System),
        Judged::ByContainer => (ErrorCode::Error, ErrorKind::User),
        // One container that ended by itself ended by its program, whether it is marked or not (#7899).
        Judged::ByPod | Judged::ByRawPod if users => (ErrorCode::Error, ErrorKind::User),
        // Only a kill of the container that counts is taken for the platform's, and here none does.
        Judged::ByRawPod | Judged::ByUnmarkedPod if is_killed(code) => (ErrorCode::Interrupted, ErrorKind::User),
        // Without a word of the kubelet, a node that went away is as likely as a program that failed.
        Judged::ByPod | Judged::ByRawPod | Judged::ByUnmarkedPod if keeps_code(rules) && !is_killed(code) => {
            (ErrorCode::UnknownError, ErrorKind::System)
        }
        Judged::ByPod | Judged::ByRawPod | Judged::ByUnmarkedPod => (ErrorCode::Interrupted, ErrorKind::System),
    };
    let message = match judged {
        Judged::ByContainer => Message::PrimaryExited(code),
        Judged::ByPod | Judged::ByRawPod | Judged::ByUnmarkedPod => Message::ContainerExited(code),
    };
    let error = ErrorState { code: word, kind, message };
    Report { error: Some(error), ..Report::of(PluginPhase::RetryableFailure, 0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(code: u8, judged: Judged, rules: &Rules) -> Option<ErrorKind> {
        exit_report(code, judged, rules).error.map(|error| error.kind)
    }

    /// #7874: a plain exit code was taken for the platform's failure; #7899 leaves it to the user, with the reason that
    /// the container gives.
    #[test]
    fn an_exit_code_is_the_users_since_a_fix_and_a_kill_never_is() {
        let (documented, upstream) = (Rules::documented(), Rules::upstream());
        for code in 1..=u8::MAX {
            let user = code <= 127;
            assert_eq!(kind(code, Judged::ByPod, &upstream), Some(ErrorKind::System), "{code}");
            assert_eq!(kind(code, Judged::ByPod, &documented) == Some(ErrorKind::User), user, "{code}");
        }
        assert_eq!(exit_report(0, Judged::ByPod, &upstream), Report::of(PluginPhase::Success, 0));
        let code = |judged, rules| exit_report(1, judged, rules).error.map(|error| error.code);
        assert_eq!(code(Judged::ByPod, &documented), Some(ErrorCode::Error));
        assert_eq!(code(Judged::ByPod, &upstream), Some(ErrorCode::Interrupted));
    }

    /// pod_helper_test.go, `TestDemystifyFailure`, "SIGKILL non-primary container" and its unsigned twin.
    #[test]
    fn a_kill_is_the_users_where_no_container_counts() {
        let upstream = Rules::upstream();
        for (code, expected) in [
            (1, (ErrorCode::Interrupted, ErrorKind::System)),
            (143, (ErrorCode::Interrupted, ErrorKind::System)),
            (137, (ErrorCode::Interrupted, ErrorKind::User)),
            (247, (ErrorCode::Interrupted, ErrorKind::User)),
        ] {
            let error = exit_report(code, Judged::ByUnmarkedPod, &upstream).error;
            assert_eq!(error.map(|error| (error.code, error.kind)), Some(expected), "{code}");
        }
    }

    /// pod_helper_test.go, `TestDeterminePrimaryContainerPhase`: the container's own reason, and a kill is the platform's.
    #[test]
    fn a_container_that_counts_is_judged_while_others_run() {
        let upstream = Rules::upstream();
        for (code, expected) in
            [(1, ErrorKind::User), (143, ErrorKind::User), (137, ErrorKind::System), (247, ErrorKind::System)]
        {
            let error = exit_report(code, Judged::ByContainer, &upstream).error;
            assert_eq!(error.map(|error| (error.code, error.kind)), Some((ErrorCode::Error, expected)), "{code}");
        }
    }

    /// plugin.go, `BuildResource`: which container carries the annotation `primary_container_name`.
    #[test]
    fn who_judges_follows_from_the_task_type_and_the_containers() {
        for (task_type, containers, expected) in [
            (TextId::CONTAINER, 1, Judged::ByPod),
            (TextId::CONTAINER, 2, Judged::ByUnmarkedPod),
            (TextId::RAW_CONTAINER, 1, Judged::ByRawPod),
            (TextId::RAW_CONTAINER, 2, Judged::ByUnmarkedPod),
            (TextId::SIDECAR, 1, Judged::ByPod),
            (TextId::SIDECAR, 2, Judged::ByContainer),
        ] {
            let spec = Spec { containers, ..Spec::task(1, task_type) };
            assert_eq!(judged(&spec), expected, "{task_type:?} {containers}");
        }
    }
}
