//! An action's spec and its row in the `actions` table.

use super::{ActionPhase, TextId, Time, words::words};

words! {
    /// The three kinds of action.
    pub enum ActionKind {
        /// Runs user code through a plugin.
        Task = 0 "task",
        /// Waits for a signal.
        Condition = 1 "condition",
        /// Recorded by the SDK after the fact; has no resource.
        Trace = 2 "trace",
    }
}

words! {
    /// What a condition must be signalled with.
    pub enum ValueType {
        /// true or false
        Bool = 0 "bool",
        /// A whole number.
        Int = 1 "int",
        /// A number.
        Float = 2 "float",
        /// Text.
        Text = 3 "string",
    }
}

words! {
    /// The spec fields a task cannot do without, in the order in which upstream checks them.
    pub enum SpecField {
        /// spec.runName
        RunName = 0 "runName",
        /// spec.project
        Project = 1 "project",
        /// spec.domain
        Domain = 2 "domain",
        /// spec.actionName
        ActionName = 3 "actionName",
        /// spec.taskType
        TaskType = 4 "taskType",
        /// spec.taskTemplate
        TaskTemplate = 5 "taskTemplate",
        /// spec.inputUri
        InputUri = 6 "inputUri",
        /// spec.runOutputBase
        RunOutputBase = 7 "runOutputBase",
    }
}

/// What a condition's resource holds in `spec.conditionSpec`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ConditionSpec {
    /// A spec.
    #[default]
    Valid,
    /// No bytes. Upstream's protobuf library reads them as a spec that declares no type, its executor as an error.
    Empty,
    /// Bytes that are no spec.
    Undecodable,
}

words! {
    /// How the cache had to do with an action (flyteidl2/core/catalog.proto, `CatalogCacheStatus`).
    pub enum CacheStatus {
        /// Nothing is told of a cache. It is also what a run after a miss shows.
        Disabled = 0 "CACHE_DISABLED",
        /// The outputs were not there; shown while another action computes them.
        Miss = 1 "CACHE_MISS",
        /// The outputs were there.
        Hit = 2 "CACHE_HIT",
        /// The outputs are there now.
        Populated = 3 "CACHE_POPULATED",
        /// The catalog could not be asked.
        LookupFailure = 4 "CACHE_LOOKUP_FAILURE",
        /// The outputs could not be put there.
        PutFailure = 5 "CACHE_PUT_FAILURE",
        /// The catalog was not asked.
        Skipped = 6 "CACHE_SKIPPED",
        /// The outputs were taken from there.
        Evicted = 7 "CACHE_EVICTED",
    }
}

/// How a task's template asks for caching (flyteidl2/core/tasks.proto, `TaskMetadata`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Caching {
    /// `discoverable`: its outputs are cached.
    pub discoverable: bool,
    /// `cache_serializable`: of those with the same key, one runs at a time.
    pub serializable: bool,
    /// The template has no `id`, under which its outputs would be cached.
    pub unidentified: bool,
}

/// A set of [`SpecField`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SpecFields(pub u8);

impl SpecFields {
    /// With one more.
    #[must_use]
    pub fn with(self, field: SpecField) -> Self {
        SpecFields(self.0 | 1 << field.number())
    }

    /// Those in it, in upstream's order.
    pub fn iter(self) -> impl Iterator<Item = SpecField> {
        SpecField::ALL.iter().copied().filter(move |field| self.0 >> field.number() & 1 == 1)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

words! {
    /// What the process in a task's pod does about a child that does not end well, if the process is the SDK's.
    pub enum ChildFailure {
        /// It raises, and ends by that; other children go on.
        Raises = 0 "raises",
        /// It has its other children aborted, and then raises.
        Cancels = 1 "cancels",
        /// It catches what is raised, and goes on.
        Catches = 2 "catches",
    }
}

words! {
    /// The process in a task's pod, as far as it is the SDK's.
    #[derive(Default)]
    pub enum Process {
        /// There is none.
        #[default]
        None = 0 "none",
        /// It runs, and its watch tells it of its children.
        Watching = 1 "watching",
        /// It runs, and its watch is dead without its knowing.
        Deaf = 2 "deaf",
    }
}

/// How long a task's retries wait (flyteidl2/core/literals.proto, `Backoff`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Backoff {
    /// Before the first retry, in milliseconds. 0 is no wait.
    pub base_ms: u64,
    /// The bits of the factor, from 1.0 on: values are compared by all who hold a spec.
    pub factor: u64,
    /// The longest wait, in milliseconds.
    pub cap_ms: u64,
}

/// What an action was enqueued with; nothing changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spec {
    /// Which kind.
    pub kind: ActionKind,
    /// Retries + 1.
    pub max_attempts: u32,
    /// Task: bound on the time one attempt may be RUNNING. Condition: time to signal. 0 is none.
    pub timeout_ms: u64,
    /// Task: bound on the time before one attempt is INITIALIZING. 0 is none.
    pub max_queued_ms: u64,
    /// Task: bound on the time until it has ended, all attempts together. 0 is none.
    pub deadline_ms: u64,
    /// Task: how long a retry waits.
    pub backoff: Backoff,
    /// Task: what its process does about a child that does not end well.
    pub child_failure: ChildFailure,
    /// spec.taskType
    pub task_type: TextId,
    /// The plugin that the executor finds for that task type, by its own name. It finds one for each, since its registry
    /// falls back to the pod plugin (executor/pkg/plugin/registry.go, `ResolvePlugin`); only a recording may have a registry
    /// without a default.
    pub plugin: Option<TextId>,
    /// Task: how many containers its template has. Without one no pod can be built.
    pub containers: u32,
    /// Required fields that are empty.
    pub missing: SpecFields,
    /// Task: how it is cached.
    pub caching: Caching,
    /// Task: what its outputs are found by.
    pub cache_key: TextId,
    /// Condition: what a signal must carry; `None` if it declares none of the four types, so that no signal fits.
    pub value_type: Option<ValueType>,
    /// Condition: what its spec is stored as.
    pub condition_spec: ConditionSpec,
    /// Condition: what people are asked.
    pub prompt: TextId,
}

impl Spec {
    /// A task with that many attempts and no bound on its time.
    pub const fn task(max_attempts: u32, task_type: TextId) -> Spec {
        Spec {
            kind: ActionKind::Task,
            max_attempts,
            timeout_ms: 0,
            max_queued_ms: 0,
            deadline_ms: 0,
            backoff: Backoff { base_ms: 0, factor: 0, cap_ms: 0 },
            child_failure: ChildFailure::Raises,
            task_type,
            plugin: Some(plugin_of(task_type)),
            containers: 1,
            missing: SpecFields(0),
            caching: Caching { discoverable: false, serializable: false, unidentified: false },
            cache_key: TextId::EMPTY,
            value_type: None,
            condition_spec: ConditionSpec::Valid,
            prompt: TextId::EMPTY,
        }
    }
}

/// The plugin of a task type, as upstream's executor ships them (executor/setup.go and the `init` of each plugin): the
/// clustered one has a type of its own, and the pod plugin, which registers itself last as `pod`, has all others.
pub const fn plugin_of(task_type: TextId) -> TextId {
    if task_type.0 == TextId::CLUSTERED.0 { TextId::CLUSTERED } else { TextId::POD }
}

/// The one namespace, if nobody configures another (actions/config/config.go).
pub const NAMESPACE: &str = "flyte";

/// Two characters of a to z and 0 to 9 that spread objects over a bucket
/// (flyteplugins/go/tasks/pluginmachinery/ioutils, `PrecomputedShardSelector`): FNV-1a of namespace and name.
pub fn shard(namespace: &str, object_name: &str) -> String {
    const ALPHABET: [u8; 36] = *b"abcdefghijklmnopqrstuvwxyz0123456789";
    let bytes = namespace.bytes().chain([b'/']).chain(object_name.bytes());
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let bucket = hash as usize % (ALPHABET.len() * ALPHABET.len());
    let letter = |place: usize| char::from(ALPHABET.get(place).copied().unwrap_or(b'a'));
    [letter(bucket / ALPHABET.len()), letter(bucket % ALPHABET.len())].into_iter().collect()
}

/// The name by which a run is known whose own another project uses: with its project and domain before it.
pub fn placed_run(run: &str, project: &str, domain: &str) -> String {
    format!("{project}.{domain}:{run}")
}

/// The name that a run has in its project, however it is known (see [`placed_run`]).
pub fn plain_run(run: &str) -> &str {
    run.rsplit_once(':').map_or(run, |(_, plain)| plain)
}

/// The abort columns of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct AbortState {
    /// `abort_requested_at`: set while the abort is pending.
    pub requested_at: Option<Time>,
    /// `abort_attempt_count`
    pub attempts: u32,
    /// `abort_reason`
    pub reason: Option<TextId>,
}

/// A row of the `actions` table (runs/migrations/sql/20260408110000_init_schema.sql).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionRow {
    /// The recorded phase.
    pub phase: ActionPhase,
    /// The recorded attempt.
    pub attempts: u32,
    /// `cache_status`, upstream's number.
    pub cache_status: u8,
    /// `created_at`; also what durations count from.
    pub created_at: Time,
    /// `updated_at`
    pub updated_at: Time,
    /// `ended_at`
    pub ended_at: Option<Time>,
    /// `duration_ms`, a column of its own that can be stale or negative upstream.
    pub duration_ms: Option<i64>,
    /// The abort columns.
    pub abort: AbortState,
}

impl ActionRow {
    /// A new row (`CreateAction`): `updated_at` is `created_at`.
    pub const fn new(phase: ActionPhase, attempts: u32, created_at: Time) -> ActionRow {
        ActionRow {
            phase,
            attempts,
            cache_status: 0,
            created_at,
            updated_at: created_at,
            ended_at: None,
            duration_ms: None,
            abort: AbortState { requested_at: None, attempts: 0, reason: None },
        }
    }
}
