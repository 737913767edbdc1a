//! What a pod's end becomes (flyteplugins/go/tasks/pluginmachinery/flytek8s/pod_helper.go, `DemystifySuccess`,
//! `DemystifyFailure`), for a pod that says no more than the exit code of its container.

use crate::model::policy::ExitCode;
use crate::model::{ErrorCode, ErrorKind, ErrorState, Message, PluginPhase, Report, Rules};

/// The highest exit code that a program gives itself; those above tell that it was killed.
const BY_ITSELF: u8 = 127;

/// What the pod plugin reports of a container that ended with this code.
pub const fn exit_report(code: u8, rules: &Rules) -> Report {
    if code == 0 {
        return Report::of(PluginPhase::Success, 0);
    }
    let (word, kind) = if matches!(rules.exit_code, ExitCode::User) && code <= BY_ITSELF {
        (ErrorCode::ContainerFailed, ErrorKind::User)
    } else {
        // Without a word of the kubelet, a node that went away is as likely as a program that failed.
        (ErrorCode::Interrupted, ErrorKind::System)
    };
    let error = ErrorState { code: word, kind, message: Message::ContainerExited(code) };
    Report { error: Some(error), ..Report::of(PluginPhase::RetryableFailure, 0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// #7874: a plain exit code was taken for the platform's failure; #7899 leaves it to the user.
    #[test]
    fn an_exit_code_is_the_users_since_a_fix_and_a_kill_never_is() {
        let kind = |code, rules: &Rules| exit_report(code, rules).error.map(|error| error.kind);
        let (documented, upstream) = (Rules::documented(), Rules::upstream());
        for code in 1..=u8::MAX {
            let user = code <= 127;
            assert_eq!(kind(code, &upstream), Some(ErrorKind::System), "{code}");
            assert_eq!(kind(code, &documented) == Some(ErrorKind::User), user, "{code}");
        }
        assert_eq!(exit_report(0, &upstream), Report::of(PluginPhase::Success, 0));
    }
}
