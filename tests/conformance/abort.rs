//! The abort reconciler: calls in order with their times, delays, keys held and rows at the end. The store, the actions
//! service and the draws answer as scripted. A world does the rest ([`super::abort_world`]); where they answer what no
//! command can say, what follows from an answer comes from the rules.

use super::abort_world;
use super::case::{Case, Stop, flag, get, int, list, maybe_text, only, small, text, texts};
use flyte_lifecycle::model::{
    AbortAnswers, AbortConfig, AbortReply, ActionId, ActionPhase, ActionRow, Rules, TextId, Texts, Time,
};
use flyte_lifecycle::rules::abort::{
    AbortStep, MarkFailure, MarkStep, abort_attempt, clear_abort_request, is_pending_abort, mark_abort_attempt,
    mark_failed, request_abort,
};
use flyte_lifecycle::world::abort_queue::{AbortQueue, AbortTaskState};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Replays one case of family `abort-reconciler`.
pub fn replay(_file: &Value, recorded: &Value, case: &mut Case) -> Result<(), Stop> {
    only(recorded, "the case", &["name", "input", "effective_config", "calls", "keys_held_at_end", "rows_at_end"])?;
    let input = get(recorded, "input");
    only(input, "input", &["config", "rows", "scan", "replies", "mark", "clear", "random", "pushes", "until"])?;
    let config = config(get(input, "config"))?;
    let told = json!({
        "max_attempts": config.attempts_max, "initial_delay_ms": config.initial_delay_ms,
        "max_delay_ms": config.delay_max_ms, "workers": config.workers, "queue_size": config.queue_size,
    });
    case.check_object("effective_config", &told, get(recorded, "effective_config"));
    let drawn: Vec<u64> = list(recorded, "calls")?.iter().filter_map(|call| get(call, "delay_ms").as_u64()).collect();
    let done = match abort_world::run(input, config, Draws::new(input, drawn.clone())?) {
        Ok(done) => {
            case.in_world = Some(Ok(()));
            done
        }
        Err(halt) => {
            case.in_world = Some(Err(halt.why()?));
            Service::new(input, config, Draws::new(input, drawn)?)?.run(input)?
        }
    };
    let want = list(recorded, "calls")?;
    for (index, (got, want)) in done.calls.iter().zip(want).enumerate() {
        case.check_object(&format!("calls[{index}]"), got, want);
    }
    case.check("calls.length", &json!(done.calls.len()), &json!(want.len()));
    case.check("keys_held_at_end", &json!(done.held), get(recorded, "keys_held_at_end"));
    case.check_object("rows_at_end", &Value::Object(done.rows), get(recorded, "rows_at_end"));
    Ok(())
}

/// What happens to the abort reconciler from outside, and when.
pub struct Events<'a> {
    pushes: &'a [Value],
    until: Time,
}

/// What happens next.
pub enum Event<'a, T> {
    /// Somebody asks for an abort.
    Push(Time, &'a Value),
    /// A delay ends.
    Due(Time, T),
    /// Nothing, as far as the recording goes.
    End,
}

impl<'a> Events<'a> {
    /// Those of a case.
    pub fn of(input: &'a Value) -> Result<Events<'a>, Stop> {
        Ok(Events { pushes: list(input, "pushes")?, until: Time(int(input, "until")?) })
    }

    /// The next one, where a delay ends then; of those at one moment, somebody asks first.
    pub fn next<T>(&mut self, due: Option<(Time, T)>) -> Result<Event<'a, T>, Stop> {
        if let Some((push, rest)) = self.pushes.split_first() {
            let at = Time(int(push, "at")?);
            if due.as_ref().is_none_or(|(due, _)| at <= *due) {
                self.pushes = rest;
                return Ok(Event::Push(at, push));
            }
        }
        Ok(due.filter(|(due, _)| *due <= self.until).map_or(Event::End, |(due, whose)| Event::Due(due, whose)))
    }
}

/// What was done, and what is there at the end.
pub struct Done {
    /// The calls in order.
    pub calls: Vec<Value>,
    /// The keys held.
    pub held: BTreeSet<String>,
    /// The rows by action.
    pub rows: Map<String, Value>,
}

/// How a row is compared.
pub fn row_at_end(count: u32, requested: bool) -> Value {
    json!({"count": count, "requested": requested})
}

/// A call as it is compared.
pub fn called(at: Time, call: &str, action: Option<&str>, fields: &[(&str, Value)]) -> Value {
    let mut told = json!({"at": at, "call": call});
    if let Some(object) = told.as_object_mut() {
        object.extend(action.map(|action| ("action".to_owned(), json!(action))));
        object.extend(fields.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
    }
    told
}

/// The delays to be drawn.
pub struct Draws {
    fractions: Vec<f64>,
    /// The delays that were drawn, in order.
    drawn: Vec<u64>,
    draws: usize,
}

impl Draws {
    fn new(input: &Value, drawn: Vec<u64>) -> Result<Draws, Stop> {
        let fractions = list(input, "random")?.iter().map(|fraction| {
            fraction.as_f64().ok_or_else(|| Stop::Unreadable("`random` should be a list of numbers".to_owned()))
        });
        Ok(Draws { fractions: fractions.collect::<Result<_, _>>()?, drawn, draws: 0 })
    }

    /// The next fraction of the ceiling, cut to a whole millisecond. A draw is an input: where it falls just short of a
    /// millisecond in floating point, or just not, is the recorder's affair.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "fractions lie between 0 and 1, and ceilings far below 2^53 nanoseconds"
    )]
    pub fn draw(&mut self, ceiling_ms: u64) -> u64 {
        let fraction = match self.fractions.len() {
            0 => 0.5,
            count => self.fractions.get(self.draws % count).copied().unwrap_or(0.5),
        };
        let drawn = self.drawn.get(self.draws).copied();
        self.draws += 1;
        let delay_ms = (fraction * (ceiling_ms * 1_000_000) as f64) as u64 / 1_000_000;
        drawn.filter(|drawn| *drawn <= ceiling_ms && drawn.abs_diff(delay_ms) <= 1).unwrap_or(delay_ms)
    }
}

/// The limits as passed; a negative one is a zero here, since upstream takes the default for both.
fn config(value: &Value) -> Result<AbortConfig, Stop> {
    only(value, "config", &["max_attempts", "initial_delay_ms", "max_delay_ms", "workers", "queue_size"])?;
    let number = |key| Ok::<_, Stop>(u64::try_from(int(value, key)?).unwrap_or(0));
    let count = |key| Ok::<_, Stop>(u32::try_from(number(key)?).unwrap_or(u32::MAX));
    let asked = AbortConfig {
        workers: count("workers")?,
        attempts_max: count("max_attempts")?,
        initial_delay_ms: number("initial_delay_ms")?,
        delay_max_ms: number("max_delay_ms")?,
        queue_size: count("queue_size")?,
        reply: AbortAnswers::Ask,
    };
    Ok(asked.or_default())
}

/// The model's word for a reply: the connect code, and whether the message of an internal error says "not found".
pub fn reply(word: &str) -> Result<AbortReply, Stop> {
    Ok(match word {
        "ok" => AbortReply::Ok,
        "not_found" => AbortReply::NotFound,
        "internal_not_found" => AbortReply::InternalNotFound,
        // The comparison is exact, so "Not Found" is as good as any other text.
        "internal" | "internal_Not_Found" => AbortReply::Internal,
        "unavailable" | "unavailable_not_found" => AbortReply::Unavailable,
        "deadline_exceeded" | "deadline_exceeded_not_found" => AbortReply::DeadlineExceeded,
        // Only the error itself is looked at: neither a text nor what an error wraps.
        "unknown" | "unknown_not_found" | "plain" | "plain_error" | "plain_not_found" | "wrapped_not_found" => {
            AbortReply::Unknown
        }
        "canceled"
        | "invalid_argument"
        | "already_exists"
        | "permission_denied"
        | "resource_exhausted"
        | "failed_precondition"
        | "aborted"
        | "out_of_range"
        | "unimplemented"
        | "data_loss"
        | "unauthenticated" => AbortReply::Unknown,
        other => return Err(Stop::Unreadable(format!("`{other}` is no reply"))),
    })
}

/// The answers to one action's calls, used one after the other; `ok` after the last.
pub type Answers = BTreeMap<String, Vec<String>>;

/// The answers of a kind of call, by action.
pub fn answers(input: &Value, key: &str) -> Result<Answers, Stop> {
    let Some(object) = get(input, key).as_object() else {
        return Err(Stop::Unreadable(format!("`{key}` should be an object")));
    };
    let list = get(input, key);
    object
        .keys()
        .map(|action| Ok((action.clone(), texts(list, action)?.into_iter().map(str::to_owned).collect())))
        .collect()
}

/// The next one.
pub fn next(answers: &mut Answers, action: &str) -> String {
    match answers.get_mut(action) {
        Some(list) if !list.is_empty() => list.remove(0),
        _ => "ok".to_owned(),
    }
}

/// The reconciler with what surrounds it.
struct Service {
    config: AbortConfig,
    rules: Rules,
    texts: Texts,
    /// The name of each action by its number.
    names: Vec<String>,
    rows: BTreeMap<String, ActionRow>,
    queue: AbortQueue,
    replies: Answers,
    mark: Answers,
    clear: Answers,
    draws: Draws,
    now: Time,
    calls: Vec<Value>,
}

impl Service {
    fn new(input: &Value, config: AbortConfig, draws: Draws) -> Result<Service, Stop> {
        Ok(Service {
            config,
            rules: Rules::upstream(),
            texts: Texts::default(),
            names: Vec::new(),
            rows: BTreeMap::new(),
            queue: AbortQueue::default(),
            replies: answers(input, "replies")?,
            mark: answers(input, "mark")?,
            clear: answers(input, "clear")?,
            draws,
            now: Time(0),
            calls: Vec::new(),
        })
    }

    /// From the start to `until`: the scan, then pushes and ends of delays as they come.
    fn run(mut self, input: &Value) -> Result<Done, Stop> {
        for row in list(input, "rows")? {
            only(row, "the row", &["action", "count", "reason", "reason_null"])?;
            let name = text(row, "action")?;
            let reason = self.texts.intern(maybe_text(row, "reason")?.unwrap_or_default());
            let mut made = request_abort(&new_row(), reason, self.now, &self.rules);
            made.abort.attempts = small(row, "count")?;
            if flag(row, "reason_null")? {
                made.abort.reason = None;
            }
            self.rows.insert(name.to_owned(), made);
        }
        let scan_fails = maybe_text(input, "scan")?.is_some_and(|answer| !answer.is_empty() && answer != "ok");
        self.called("ListPendingAborts", None, &[]);
        if !scan_fails {
            // In the order of the recording, which is that of the store.
            for row in list(input, "rows")? {
                let name = text(row, "action")?.to_owned();
                let pending = self.rows.get(&name).filter(|row| is_pending_abort(row));
                if let Some(reason) = pending.map(|row| row.abort.reason.unwrap_or_default()) {
                    self.push(&name, reason);
                }
            }
            // The scan does not wait for the workers while the queue has room.
            self.work()?;
        }
        let mut events = Events::of(input)?;
        loop {
            match events.next(self.next_due())? {
                Event::Push(at, push) => {
                    self.now = at;
                    self.pushed(push)?;
                }
                Event::Due(due, id) => {
                    self.now = due;
                    let reason = self.queue.get(id).map_or(TextId::EMPTY, |task| task.reason);
                    self.queue.enqueue(id, reason);
                }
                Event::End => return Ok(self.done()),
            }
            self.work()?;
        }
    }

    fn done(self) -> Done {
        let held = self.queue.iter().filter_map(|(id, _)| self.names.get(id.0 as usize).cloned()).collect();
        let row = |(name, row): (String, ActionRow)| (name, row_at_end(row.abort.attempts, is_pending_abort(&row)));
        Done { calls: self.calls, held, rows: self.rows.into_iter().map(row).collect() }
    }

    /// Somebody asks for an abort, having written the row anew or not.
    fn pushed(&mut self, push: &Value) -> Result<(), Stop> {
        only(push, "the push", &["at", "action", "reason", "new_request"])?;
        let name = text(push, "action")?.to_owned();
        let reason = self.texts.intern(text(push, "reason")?);
        if flag(push, "new_request")? {
            let row = self.rows.get(&name).copied().unwrap_or_else(new_row);
            self.rows.insert(name.clone(), request_abort(&row, reason, self.now, &self.rules));
        }
        let accepted = self.push(&name, reason);
        self.called("push", Some(&name), &[("accepted", json!(accepted))]);
        Ok(())
    }

    /// Puts a task into the queue, unless its key is held.
    fn push(&mut self, name: &str, reason: TextId) -> bool {
        let id = self.number(name);
        let free = self.queue.get(id).is_none();
        if free {
            self.queue.enqueue(id, reason);
        }
        free
    }

    /// The number of an action in the queue.
    fn number(&mut self, name: &str) -> ActionId {
        let place = self.names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        ActionId(u32::try_from(place).unwrap_or(u32::MAX))
    }

    /// The task whose delay ends first.
    fn next_due(&self) -> Option<(Time, ActionId)> {
        let due = self.queue.iter().filter_map(|(id, task)| match task.state {
            AbortTaskState::Waiting { until, .. } => Some((until, id)),
            AbortTaskState::Queued { .. } | AbortTaskState::Calling { .. } => None,
        });
        due.min()
    }

    /// The workers take what is in the queue (`processTask`). They never wait, so one of them does for all.
    fn work(&mut self) -> Result<(), Stop> {
        while let Some(id) = self.queue.first_queued_except(&[]) {
            self.process(id)?;
        }
        Ok(())
    }

    fn process(&mut self, id: ActionId) -> Result<(), Stop> {
        let name = self.names.get(id.0 as usize).cloned().unwrap_or_default();
        let reason = self.queue.get(id).map_or(TextId::EMPTY, |task| task.reason);
        let failure = match next(&mut self.mark, &name).as_str() {
            "ok" => None,
            "no_rows" => Some(MarkFailure::NoRows),
            "error" => Some(MarkFailure::Error),
            other => return Err(Stop::Unreadable(format!("`{other}` is no answer to MarkAbortAttempt"))),
        };
        if let Some(failure) = failure {
            let word = if failure == MarkFailure::NoRows { "no_rows" } else { "error" };
            self.called("MarkAbortAttempt", Some(&name), &[("result", json!(word))]);
            match mark_failed(failure, &self.config) {
                MarkStep::Dropped(_) => self.queue.remove(id),
                MarkStep::RetryAfter(delay_ms, _) => self.wait(id, delay_ms, delay_ms),
            }
            return Ok(());
        }
        let row = mark_abort_attempt(&self.rows.get(&name).copied().unwrap_or_else(new_row), self.now);
        self.rows.insert(name.clone(), row);
        let count = row.abort.attempts;
        self.called("MarkAbortAttempt", Some(&name), &[("result", json!(count))]);
        self.queue.set(id, AbortTaskState::Calling { attempt: count });
        let word = next(&mut self.replies, &name);
        let reason = self.texts.get(reason).to_owned();
        self.called("Abort", Some(&name), &[("reason", json!(reason)), ("reply", json!(word))]);
        match abort_attempt(count, reply(&word)?, &self.config, &self.rules) {
            AbortStep::Done(_) => self.end(id, &name, true),
            AbortStep::GivenUp { clears } => self.end(id, &name, clears),
            AbortStep::RetryWithin(ceiling_ms) => {
                let delay_ms = self.draws.draw(ceiling_ms);
                let drawn = [("ceiling_ms", json!(ceiling_ms)), ("delay_ms", json!(delay_ms))];
                self.called("random", None, &drawn);
                self.wait(id, delay_ms, ceiling_ms);
            }
        }
        Ok(())
    }

    /// The abort is over: the row is cleared if the rules say so, and the key is free whether that worked or not.
    fn end(&mut self, id: ActionId, name: &str, clears: bool) {
        if clears {
            let answer = next(&mut self.clear, name);
            if answer == "ok"
                && let Some(row) = self.rows.get_mut(name)
            {
                *row = clear_abort_request(row, self.now);
            }
            self.called("ClearAbortRequest", Some(name), &[("result", json!(answer))]);
        }
        self.queue.remove(id);
    }

    fn wait(&mut self, id: ActionId, delay_ms: u64, ceiling_ms: u64) {
        self.queue.set(id, AbortTaskState::Waiting { until: self.now.plus(delay_ms), delay_ms, ceiling_ms });
    }

    fn called(&mut self, call: &str, action: Option<&str>, fields: &[(&str, Value)]) {
        self.calls.push(called(self.now, call, action, fields));
    }
}

/// A row nobody has asked to abort.
fn new_row() -> ActionRow {
    ActionRow::new(ActionPhase::Running, 1, Time(0))
}
