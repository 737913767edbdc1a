//! What the model leaves out on purpose, each with the reason. Nothing else is left out of a replay.

/// A reason why something recorded is not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// `info` of an event and the like.
    CreatedEnded,
    /// Phase numbers without a name.
    PhaseNumber,
    /// Kubernetes events.
    Recorder,
    /// `cluster_events`.
    ClusterEvents,
    /// The text of an API error.
    ErrorText,
    /// Words that are no reason, type or status.
    ConditionWord,
    /// Go's words for a protobuf type.
    TypeText,
    /// Parts of a request.
    Request,
    /// Steps of a world in which only a state or a cache status of the plugin's changes.
    PluginAside,
}

impl LeftOut {
    /// Whether it leaves out whole cases, not values in them.
    pub fn whole_case(self) -> bool {
        matches!(self, LeftOut::PhaseNumber | LeftOut::ConditionWord)
    }

    /// The reason.
    pub fn reason(self) -> &'static str {
        match self {
            LeftOut::CreatedEnded => {
                "a row that is born ended is taken as stored; the model's traces end when recorded"
            }
            LeftOut::PhaseNumber => "phase and cache numbers without a name in the protocol cannot be expressed",
            LeftOut::Recorder => "Kubernetes events are for people who watch the cluster; no rule reads them",
            LeftOut::ClusterEvents => "cluster events are a plugin's remarks; no rule reads them",
            LeftOut::ErrorText => "the words of API errors are the cluster's; that there is an error is compared",
            LeftOut::ConditionWord => "a resource whose conditions use words that upstream never writes",
            LeftOut::TypeText => "the words for a type that cannot be signalled are Go's print of a protobuf message",
            LeftOut::Request => {
                "what a recording does not tell of a request is taken from what reached the store unchanged"
            }
            LeftOut::PluginAside => {
                "a write for a state or a cache status of the plugin's alone is the rules': its commands give none"
            }
        }
    }
}
