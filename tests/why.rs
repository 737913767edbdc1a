//! Why an action is as it is: each code is met by a run, with what is waited for and the bug it looks like.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]

#[allow(dead_code, reason = "others ask what this does not")]
mod told;

use flyte_lifecycle::drive::Session;
use flyte_lifecycle::model::Fact;
use flyte_lifecycle::view::why::{Blame, Why, WhyCode, why};
use std::collections::BTreeSet;
use told::tried;

fn asked(session: &Session, action: &str) -> Why {
    let id = session.world().find(action).unwrap_or_else(|| panic!("{action}"));
    let about: Vec<Fact> =
        session.facts().iter().filter(|fact| fact.action.is_none_or(|about| about == id)).copied().collect();
    why(session.world(), &about, id).unwrap()
}

const ROOT: &str = "createRun run=r1";
const RUNS: &str = "plugin action=r1/a0 result.phase=Running";
const CHILD: &str = "enqueue action=r1/c parent=r1/a0 task.maxAttempts=1";
const ABORT: &str = "abortRun run=r1 reason=\"not needed\"";

/// A run under upstream's rules unless `config` says otherwise, which action is asked about, the code, and what is said.
struct Case {
    config: &'static str,
    commands: &'static [&'static str],
    action: &'static str,
    code: WhyCode,
    says: &'static [&'static str],
    incident: Option<&'static str>,
}

const fn case(
    commands: &'static [&'static str],
    action: &'static str,
    code: WhyCode,
    says: &'static [&'static str],
) -> Case {
    Case { config: "rules=upstream", commands, action, code, says, incident: None }
}

impl Case {
    const fn under(self, config: &'static str) -> Case {
        Case { config, ..self }
    }

    const fn looks_like(self, incident: &'static str) -> Case {
        Case { incident: Some(incident), ..self }
    }
}

fn cases() -> Vec<Case> {
    const FAILS: &str = "plugin action=r1/a0 result.phase=RetryableFailure result.error.code=OOMKilled \
                         result.error.kind=USER result.error.message=\"out of memory\"";
    const LOST: &str = "plugin action=r1/a0 result.phase=RetryableFailure result.error.code=NodeLost \
                        result.error.kind=SYSTEM result.error.message=\"the node is gone\"";
    const PLUGIN_DOWN: &str = "plugin action=r1/a0 failure.message=\"connection refused\"";
    const CHILD_FAILS: &str = "plugin action=r1/c result.phase=PermanentFailure result.error.code=E \
                               result.error.kind=USER result.error.message=no";
    const PAUSES: &str = "enqueue action=r1/c parent=r1/a0 condition.valueType=bool condition.timeoutMs=60000 \
                          condition.prompt=\"Deploy?\"";
    const SERIAL: &str = "createRun run=r1 task.cache.serializable=true task.cache.key=k";
    const SERIAL_TOO: &str = "createRun run=r2 task.cache.serializable=true task.cache.key=k";
    vec![
        case(
            &[ROOT, "deliver", "deliver", "deliver", "plugin action=r1/a0 result.phase=Success"],
            "r1/a0",
            WhyCode::NewsOnItsWay,
            &["r1/a0 is further in the cluster than its row, which says QUEUED: the news is on its way."],
        )
        .under("rules=upstream delivery=manual"),
        case(&[ROOT], "r1/a0", WhyCode::QueuedOnItsWay, &["about to be created"])
            .under("rules=upstream delivery=manual"),
        case(&["fault call=createResource", ROOT], "r1/a0", WhyCode::QueuedNoResource, &["nobody will create one"])
            .looks_like("S06"),
        case(&[ROOT], "r1/a0", WhyCode::QueuedFresh, &["launched nothing yet"]),
        case(
            &[ROOT, "plugin action=r1/a0 result.phase=Queued result.reason=\"Unschedulable: 0/3 nodes\""],
            "r1/a0",
            WhyCode::QueuedPlugin,
            &["waits to be scheduled", "Unschedulable: 0/3 nodes"],
        ),
        case(
            &[
                ROOT,
                "plugin action=r1/a0 result.phase=WaitingForResources \
                 result.reason=\"quota exceeded: requests.cpu\"",
                "advance ms=42000",
            ],
            "r1/a0",
            WhyCode::WaitingQuota,
            &["room in a quota", "quota exceeded: requests.cpu", "have the quota raised"],
        ),
        case(
            &[ROOT, "plugin action=r1/a0 result.phase=WaitingForResources"],
            "r1/a0",
            WhyCode::WaitingResources,
            &["waits for resources"],
        ),
        case(
            &["createRun run=r1 task.maxAttempts=3", RUNS, FAILS],
            "r1/a0",
            WhyCode::QueuedRetry,
            &["attempt 2 of 3 begins"],
        ),
        case(
            &[ROOT, RUNS, LOST, "plugin action=r1/a0 result.phase=Queued result.version=1"],
            "r1/a0",
            WhyCode::QueuedRelaunch,
            &["consumes no attempt"],
        ),
        case(
            &[ROOT, PLUGIN_DOWN],
            "r1/a0",
            WhyCode::WaitingInterval,
            &["connection refused", "interval of 10 s", "in 10 s"],
        )
        .under("requeueMs=10000"),
        case(
            &[
                "createRun run=r1 task.maxAttempts=4 task.backoff.baseMs=1000 task.backoff.factor=2 \
                 task.backoff.capMs=60000",
                RUNS,
                FAILS,
                "advance ms=1000",
                RUNS,
                FAILS,
            ],
            "r1/a0",
            WhyCode::WaitingBackoff,
            &["attempt 3 of 4 waits", "1 s × 2^1, 1 min at the most", "in 2 s"],
        )
        .under("requeueMs=10000"),
        case(&[SERIAL, RUNS, SERIAL_TOO], "r2/a0", WhyCode::WaitingCache, &["computes the same outputs", "r1-a0"]),
        case(
            &["createRun run=r1 task.cache.unidentified=true"],
            "r1/a0",
            WhyCode::WaitingSetup,
            &["tries again at each interval"],
        )
        .looks_like("N20"),
        case(
            &[ROOT, RUNS, PAUSES],
            "r1/c",
            WhyCode::WaitingSignal,
            &["signal it with a bool, asked \"Deploy?\"", "TIMED_OUT in 1 min"],
        ),
        case(&[ROOT, RUNS, PAUSES, "plugin action=r1/a0 result.phase=Success"], "r1/c", WhyCode::WaitingSignal, &[])
            .looks_like("N11"),
        case(&[ROOT, RUNS, PAUSES], "r1/a0", WhyCode::RunningPausedBelow, &["something below it waits for a signal"]),
        case(
            &[ROOT, RUNS, "fault call=createResource", CHILD],
            "r1/c",
            WhyCode::WaitingEnqueue,
            &["asks for it again in 500 ms"],
        )
        .under("rules=upstream parents=sdk"),
        case(
            &[ROOT, "plugin action=r1/a0 result.phase=Initializing"],
            "r1/a0",
            WhyCode::Initializing,
            &["being set up"],
        ),
        case(
            &[ROOT, "plugin action=r1/a0 result.phase=Initializing result.reason=ErrImagePull"],
            "r1/a0",
            WhyCode::InitializingImage,
            &["waits for its image", "ErrImagePull", "credentials"],
        ),
        case(&[ROOT, RUNS], "r1/a0", WhyCode::Running, &["r1/a0 runs"]),
        case(&[ROOT, RUNS, CHILD], "r1/a0", WhyCode::RunningChildren, &["children of it have not ended"])
            .looks_like("N2"),
        case(
            &[ROOT, RUNS, CHILD, "fault call=watchChildren reply=silent", "plugin action=r1/c result.phase=Success"],
            "r1/a0",
            WhyCode::RunningDeaf,
            &["news that will not come"],
        )
        .under("rules=upstream parents=sdk")
        .looks_like("N27"),
        case(
            &[ROOT, RUNS, CHILD, CHILD_FAILS],
            "r1/a0",
            WhyCode::RunningChildFailed,
            &["a child of it did not end well", "c did not end well"],
        ),
        case(
            &[ROOT, RUNS, "fault call=recordAction reply=rejected", CHILD],
            "r1/c",
            WhyCode::RunningUnrecorded,
            &["has no row of it"],
        )
        .looks_like("S05"),
        case(
            &[
                ROOT,
                RUNS,
                "fault call=updateActionStatus",
                "fault call=updateActionStatus",
                "plugin action=r1/a0 result.phase=Success",
            ],
            "r1/a0",
            WhyCode::EndedUntold,
            &["its row still says RUNNING", "resync in 10 h"],
        )
        .looks_like("S22"),
        case(
            &[
                ROOT,
                RUNS,
                "plugin action=r1/a0 result.phase=PermanentFailure result.error.code=E result.error.kind=USER \
                 result.error.message=long result.error.length=40000",
            ],
            "r1/a0",
            WhyCode::EndedUnstored,
            &["too long to be stored"],
        )
        .looks_like("N18"),
        case(
            &[ROOT, RUNS, "createRun run=r2", "abortRun run=r2", ABORT],
            "r1/a0",
            WhyCode::AbortingQueued,
            &["waits for one of 1 workers"],
        )
        .under("rules=upstream abort.workers=1 abort.reply=ask"),
        case(&[ROOT, RUNS, ABORT], "r1/a0", WhyCode::AbortingCalling, &["Call 1 of 10"]),
        case(
            &[ROOT, RUNS, ABORT, "abortReply action=r1/a0 reply=unavailable drawMs=700"],
            "r1/a0",
            WhyCode::AbortingBackoff,
            &["Call 1 of 10 failed", "in 700 ms", "8 min 31 s at the most"],
        ),
        case(
            &[ROOT, RUNS, ABORT, "fault call=abortPlugin", "abortReply action=r1/a0 reply=ok"],
            "r1/a0",
            WhyCode::AbortingStopping,
            &["when its plugin has cleaned up"],
        ),
        case(
            &[ROOT, RUNS, ABORT, "abortReply action=r1/a0 reply=internal"],
            "r1/a0",
            WhyCode::AbortedGoesOn,
            &["nobody stops it any more", "Delete the resource by hand"],
        )
        .under("rules=upstream abort.maxAttempts=1 abort.reply=ask")
        .looks_like("N14"),
        case(&[ROOT, RUNS, "plugin action=r1/a0 result.phase=Success"], "r1/a0", WhyCode::Succeeded, &["succeeded"]),
        case(
            &[
                "createRun run=r1 task.cache.key=k",
                RUNS,
                "plugin action=r1/a0 result.phase=Success",
                "createRun run=r2 task.cache.key=k",
            ],
            "r2/a0",
            WhyCode::SucceededCached,
            &["without running"],
        ),
        case(&["recover action=r1/a0"], "r1/a0", WhyCode::Recovered, &["it did not run"]).under("requeueMs=10000"),
        case(
            &[ROOT, RUNS, FAILS],
            "r1/a0",
            WhyCode::FailedUser,
            &["OOMKilled: out of memory", "(its only attempt), and is not tried again"],
        ),
        case(
            &["createRun run=r1 task.containers=0"],
            "r1/a0",
            WhyCode::FailedForGood,
            &["not tried again", "BadTaskSpecification"],
        ),
        case(
            &[ROOT, PLUGIN_DOWN, PLUGIN_DOWN, PLUGIN_DOWN, PLUGIN_DOWN],
            "r1/a0",
            WhyCode::FailedPlatform,
            &["more often in a row", "connection refused"],
        ),
        case(
            &["createRun run=r1 task.missing=[\"taskTemplate\"]"],
            "r1/a0",
            WhyCode::FailedInvalid,
            &["could not be started"],
        )
        .looks_like("N24"),
        case(
            &[ROOT, RUNS, CHILD, CHILD_FAILS],
            "r1/a0",
            WhyCode::FailedByChild,
            &["a child of it did not end well", "Look at the child"],
        )
        .under("rules=upstream parents=sdk"),
        case(
            &["createRun run=r1 task.deadlineMs=1000", "advance ms=1000"],
            "r1/a0",
            WhyCode::TimedOut,
            &["TaskDeadlineExceeded: action exceeded its deadline of 1s"],
        )
        .under("requeueMs=10000"),
        case(&[ROOT, RUNS, PAUSES, "advance ms=60000"], "r1/c", WhyCode::TimedOutSignal, &["Nobody signalled"]),
        case(
            &[ROOT, RUNS, ABORT, "abortReply action=r1/a0 reply=ok"],
            "r1/a0",
            WhyCode::Aborted,
            &["was aborted: not needed"],
        ),
        case(
            &[ROOT, RUNS, CHILD, ABORT, "abortReply action=r1/a0 reply=ok"],
            "r1/c",
            WhyCode::AbortedAlong,
            &["with what is above it"],
        ),
        case(
            &[
                ROOT,
                RUNS,
                CHILD,
                "plugin action=r1/c result.phase=Running",
                ABORT,
                "fault call=updateActionStatus action=r1/c",
                "abortReply action=r1/a0 reply=ok",
            ],
            "r1/c",
            WhyCode::Gone,
            &["its resource is gone"],
        )
        .looks_like("N6"),
        case(&[ROOT, "plugin action=r1/a0 result.phase=Undefined"], "r1/a0", WhyCode::Other, &["says"]),
    ]
}

#[test]
fn each_answer_is_met_and_says_what_is_waited_for() {
    let mut met = BTreeSet::new();
    for case in cases() {
        let session = tried(case.config, case.commands).unwrap_or_else(|error| panic!("{:?}: {error}", case.commands));
        let answer = asked(&session, case.action);
        let context = format!("{:?}\n{:#?}", case.commands, answer);
        assert_eq!(answer.code, case.code, "{context}");
        let said = answer.sentences.join("\n");
        for words in case.says {
            assert!(said.contains(words), "{words}\n{said}");
        }
        for sentence in &answer.sentences {
            assert!(
                sentence.ends_with(['.', '"', ']'])
                    || sentence.starts_with("It was said")
                    || answer.code == WhyCode::Aborted,
                "{sentence}"
            );
        }
        if let Some(incident) = case.incident {
            assert!(answer.incidents.contains(&incident), "{context}");
        }
        if let (Some(until), false) = (answer.until, answer.waits_for.is_none()) {
            assert!(until >= session.world().now(), "{context}");
        }
        met.insert(answer.code);
    }
    let missed: Vec<&str> = WhyCode::ALL.iter().filter(|code| !met.contains(code)).map(|code| code.name()).collect();
    assert!(missed.is_empty(), "no run has {missed:?}");
}

/// What can end an action is what the engine would do: each way that is told is a command that it takes.
#[test]
fn what_can_end_it_is_told_with_its_outcome() {
    let session =
        tried("rules=documented", &["createRun run=r1 task.maxAttempts=2 task.timeoutMs=30000", RUNS]).unwrap();
    let ends = asked(&session, "r1/a0").ends;
    let told: Vec<(&str, &str)> = ends.iter().map(|end| (end.by, end.to.name())).collect();
    let expected =
        [("attemptTimeout", "TIMED_OUT"), ("success", "SUCCEEDED"), ("failure", "QUEUED"), ("abort", "ABORTED")];
    assert_eq!(told, expected);
    let ended = tried("rules=documented", &[ROOT, RUNS, "plugin action=r1/a0 result.phase=Success"]).unwrap();
    let answer = asked(&ended, "r1/a0");
    assert!(answer.ends.is_empty() && answer.blame == Blame::Nobody);
}
