//! What people have on the screen and hand in, and what is not read: what it is, and how to get what is needed.

use serde_json::{Map, Value};

const GET: &str = "`kubectl get taskaction NAME -o yaml` has what is needed.";

/// Words with which a text begins, and what it is then.
const BEGINS: [(&str, &str); 16] = [
    ("psql: error", "this is psql's answer that it could not connect, and no record. Ask again when it does."),
    ("curl: (", "this is curl's answer that it got nothing, and no record. Ask again when it does."),
    ("bash: ", "this is an answer of the shell, and no record: the command was not found, or could not be run."),
    ("zsh: ", "this is an answer of the shell, and no record: the command was not found, or could not be run."),
    ("<!doctype html", "this is a page of the web, and no record. `flyte get run NAME` prints one."),
    (
        "flyte-lifecycle trace",
        "this is a trace, and no record: it says itself what comes of it. `Simulation.fromTrace` and the page open it.",
    ),
    ("#v2/", "this is a link to a run, and no record. The page opens it."),
    (
        "error from server (notfound)",
        "this is kubectl's answer that there is no such resource: it was deleted, or is in another namespace. `kubectl get taskaction -A` lists those there are; the rows of `actions` outlive them.",
    ),
    (
        "error from server (forbidden)",
        "this is kubectl's answer that you may not read it. Ask for the right to get taskactions.flyte.org, or hand in what `flyte get run NAME` prints.",
    ),
    (
        "error from server",
        "this is an error that kubectl prints, and no resource. Ask again; `kubectl get taskaction NAME -o yaml` prints one.",
    ),
    (
        "error: the server doesn't have a resource type",
        "this is kubectl's answer that the cluster has no TaskActions: it is not the one in which Flyte runs. `kubectl config current-context` says which it is.",
    ),
    (
        "error:",
        "this is an error of a command, and no record. `kubectl get taskaction NAME -o yaml` or `flyte get run NAME` print one.",
    ),
    (
        "no resources found",
        "this says that there are none in that namespace. `kubectl get taskaction -A -o yaml` looks in all of them.",
    ),
    ("unable to connect to the server", "this says that kubectl reaches no cluster. Ask again when it does."),
    ("the connection to the server", "this says that kubectl reaches no cluster. Ask again when it does."),
    (
        "traceback (most recent call last)",
        "this is where a program failed, and no record of its run. `flyte get run NAME` prints that.",
    ),
];

/// What a text is, if it is known to be none that is read.
pub(super) fn what(text: &str) -> Option<String> {
    let first = text.lines().next().unwrap_or_default();
    let lower: String = first.chars().take(80).collect::<String>().to_ascii_lowercase();
    if let Some((_, what)) = BEGINS.iter().find(|(begins, _)| lower.starts_with(begins)) {
        return Some((*what).to_owned());
    }
    let has = |name: &str| text.lines().take(60).any(|line| line.trim_start().starts_with(name));
    if first.starts_with("Name:") && has("Namespace:") {
        return Some(format!("this is `kubectl describe`, which leaves out half of it; {GET}"));
    }
    if text.lines().take(5).any(|line| line.trim_start().starts_with(['┏', '╭', '┌'])) && !text.contains("run_name")
    {
        return Some(
            "this is what `flyte` prints for people to look at; `flyte -o json get action RUN` prints all of it."
                .to_owned(),
        );
    }
    let sdk = ["Run(", "Action(", "RunDetails(", "ActionDetails(", "Actions for ", "Runs for "];
    if sdk.iter().any(|begins| first.trim_start().starts_with(begins)) {
        return Some(
            "this is what the SDK shows of an object to people; `flyte -o json get action RUN` prints all of it."
                .to_owned(),
        );
    }
    let mut words = first.split_whitespace();
    let begins_by_time = words.next().is_some_and(|word| word.starts_with("20") && word.contains('-'));
    if begins_by_time
        && first.split_whitespace().take(3).any(|word| ["INFO", "WARN", "WARNING", "ERROR", "DEBUG"].contains(&word))
    {
        return Some(log());
    }
    let json = ["row_to_json", "to_json", "to_jsonb", "json_agg", "jsonb_agg"];
    if json.contains(&first.trim())
        && text.lines().nth(1).is_some_and(|line| line.starts_with("\"{") || line.starts_with("\"["))
    {
        return Some(
            "this is JSON within a table; `psql -At -c 'select row_to_json(…)'` prints the JSON alone.".to_owned(),
        );
    }
    let columns: Vec<&str> = first.split_whitespace().collect();
    let capital = |word: &&str| word.chars().all(|c| c.is_ascii_uppercase() || "-_()".contains(c));
    if columns.len() > 1 && columns.iter().all(capital) && first.contains("  ") {
        return Some(format!("this is the table that `kubectl get` prints, a word of each resource; {GET}"));
    }
    if is_klog(first) && is_mostly_klog(text) || first.contains("level=") && first.contains("msg=") {
        return Some(log());
    }
    None
}

/// Whether a text is a log, and not something that a line of one has come between.
fn is_mostly_klog(text: &str) -> bool {
    let told = text.lines().filter(|line| !line.trim().is_empty());
    let (of_log, all) = told.fold((0, 0), |(of_log, all), line| (of_log + usize::from(is_klog(line)), all + 1));
    of_log * 2 >= all
}

/// Whether a line is of the log of a program of Kubernetes.
pub(super) fn is_klog(line: &str) -> bool {
    let mut chars = line.chars();
    chars.next().is_some_and(|c| "IWEF".contains(c))
        && chars.by_ref().take(4).filter(char::is_ascii_digit).count() == 4
        && chars.next() == Some(' ')
}

fn log() -> String {
    "this is the log of a process, which tells what one of them did and not what became of the run. `flyte get run NAME` and \
     `kubectl get taskaction NAME -o yaml` tell that."
        .to_owned()
}

/// Whether an object is a run that was kept, as `Simulation.toJSON` has it.
pub(super) fn kept(fields: &Map<String, Value>) -> Option<String> {
    let is_kept = fields.contains_key("config") && fields.contains_key("commands");
    is_kept
        .then(|| "this is a run that was kept, and no record. `Simulation.fromJSON` and the page open it.".to_owned())
}

/// What an object is, if it is known to be none that is read.
pub(super) fn object(fields: &Map<String, Value>) -> Option<String> {
    let has = |name: &str| fields.contains_key(name);
    if has("code") && has("message") && fields.len() <= 3 {
        return Some("this is an error that the API answered, and no record; ask again for what it names.".to_owned());
    }
    if has("phase") && (has("attempts") || has("attempt") || has("ended_at") || has("created_at")) {
        return Some("these are rows without `run_name`, so nobody knows of which run; select project, domain, run_name and name as well.".to_owned());
    }
    ((has("level") || has("severity")) && (has("msg") || has("message"))).then(log)
}

/// Kinds of resources that people take for the right one.
pub(super) fn kind(kind: &str) -> Option<String> {
    Some(match kind {
        "CustomResourceDefinition" => {
            format!("this is the definition of a kind of resource, and none of that kind; {GET}")
        }
        "Event" | "EventList" => format!("this is an event of the cluster, a remark about a resource; {GET}"),
        "Status" => format!("this is an answer of the cluster, and no resource; {GET}"),
        "Deployment" | "ReplicaSet" | "Job" | "Node" | "ConfigMap" | "Secret" | "Namespace" | "Service" => {
            format!("this is a {kind}, of which Flyte's lifecycle knows nothing; {GET}")
        }
        _ => return None,
    })
}
