//! What Flyte's API answers, message by message: as upstream's code builds it, and as documented.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]

#[allow(dead_code, reason = "others ask what this does not")]
mod told;

use flyte_lifecycle::drive::Session;
use flyte_lifecycle::view::{ApiKind, api};
use serde_json::{Value, json};
use told::tried;

fn answer(session: &Session, kind: ApiKind, action: &str) -> Option<Value> {
    let id = session.world().find(action);
    let about = session.facts().iter().filter(|fact| fact.action.is_none_or(|about| Some(about) == id));
    api(session.world(), &about.copied().collect::<Vec<_>>(), kind, id)
}

fn session(rules: &str) -> Session {
    let commands = [
        "createRun run=r1 project=demo task.maxAttempts=3 task.timeoutMs=90000 task.maxQueuedMs=1500 \
         task.backoff.baseMs=1000 task.backoff.factor=2 task.backoff.capMs=8000",
        "plugin action=r1/a0 result.phase=Running",
        "enqueue action=r1/ok parent=r1/a0 condition.valueType=bool condition.timeoutMs=60000 condition.prompt=\"Deploy?\"",
        "createRun run=r2 project=demo",
        "plugin action=r2/a0 result.phase=PermanentFailure result.error.code=E result.error.kind=USER \
         result.error.message=no",
    ];
    tried(&format!("rules={rules}"), &commands).unwrap()
}

/// runs/service/run_service.go, `convertRunToProto` and `actionMetadataFromModel`.
#[test]
fn a_run_is_its_root_with_what_it_is() {
    for rules in ["documented", "upstream"] {
        let session = session(rules);
        let run = answer(&session, ApiKind::Run, "r1/a0").unwrap();
        assert_eq!(
            run["action"]["id"],
            json!({"run": {"project": "demo", "domain": "development", "name": "r1"}, "name": "a0"})
        );
        assert_eq!(run["action"]["metadata"]["actionType"], "ACTION_TYPE_TASK");
        assert_eq!(run["action"]["metadata"]["task"]["taskType"], "container");
        assert_eq!(run["action"]["status"]["phase"], "ACTION_PHASE_RUNNING");
        let runs = answer(&session, ApiKind::Runs, "r1/a0").unwrap();
        assert_eq!(runs["runs"].as_array().unwrap().len(), 2);
        let paused = answer(&session, ApiKind::PausedRuns, "r1/a0").unwrap();
        assert_eq!(paused["runs"].as_array().unwrap().len(), 1);
        assert_eq!(paused["runs"][0], run);
    }
}

/// `convertActionToEnrichedProto` tells the parent alone; `convertNodeUpdateToEnrichedProto` all of it.
#[test]
fn a_list_leaves_out_what_a_watch_tells() {
    for (rules, full) in [("documented", true), ("upstream", false)] {
        let session = session(rules);
        let listed = answer(&session, ApiKind::Actions, "r1/a0").unwrap();
        let condition = &listed["actions"][1]["metadata"];
        assert_eq!(condition["parent"], "a0");
        assert_eq!(condition["condition"]["type"] == json!({"simple": "BOOLEAN"}), full, "{rules}");
        assert_eq!(condition.get("actionType").is_some(), full, "{rules}");
        let watched = answer(&session, ApiKind::WatchActions, "r1/a0").unwrap();
        let [root, child] = &watched["enrichedActions"].as_array().unwrap()[..] else { panic!("{watched}") };
        assert_eq!(child["action"]["metadata"]["condition"]["name"], "ok");
        assert_eq!((root["meetsFilter"].clone(), root["childrenPhaseCounts"].clone()), (json!(true), json!({"9": 1})));
        let details = answer(&session, ApiKind::WatchRunDetails, "r1/a0").unwrap();
        assert_eq!(details["details"]["action"].get("id").is_some(), full, "{rules}");
    }
}

/// `buildActionDetails` and `fillSpec`: the details have the spec, which the command line and the console need.
#[test]
fn details_have_the_spec() {
    let session = session("upstream");
    let task = &answer(&session, ApiKind::RunDetails, "r1/a0").unwrap()["details"]["action"]["task"]["taskTemplate"]["metadata"];
    assert_eq!(task["retries"], json!({"retries": 2, "backoff": {"base": "1s", "factor": 2.0, "cap": "8s"}}));
    assert_eq!((task["timeout"].clone(), task["timeouts"].clone()), (json!("90s"), json!({"queuedTimeout": "1.500s"})));
    let condition = &answer(&session, ApiKind::ActionDetails, "r1/ok").unwrap()["details"];
    let spec = json!({"name": "ok", "type": {"simple": "BOOLEAN"}, "prompt": "Deploy?", "timeout": "60s"});
    assert_eq!((&condition["condition"], &condition["status"]["phase"]), (&spec, &json!("ACTION_PHASE_PAUSED")));
}

/// actions/service/actions_service.go, `taskActionToUpdate`: only FAILED has its error, with the code.
#[test]
fn an_update_is_what_the_sdk_hears() {
    let session = session("upstream");
    let failed = answer(&session, ApiKind::Update, "r2/a0").unwrap();
    assert_eq!(failed["actionUpdate"]["error"], json!({"code": "E", "message": "no", "kind": "KIND_USER"}));
    let signalled = tried(
        "rules=upstream",
        &[
            "createRun run=r1",
            "plugin action=r1/a0 result.phase=Running",
            "enqueue action=r1/ok parent=r1/a0 condition.valueType=int",
            "signal action=r1/ok value.int=7 by=you",
        ],
    );
    let heard = answer(&signalled.unwrap(), ApiKind::Update, "r1/ok").unwrap();
    assert_eq!(heard["actionUpdate"]["value"], json!({"scalar": {"primitive": {"integer": "7"}}}));
    let gone = tried("rules=upstream", &["createRun run=r1", "abortRun run=r1", "abortReply action=r1/a0 reply=ok"]);
    assert_eq!(answer(&gone.unwrap(), ApiKind::Update, "r1/a0"), None);
}
