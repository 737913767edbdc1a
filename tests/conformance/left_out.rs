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
    /// `cache_status` of an event.
    EventCacheStatus,
    /// The text of an API error.
    ErrorText,
    /// The registry's own words.
    RegistryText,
    /// The protobuf library's words.
    ProtobufText,
    /// A discoverable task.
    Cache,
    /// Parts of a request.
    Request,
}

impl LeftOut {
    /// Whether it leaves out whole cases, not values in them.
    pub fn whole_case(self) -> bool {
        matches!(self, LeftOut::PhaseNumber | LeftOut::Cache)
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
            LeftOut::EventCacheStatus => "an event's cache status is no part of the model's events",
            LeftOut::ErrorText => "the words of API errors are the cluster's; that there is an error is compared",
            LeftOut::RegistryText => "after the rule's own words the plugin registry adds its words",
            LeftOut::ProtobufText => "the words for a spec that does not decode are the protobuf library's",
            LeftOut::Request => {
                "what a recording does not tell of a request is taken from what reached the store unchanged"
            }
            LeftOut::Cache => "caching is not modelled, so discoverable tasks are not",
        }
    }
}
