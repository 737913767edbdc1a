//! Why a case, or the rest of one, is not replayed through a world: its surroundings do what no command can have them do.
//! There the rules are asked alone, and the order of the calls is that of the replay.

use super::case::Stop;

/// Why a replay through a world does not go on.
pub enum Halt {
    /// The rest is for the rules alone.
    ByRules(ByRules),
    /// The rest is for nobody.
    Stop(Stop),
}

impl Halt {
    /// Why the rest is for the rules alone, unless it is for nobody.
    pub fn why(self) -> Result<ByRules, Stop> {
        match self {
            Halt::ByRules(why) => Ok(why),
            Halt::Stop(stop) => Err(stop),
        }
    }
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Halt {
        Halt::Stop(stop)
    }
}

impl From<ByRules> for Halt {
    fn from(why: ByRules) -> Halt {
        Halt::ByRules(why)
    }
}

/// What no command can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ByRules {
    /// `MarkAbortAttempt` finds no row.
    RowGone,
    /// `ListPendingAborts` fails.
    ScanFails,
    /// A row asks for an abort and has no reason.
    NoReason,
    /// The abort reconciler is given a task, and the row stays as it is.
    PushAlone,
    /// Two delays end, or one ends and somebody pushes, in the same millisecond.
    SameMoment,
    /// The executor has no plugin for the object, and none for all others.
    NoPlugin,
    /// A call fails that is made because of a state or a cache status of the plugin's alone.
    PluginAside,
    /// Somebody else writes the number of attempts.
    AttemptsWritten,
    /// A signal is written that the actions service would not have written.
    SignalRefused,
    /// The catalog has outputs that cannot be copied.
    UnreadableOutputs,
    /// The catalog forgets outputs, or takes a reservation away.
    CatalogForgets,
    /// The catalog says that outputs are there already in the code that the executor looks for.
    PutRecognised,
    /// An object does not say when it was created.
    NoCreationTime,
    /// The label that an end was recorded is not put on.
    LabelFails,
    /// An object whose end was recorded is told all the same.
    ToldUnasked,
}

impl ByRules {
    /// In words.
    pub fn reason(self) -> &'static str {
        match self {
            ByRules::RowGone => "a row that is there and is not found: no command deletes rows",
            ByRules::ScanFails => "the scan of a run service that starts fails: a world's never does",
            ByRules::NoReason => "an abort that is pending without a reason: every abort has one",
            ByRules::PushAlone => {
                "a task is pushed and its row, which has been counted, stays: an abort writes the row anew"
            }
            ByRules::SameMoment => {
                "what falls on one millisecond: for that a recorder has an order and a world another"
            }
            ByRules::NoPlugin => {
                "an object that no plugin serves: upstream's executor has the pod plugin for all others"
            }
            ByRules::PluginAside => "a call that fails and is made for a state or a cache status of the plugin's alone",
            ByRules::AttemptsWritten => "a number of attempts that somebody writes into a status that is there",
            ByRules::SignalRefused => {
                "a signal that is written unasked: the actions service would refuse it, or keep the first"
            }
            ByRules::UnreadableOutputs => "outputs in the catalog that cannot be copied",
            ByRules::CatalogForgets => {
                "a catalog that forgets outputs, or whose reservation goes from one to another unasked"
            }
            ByRules::PutRecognised => {
                "a put answered with gRPC's AlreadyExists: the cache service answers with connect's, which is not looked for"
            }
            ByRules::NoCreationTime => "an object that does not say when it was created",
            ByRules::LabelFails => "the informer's label is refused: only the executor's can be",
            ByRules::ToldUnasked => "an object whose end was recorded and that is handed to a worker all the same",
        }
    }
}
