//! A run as plain data: what it was made from, what was done, and where it stands. That is all of it, for the rest follows.

use super::Session;
use crate::model::read::reads;
use crate::model::{Command, Rejection, Setup, Story};
use serde::Serialize;

/// See `SavedRun` in types.ts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Saved {
    /// What it was set up with, nothing left out.
    pub config: Setup,
    /// The commands held, those undone included.
    pub commands: Vec<Command>,
    /// How many of them are applied; all if absent.
    pub index: Option<u32>,
    /// The incident that they show, if somebody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub story: Option<Story>,
}

reads! {
    Saved { config "config", commands "commands", index "index", story "story" }
}

impl Saved {
    /// What is to be kept of a session.
    pub fn of(session: &Session) -> Saved {
        Saved {
            config: Setup::of(session.world().config()),
            commands: session.held().collect(),
            index: u32::try_from(session.index()).ok(),
            story: session.story().cloned(),
        }
    }

    /// The session that the commands of another lead to, which was broken off in the middle of a call: whatever that was
    /// changing may be half changed, but for the commands. Undone ones whose texts are gone are left out.
    pub fn rebuilt(broken: &Session) -> Result<Session, Rejection> {
        let saved = Saved::of(broken);
        let mut session = Session::new(saved.config.config()?);
        let index = broken.index().min(saved.commands.len());
        for command in saved.commands {
            if session.dispatch(command).is_err() {
                break;
            }
        }
        session.tell(saved.story);
        let index = index.min(session.index());
        session.seek(index).map(|()| session)
    }

    /// The session again. A command that is refused is named by its place.
    pub fn session(self) -> Result<Session, Rejection> {
        let mut session = Session::new(self.config.config()?);
        for (place, command) in self.commands.into_iter().enumerate() {
            session.dispatch(command).map_err(|rejection| {
                let message = format!("`commands[{place}]`: {}", rejection.message);
                Rejection::new(rejection.code, rejection.rule, message)
            })?;
        }
        session.tell(self.story);
        if let Some(index) = self.index {
            session.seek(index as usize)?;
        }
        Ok(session)
    }
}
