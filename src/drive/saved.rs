//! A run as plain data: what it was made from, what was done, and where it stands. That is all of it, for the rest follows.

use super::Session;
use crate::model::read::reads;
use crate::model::{Code, Command, Rejection, Rule, Setup, Story};
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
        let (mut session, _) = Saved::of(broken).played()?;
        session.seek(broken.index().min(session.index()))?;
        Ok(session)
    }

    /// The session again. A command that is refused is named by its place, as is a moment that is none of the run's.
    pub fn session(self) -> Result<Session, Rejection> {
        let (index, count) = (self.index, self.commands.len());
        let moment = self.story.as_ref().and_then(|story| story.wrong.as_ref()).map(|moment| moment.command);
        if let Some(command) = moment.filter(|command| *command >= count) {
            let message = format!("`story.wrong.command` is {command}; there are {count} commands, counted from 0.");
            return Err(Rejection::new(Code::OutOfRange, Rule::CommandInvalid, message));
        }
        let (mut session, refused) = self.played()?;
        if let Some(refused) = refused {
            return Err(refused);
        }
        if let Some(index) = index {
            session.seek(index as usize)?;
        }
        Ok(session)
    }

    /// The session after all commands, or after those before one that is refused, and why it is.
    fn played(self) -> Result<(Session, Option<Rejection>), Rejection> {
        let mut session = Session::new(self.config.config()?);
        let refused = self.commands.into_iter().enumerate().find_map(|(place, command)| {
            let rejection = session.dispatch(command).err()?;
            let message = format!("`commands[{place}]`: {}", rejection.message);
            Some(Rejection::new(rejection.code, rejection.rule, message))
        });
        session.tell(self.story);
        Ok((session, refused))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where what it expects fails")]
mod tests {
    use super::*;
    use crate::model::Moment;

    fn kept(command: usize, fact: Option<usize>) -> Saved {
        let mut session = Session::new(crate::model::Config::default());
        session.dispatch(Command::Advance { ms: 1 }).unwrap();
        session.dispatch(Command::Advance { ms: 2 }).unwrap();
        let wrong = Some(Moment { command, fact, text: "here".to_owned() });
        Saved { story: Some(Story { wrong, ..Story::default() }), ..Saved::of(&session) }
    }

    /// What a trace could not tell would be lost on the way into one.
    #[test]
    fn a_moment_is_one_of_the_run_as_in_a_trace() {
        let moment = |saved: Saved| saved.session().unwrap().story().unwrap().wrong.clone().unwrap();
        assert_eq!((moment(kept(1, Some(0))).command, moment(kept(1, Some(0))).fact), (1, Some(0)));
        assert_eq!(moment(kept(1, Some(1))).fact, None, "one fact follows from it");
        let refusal = kept(2, None).session().unwrap_err();
        assert_eq!(refusal.code, Code::OutOfRange);
        assert_eq!(refusal.message, "`story.wrong.command` is 2; there are 2 commands, counted from 0.");
    }

    #[test]
    fn what_is_broken_off_is_rebuilt_as_far_as_its_commands_go() {
        let mut session = kept(0, None).session().unwrap();
        session.seek(1).unwrap();
        let again = Saved::rebuilt(&session).unwrap();
        assert_eq!((again.index(), again.len(), again.story()), (1, 2, session.story()));
    }
}
