//! The abort reconciler of a world: what was recorded becomes commands, and the calls are read from the facts, in their
//! order.

use super::abort::{Answers, Done, Draws, Event, Events, answers, called, next, reply, row_at_end};
use super::by_rules::{ByRules, Halt};
use super::case::{Stop, flag, list, maybe_text, only, small, text};
use super::driven::{apply, by_hand};
use flyte_lifecycle::model::{
    AbortConfig, AbortReply, ActionId, Call, Command, Config, Fact, PendingWork, Service, Time, TimerKind, What,
};
use flyte_lifecycle::rules::abort::is_pending_abort;
use flyte_lifecycle::world::{NumberedCommand, World};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Runs a case from the start of the run service to its end, unless it has what no command can say.
pub fn run(input: &Value, config: AbortConfig, draws: Draws) -> Result<Done, Halt> {
    let mut service = Surrounded::new(input, config, draws)?;
    service.run(input)?;
    Ok(service.done())
}

/// A world, and the answers of what surrounds its abort reconciler.
struct Surrounded {
    world: World,
    /// The recorded name of each action, which is the root of a run of its own; it has no resource.
    names: Vec<String>,
    replies: Answers,
    mark: Answers,
    clear: Answers,
    draws: Draws,
    calls: Vec<Value>,
    /// The actions whose rows the recording has.
    rows: BTreeSet<ActionId>,
    /// Of these, the ones whose flag only the world has set: a task was pushed without a request, which a world cannot.
    unasked: BTreeSet<ActionId>,
}

impl Surrounded {
    fn new(input: &Value, config: AbortConfig, draws: Draws) -> Result<Surrounded, Stop> {
        Ok(Surrounded {
            world: World::new(Config { abort: config, ..by_hand(Time(0)) }),
            names: Vec::new(),
            replies: answers(input, "replies")?,
            mark: answers(input, "mark")?,
            clear: answers(input, "clear")?,
            draws,
            calls: Vec::new(),
            rows: BTreeSet::new(),
            unasked: BTreeSet::new(),
        })
    }

    fn run(&mut self, input: &Value) -> Result<(), Halt> {
        if maybe_text(input, "scan")?.is_some_and(|answer| !answer.is_empty() && answer != "ok") {
            return Err(ByRules::ScanFails.into());
        }
        self.left_pending(list(input, "rows")?)?;
        self.give(&Command::Restart { service: Service::Runs, down_ms: None })?;
        self.work()?;
        let mut events = Events::of(input)?;
        loop {
            match events.next(self.next_retry())? {
                Event::Push(at, push) => {
                    self.advance(at)?;
                    self.pushed(push)?;
                }
                Event::Due(due, timer) => {
                    if self.world.timers().filter(|other| other.due == due).count() > 1 {
                        return Err(ByRules::SameMoment.into());
                    }
                    self.give(&Command::Fire { timer: Some(timer) })?;
                }
                Event::End => return Ok(()),
            }
            self.work()?;
        }
    }

    /// Rows that an earlier run service has left pending, having counted so many calls: it was stopped in each of them.
    /// The last comes first, since a run service that starts takes its rows up in their order.
    fn left_pending(&mut self, rows: &[Value]) -> Result<(), Halt> {
        for row in rows {
            only(row, "the row", &["action", "count", "reason", "reason_null"])?;
            if flag(row, "reason_null")? {
                return Err(ByRules::NoReason.into());
            }
            self.action(text(row, "action")?)?;
        }
        for row in rows.iter().rev() {
            let id = self.action(text(row, "action")?)?;
            self.rows.insert(id);
            self.request(id, maybe_text(row, "reason")?.unwrap_or_default())?;
            for _ in 0..small::<u32>(row, "count")? {
                self.give(&Command::Restart { service: Service::Runs, down_ms: None })?;
                let worker = self.worker().ok_or_else(|| Stop::Unreadable("no worker takes the row".to_owned()))?;
                self.apply(&Command::Deliver { item: Some(worker.0) })?;
            }
        }
        self.calls.clear();
        Ok(())
    }

    /// The action of that name, made if it is new.
    fn action(&mut self, name: &str) -> Result<ActionId, Stop> {
        let number = self.names.iter().position(|known| known == name).unwrap_or(self.names.len());
        let run = format!("r{number}");
        if number == self.names.len() {
            self.names.push(name.to_owned());
            let run = self.world.intern(&run);
            self.apply(&Command::CreateRun { run, project: None, domain: None, task: None, recover: None })?;
        }
        self.world.find(&format!("{run}/a0")).ok_or_else(|| Stop::Unreadable(format!("{run} has no root action")))
    }

    fn name(&self, id: ActionId) -> String {
        let own = self.world.name_of(id).trim_start_matches('r').trim_end_matches("/a0");
        own.parse::<usize>().ok().and_then(|number| self.names.get(number)).cloned().unwrap_or_default()
    }

    /// Somebody asks for the abort of an action, which empty reasons can only be given to as a run's.
    fn request(&mut self, id: ActionId, reason: &str) -> Result<Vec<Fact>, Stop> {
        let run = self.world.action(id).map(|action| action.run).unwrap_or_default();
        let reason = Some(self.world.intern(reason));
        self.apply(&Command::AbortRun { run, reason })
    }

    /// The abort reconciler is given a task, by somebody who has written the row anew or not.
    fn pushed(&mut self, push: &Value) -> Result<(), Halt> {
        only(push, "the push", &["at", "action", "reason", "new_request"])?;
        let (name, reason) = (text(push, "action")?, text(push, "reason")?);
        let id = self.action(name)?;
        let free = self.world.abort_of(id).is_none();
        let row = self.world.action(id).and_then(|action| action.row);
        let asks = flag(push, "new_request")?;
        if asks {
            self.rows.insert(id);
            self.unasked.remove(&id);
        } else if free && row.is_some_and(|row| row.abort.attempts > 0) {
            return Err(ByRules::PushAlone.into());
        } else if free && row.is_some_and(|row| !is_pending_abort(&row)) {
            self.unasked.insert(id);
        }
        // A task whose key is held is passed over, and then nothing has happened at all.
        let mut accepted = false;
        if asks || free {
            accepted = self.request(id, reason)?.iter().any(|fact| fact.what == What::AbortQueued);
        }
        self.calls.push(called(self.world.now(), "push", Some(name), &[("accepted", json!(accepted))]));
        Ok(())
    }

    fn advance(&mut self, at: Time) -> Result<(), Halt> {
        if self.next_retry().is_some_and(|(due, _)| due <= at) {
            return Err(ByRules::SameMoment.into());
        }
        let ms = at.since(self.world.now());
        self.apply(&Command::Advance { ms })?;
        Ok(())
    }

    /// The delay that ends first: when, and the number of its timer.
    fn next_retry(&self) -> Option<(Time, u32)> {
        let retries = self.world.timers().filter(|timer| timer.kind == TimerKind::AbortRetry);
        let first = retries.map(|timer| (timer.due, timer.action, timer.id)).min();
        first.map(|(due, _, timer)| (due, timer))
    }

    /// The task that a worker takes next.
    fn worker(&self) -> Option<(u32, ActionId)> {
        self.world.pending().find(|item| item.work == PendingWork::AbortWorker).map(|item| (item.id, item.action))
    }

    /// The workers take what is in the queue, and each call is answered before the next is made.
    fn work(&mut self) -> Result<(), Halt> {
        while let Some((item, id)) = self.worker() {
            let name = self.name(id);
            match next(&mut self.mark, &name).as_str() {
                "ok" => {}
                "no_rows" => return Err(ByRules::RowGone.into()),
                "error" => self.fail(Call::MarkAbortAttempt, id)?,
                other => return Err(Stop::Unreadable(format!("`{other}` is no answer to MarkAbortAttempt")).into()),
            }
            self.give(&Command::Deliver { item: Some(item) })?;
            if self.world.abort_call_of(id).is_some() {
                let word = next(&mut self.replies, &name);
                if let Some(call) = self.calls.last_mut().and_then(Value::as_object_mut) {
                    call.insert("reply".to_owned(), json!(word));
                }
                self.answer(id, &name, reply(&word)?)?;
            }
        }
        Ok(())
    }

    /// The actions service answers, and if that is the end, the store does.
    fn answer(&mut self, id: ActionId, name: &str, reply: AbortReply) -> Result<(), Stop> {
        let ceiling = self.world.abort_ceiling(id, reply);
        if ceiling.is_none() && next(&mut self.clear, name) != "ok" {
            self.fail(Call::ClearAbortRequest, id)?;
        }
        let draw_ms = ceiling.map(|ceiling| self.draws.draw(ceiling));
        self.give(&Command::AbortReply { action: id, reply, draw_ms })
    }

    fn fail(&mut self, call: Call, id: ActionId) -> Result<(), Stop> {
        self.apply(&Command::Fault { call, reply: None, action: Some(id) }).map(|_| ())
    }

    fn apply(&mut self, command: &NumberedCommand) -> Result<Vec<Fact>, Stop> {
        apply(&mut self.world, command)
    }

    /// Gives a command and notes the calls that it leads to.
    fn give(&mut self, command: &NumberedCommand) -> Result<(), Stop> {
        for fact in self.apply(command)? {
            self.note(&fact);
        }
        Ok(())
    }

    fn note(&mut self, fact: &Fact) {
        let (call, field) = match fact.what {
            What::Restarted { .. } => ("ListPendingAborts", None),
            What::AbortAttemptCounted { count } => ("MarkAbortAttempt", Some(("result", json!(count)))),
            What::CallFailed { call: Call::MarkAbortAttempt, .. } => {
                ("MarkAbortAttempt", Some(("result", json!("error"))))
            }
            What::AbortCalled { .. } => {
                let reason = fact.action.and_then(|id| self.world.abort_of(id)).map(|task| task.reason);
                ("Abort", Some(("reason", json!(self.world.texts().get(reason.unwrap_or_default())))))
            }
            What::AbortRetryScheduled { delay_ms, ceiling_ms, .. } => {
                let drawn = [("ceiling_ms", json!(ceiling_ms)), ("delay_ms", json!(delay_ms))];
                return self.calls.push(called(fact.at, "random", None, &drawn));
            }
            What::AbortRequestCleared => ("ClearAbortRequest", Some(("result", json!("ok")))),
            What::CallFailed { call: Call::ClearAbortRequest, .. } => {
                ("ClearAbortRequest", Some(("result", json!("error"))))
            }
            _ => return,
        };
        if let Some(id) = fact.action {
            if matches!(fact.what, What::AbortAttemptCounted { .. }) {
                self.rows.insert(id);
            }
            if fact.what == What::AbortRequestCleared {
                self.unasked.remove(&id);
            }
        }
        let name = fact.action.map(|id| self.name(id));
        self.calls.push(called(fact.at, call, name.as_deref(), field.as_slice()));
    }

    fn done(self) -> Done {
        let held = self.world.aborts().iter().map(|(id, _)| self.name(id)).collect();
        let row = |id: &ActionId| {
            let row = self.world.action(*id)?.row?;
            let requested = is_pending_abort(&row) && !self.unasked.contains(id);
            Some((self.name(*id), row_at_end(row.abort.attempts, requested)))
        };
        let rows = self.rows.iter().filter_map(row).collect();
        Done { calls: self.calls, held, rows }
    }
}
