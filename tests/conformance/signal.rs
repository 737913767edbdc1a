//! Signals: code and text of the answer, how often the status was written, and what is stored afterwards. The API
//! server answers as scripted; each try asks the rules anew, as upstream does on a fresh copy.

use super::case::{Case, Stop, at, get, list, maybe_text, only, text};
use super::left_out::LeftOut;
use super::resource::{Answers, Resource, object_name, signal_value, type_name, value_name};
use flyte_lifecycle::model::{
    Code, Condition, ConditionStatus, ConditionType, Message, Reason, Rule, Rules, Signal, Texts, Time,
};
use flyte_lifecycle::rules::requests::{signal, value_type};
use flyte_lifecycle::rules::stamps::stored;
use serde_json::{Value, json};

/// When signals are sent, as the header says.
const SENT_AT: Time = Time(1_767_225_601_500);
/// Tries of a status update that conflicts (`retry.DefaultRetry`).
const TRIES: usize = 5;

/// What came of a signal.
struct Answer {
    /// `ok`, a code, or nothing where upstream leaves it to the service above, which makes it INTERNAL.
    code: Value,
    /// The text, as far as a rule has it.
    text: Option<String>,
    tries: usize,
    stored: Value,
}

/// One signal on its way.
struct Sending<'a> {
    value: &'a str,
    by: &'a str,
    answers: Answers,
    race: Option<&'a str>,
}

/// Replays one cell of the grid.
pub fn replay_grid(file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    let name = at(recorded, 0);
    let found = list(file, "signal_crs")?.iter().find(|cr| get(cr, "name") == name);
    let cr = found.ok_or_else(|| Stop::Unreadable(format!("there is no resource {name}")))?;
    let value = at(recorded, 1).as_str().ok_or_else(|| Stop::Unreadable("a cell names no value".to_owned()))?;
    let sending = Sending { value, by: "bob", answers: Answers::read(recorded, "none")?, race: None };
    let answer = send(cr, sending)?;
    check(&answer, [at(recorded, 2), at(recorded, 3), at(recorded, 4), at(recorded, 5)], case);
    Ok(())
}

/// Replays one directed case.
pub fn replay_case(_file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    only(recorded, "the case", &["name", "input", "code", "text", "tries", "stored"])?;
    let input = get(recorded, "input");
    only(input, "input", &["cr", "value", "by", "status_update", "race"])?;
    let sending = Sending {
        value: text(input, "value")?,
        by: text(input, "by")?,
        answers: Answers::read(input, "status_update")?,
        race: maybe_text(input, "race")?,
    };
    let answer = send(get(input, "cr"), sending)?;
    check(&answer, ["code", "text", "tries", "stored"].map(|key| get(recorded, key)), case);
    Ok(())
}

fn check(answer: &Answer, want: [&Value; 4], case: &mut Case) {
    let [code, text, tries, stored] = want;
    case.check("code", &answer.code, code);
    match &answer.text {
        Some(got) => case.check("text", &json!(got), text),
        None if text.is_null() => {}
        None if answer.code.is_null() => case.leave_out(LeftOut::ErrorText),
        None => case.fail("text", &format!("got none, want {text}")),
    }
    case.check("tries", &json!(answer.tries), tries);
    case.check("stored", &answer.stored, stored);
}

/// Sends a signal: on each try the rules decide on a fresh copy, and what they let through is written.
fn send(cr: &Value, mut sending: Sending) -> Result<Answer, Stop> {
    let rules = Rules::upstream();
    let mut texts = Texts::default();
    let mut object = Resource::read(cr, &mut texts)?;
    let (value, by) = (signal_value(sending.value, &mut texts), texts.intern(sending.by));
    let signal_sent = Signal { value, by };
    let mut stored_at = None;
    let mut tries = 0;
    let (mut code, mut words) = (Value::Null, None);
    while tries < TRIES {
        let missing = Resource::read(&json!({"action_type": "condition"}), &mut texts)?;
        let spec = object.as_ref().or(missing.as_ref()).map(|held| held.spec);
        let Some(spec) = spec else { break };
        match signal(&spec, object.as_ref().map(|held| &held.cr), &signal_sent, &rules) {
            Err((refused, rule)) => {
                code = if refused == Code::Internal { Value::Null } else { json!(refused.name().to_lowercase()) };
                words = Some(refusal(rule, sending.value, object.as_ref(), &mut texts));
                break;
            }
            Ok(Rule::SignalStored) => {}
            Ok(_) => {
                code = json!("ok");
                break;
            }
        }
        tries += 1;
        let raced = sending.race.take();
        if let Some(race) = raced {
            overtake(race, &mut object, &mut texts);
        }
        match (raced, sending.answers.next().as_str()) {
            (Some(_), _) | (None, "conflict") => {}
            (None, "ok") => {
                if let Some(held) = &mut object {
                    held.cr.status.signal = Some(signal_sent);
                    held.stored = None;
                }
                stored_at = Some(stored(SENT_AT, &rules));
                code = json!("ok");
                break;
            }
            // What the API server says is passed on without a code.
            (None, _) => break,
        }
    }
    let stored = object.map(|held| {
        let signal = held.cr.status.signal;
        let named = signal.and_then(|signal| signal.value).map(|value| value_name(value, &mut texts).to_owned());
        let by = signal.map_or("", |signal| texts.get(signal.by));
        json!([named.or(held.stored), by, stored_at])
    });
    Ok(Answer { code, text: words, tries, stored: json!(stored) })
}

/// What somebody else writes just before the first write, which then conflicts.
fn overtake(race: &str, object: &mut Option<Resource>, texts: &mut Texts) {
    let Some(held) = object else { return };
    match race {
        "deleted" => *object = None,
        "timed_out" => {
            let reason = Reason::TimedOut;
            for (kind, status) in
                [(ConditionType::Progressing, ConditionStatus::False), (ConditionType::Failed, ConditionStatus::True)]
            {
                let condition = Condition { kind, status, reason, message: Message::Empty };
                held.cr.status.conditions = held.cr.status.conditions.with(condition);
            }
        }
        value => {
            let value = signal_value(value, texts);
            held.cr.status.signal = Some(Signal { value, by: texts.intern("other") });
            held.stored = value.is_none().then(|| race.to_owned());
        }
    }
}

/// Upstream's words for each refusal.
fn refusal(rule: Rule, sent: &str, object: Option<&Resource>, texts: &mut Texts) -> String {
    let name = object_name("run", "a");
    match rule {
        Rule::RefusesSignalValue => "signal value must be a concrete bool/int/float/str literal".to_owned(),
        Rule::RefusesSignalMissing => format!("condition action {name} not found"),
        Rule::RefusesSignalKind => format!("action {name} is not a condition"),
        Rule::RefusesSignalChange => format!("condition {name} already signalled with a different value"),
        Rule::RefusesSignalCompleted => format!("condition {name} already completed"),
        Rule::RefusesSignalSpec => {
            format!("failed to unmarshal condition spec for {name}: proto: cannot parse invalid wire-format data")
        }
        Rule::RefusesSignalType => {
            let sent = signal_value(sent, texts).map_or("NONE", |value| type_name(value_type(value)));
            let declared = object.map_or("", |held| &held.declared);
            format!("signal value type {sent} does not match declared condition type {declared}")
        }
        other => format!("refused by {other}"),
    }
}
