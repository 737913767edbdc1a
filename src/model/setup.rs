//! A configuration as people write it, and back.

use super::nearest::hint;
use super::read::{Fields, Read, Unreadable, is_default, reads, wrong};
use super::shown::shown;
use super::{
    AbortAnswers, AbortConfig, Code, Config, Delivery, GcConfig, Parents, Plugins, Policy, PolicyError, Rejection,
    Rule, Rules, Time,
};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// `SimulationConfig`: everything may be left out.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Setup {
    /// The rule set.
    pub rules: RulesSetup,
    /// Seeds the draws that commands leave out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Where the virtual clock starts, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Time>,
    /// The executor's requeue interval, in milliseconds; 0 is the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requeue_ms: Option<u64>,
    /// System failures tolerated; 0 is the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_system_failures: Option<u32>,
    /// The abort reconciler's limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abort: Option<AbortSetup>,
    /// Who does the work that is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
    /// The garbage collector; none if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gc: Option<GcSetup>,
    /// Who says what the process in a parent's pod does; `commanded` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parents: Option<Parents>,
    /// Whether plugins say again what was lost with a call that failed; `once` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plugins: Option<Plugins>,
}

/// The garbage collector's settings, with upstream's defaults for what is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GcSetup {
    /// Time between two sweeps, in milliseconds; 0 is no sweep.
    pub interval_ms: u64,
    /// How long an ended resource stays, in milliseconds; 0 is until the next sweep.
    pub ttl_ms: u64,
}

impl Default for GcSetup {
    fn default() -> Self {
        GcSetup { interval_ms: 1_800_000, ttl_ms: 3_600_000 }
    }
}

/// The abort reconciler's limits; 0 is the default, as upstream has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AbortSetup {
    /// Calls in flight at the same time.
    #[serde(skip_serializing_if = "is_default")]
    pub workers: u32,
    /// Calls for one abort before it is given up.
    #[serde(skip_serializing_if = "is_default")]
    pub max_attempts: u32,
    /// The first ceiling, in milliseconds.
    #[serde(skip_serializing_if = "is_default")]
    pub initial_delay_ms: u64,
    /// The highest ceiling, in milliseconds.
    #[serde(skip_serializing_if = "is_default")]
    pub max_delay_ms: u64,
    /// Places in the queue.
    #[serde(skip_serializing_if = "is_default")]
    pub queue_size: u32,
    /// Who answers its calls; `ask` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<AbortAnswers>,
}

/// A rule set by name, or one with some policies changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesSetup {
    /// `documented`, `upstream` or `merged`.
    pub base: String,
    /// Policies and their values.
    pub changes: Vec<(String, String)>,
}

impl Default for RulesSetup {
    fn default() -> Self {
        RulesSetup { base: "documented".to_owned(), changes: Vec::new() }
    }
}

impl Serialize for RulesSetup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.changes.is_empty() {
            return serializer.serialize_str(&self.base);
        }
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("base", &self.base)?;
        for (policy, value) in &self.changes {
            map.serialize_entry(policy, value)?;
        }
        map.end()
    }
}

impl Read for RulesSetup {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        let fields = match value {
            Value::String(base) => return Ok(RulesSetup { base, changes: Vec::new() }),
            Value::Object(fields) => fields,
            other => {
                return wrong(
                    place,
                    &other,
                    "\"documented\", \"upstream\", \"merged\" or { base, and policies by name }",
                );
            }
        };
        let mut rules = RulesSetup::default();
        for (name, value) in fields {
            let value = String::read(value, &if place.is_empty() { name.clone() } else { format!("{place}.{name}") })?;
            if name == "base" {
                rules.base = value;
            } else {
                rules.changes.push((name, value));
            }
        }
        Ok(rules)
    }
}

reads! {
    Setup {
        seed "seed", start_time "startTime", requeue_ms "requeueMs", max_system_failures "maxSystemFailures",
        abort "abort", delivery "delivery", gc "gc", parents "parents", plugins "plugins"; default rules "rules"
    }
    AbortSetup {
        reply "reply"; default workers "workers", max_attempts "maxAttempts", initial_delay_ms "initialDelayMs",
        max_delay_ms "maxDelayMs", queue_size "queueSize"
    }
}

impl Read for GcSetup {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        let (mut fields, default) = (Fields::of(value, place, &["intervalMs", "ttlMs"])?, GcSetup::default());
        let interval_ms = fields.take_or("intervalMs", default.interval_ms)?;
        let ttl_ms = fields.take_or("ttlMs", default.ttl_ms)?;
        fields.done().map(|()| GcSetup { interval_ms, ttl_ms })
    }
}

fn refuse<T>(message: String) -> Result<T, Rejection> {
    Err(Rejection::new(Code::InvalidArgument, Rule::CommandInvalid, message))
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

impl RulesSetup {
    /// The rules it names.
    pub fn rules(&self) -> Result<Rules, Rejection> {
        let Some((_, mut rules)) = Rules::SETS.into_iter().find(|(name, _)| *name == self.base) else {
            let meant = hint(&self.base, &mut Rules::SETS.iter().map(|(name, _)| *name));
            return refuse(format!(
                "There is no rule set {}{meant}; there are \"documented\", \"upstream\" and \"merged\".",
                shown(&self.base)
            ));
        };
        for (policy, value) in &self.changes {
            match rules.set(policy, value) {
                Ok(()) => {}
                Err(PolicyError::UnknownPolicy) => {
                    let names = || Policy::ALL.iter().map(|policy| policy.name);
                    let (meant, known) = (hint(policy, &mut names()), listed(names()));
                    return refuse(format!("There is no policy {}{meant}; there are {known}.", shown(policy)));
                }
                Err(PolicyError::UnknownValue(values)) => {
                    let words = || values.iter().map(|(value, _)| *value);
                    let (meant, known) = (hint(value, &mut words()), listed(words()));
                    let (policy, value) = (shown(policy), shown(value));
                    return refuse(format!("The policy {policy} does not take {value}{meant}; it takes {known}."));
                }
            }
        }
        Ok(rules)
    }

    /// The shortest way to write these rules.
    pub fn of(rules: &Rules) -> RulesSetup {
        let (base, set) = nearest(rules);
        let changes = differing(rules, &set)
            .map(|policy| (policy.name.to_owned(), rules.get(policy.name).unwrap_or_default().to_owned()))
            .collect();
        RulesSetup { base: base.to_owned(), changes }
    }
}

/// The rule set from which these rules differ least, by name; the first of those that do.
pub fn nearest(rules: &Rules) -> (&'static str, Rules) {
    let [first, ..] = Rules::SETS;
    Rules::SETS.into_iter().min_by_key(|(_, set)| differing(rules, set).count()).unwrap_or(first)
}

fn differing(rules: &Rules, set: &Rules) -> impl Iterator<Item = &'static Policy> {
    Policy::ALL.iter().filter(|policy| rules.get(policy.name) != set.get(policy.name))
}

impl Setup {
    /// The configuration, with upstream's defaults for what is left out.
    pub fn config(&self) -> Result<Config, Rejection> {
        let default = Config::default();
        let abort = self.abort.unwrap_or_default();
        let start = self.start_time.unwrap_or(default.start);
        if start < Time::MIN || start > Time::MAX {
            return refuse(format!("`startTime` is {}; it goes from {} to {}.", start.0, Time::MIN.0, Time::MAX.0));
        }
        let or = |value: u32, default: u32| if value == 0 { default } else { value };
        let or_ms = |value: u64, default: u64| if value == 0 { default } else { value };
        Ok(Config {
            rules: self.rules.rules()?,
            start,
            seed: self.seed.unwrap_or(default.seed),
            requeue_ms: or_ms(self.requeue_ms.unwrap_or(0), default.requeue_ms),
            system_failures_max: or(self.max_system_failures.unwrap_or(0), default.system_failures_max),
            abort: AbortConfig {
                workers: abort.workers,
                attempts_max: abort.max_attempts,
                initial_delay_ms: abort.initial_delay_ms,
                delay_max_ms: abort.max_delay_ms,
                queue_size: abort.queue_size,
                reply: abort.reply.unwrap_or(default.abort.reply),
            }
            .or_default(),
            delivery: self.delivery.unwrap_or(default.delivery),
            gc: self.gc.map_or(default.gc, |GcSetup { interval_ms, ttl_ms }| GcConfig { interval_ms, ttl_ms }),
            parents: self.parents.unwrap_or(default.parents),
            plugins: self.plugins.unwrap_or(default.plugins),
        })
    }

    /// With the calls of the abort reconciler answered at once and plugins that repeat themselves, unless it says
    /// otherwise: as whoever makes a simulation expects. What was written down, a trace or a link, has all of it said.
    #[must_use]
    pub fn answering(mut self) -> Setup {
        self.abort.get_or_insert_default().reply.get_or_insert(AbortAnswers::Ok);
        self.plugins.get_or_insert(Plugins::Repeat);
        self
    }

    /// A configuration with nothing left out.
    pub fn of(config: &Config) -> Setup {
        Setup {
            rules: RulesSetup::of(&config.rules),
            seed: Some(config.seed),
            start_time: Some(config.start),
            requeue_ms: Some(config.requeue_ms),
            max_system_failures: Some(config.system_failures_max),
            abort: Some(AbortSetup {
                workers: config.abort.workers,
                max_attempts: config.abort.attempts_max,
                initial_delay_ms: config.abort.initial_delay_ms,
                max_delay_ms: config.abort.delay_max_ms,
                queue_size: config.abort.queue_size,
                reply: Some(config.abort.reply),
            }),
            delivery: Some(config.delivery),
            gc: Some(GcSetup { interval_ms: config.gc.interval_ms, ttl_ms: config.gc.ttl_ms }),
            parents: Some(config.parents),
            plugins: Some(config.plugins),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_upstreams_and_reads_back() {
        let config = Setup::default().config().expect("an empty set-up is fine");
        assert_eq!(config, Config::default());
        assert_eq!(Setup::of(&config).config(), Ok(config));
    }

    #[test]
    fn a_changed_policy_is_written_with_the_nearer_base() {
        let mut rules = Rules::upstream();
        assert_eq!(rules.set("guard", "table"), Ok(()));
        let written = RulesSetup::of(&rules);
        assert_eq!(written.base, "upstream");
        assert_eq!(written.changes, [("guard".to_owned(), "table".to_owned())]);
        assert_eq!(written.rules(), Ok(rules));
    }

    #[test]
    fn a_wrong_policy_is_answered_with_those_that_exist() {
        let changed = |policy: &str, value: &str| RulesSetup {
            changes: vec![(policy.to_owned(), value.to_owned())],
            ..RulesSetup::default()
        };
        let unknown = changed("gard", "table").rules().expect_err("no such policy");
        assert!(unknown.message.contains("\"guard\""), "{unknown}");
        let wrong = changed("guard", "tabel").rules().expect_err("no such value");
        assert!(wrong.message.contains("\"table\""), "{wrong}");
    }
}
