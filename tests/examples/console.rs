//! What the programs beside the library share: how they print and how they end.

use flyte_lifecycle::model::rule::UPSTREAM_COMMIT;
use std::io::{self, ErrorKind};
use std::process::ExitCode;

/// Why a program ends before it is done.
pub enum Stop {
    /// Nobody reads what it prints any more, as in `… | head`.
    Unread,
    /// Something makes no sense, in a sentence.
    Wrong(String),
}

impl From<String> for Stop {
    fn from(sentence: String) -> Stop {
        Stop::Wrong(sentence)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        if error.kind() == ErrorKind::BrokenPipe { Stop::Unread } else { Stop::Wrong(format!("{error}.")) }
    }
}

/// The status of arguments that make no sense.
const WRONG: u8 = 2;

/// What `--version` prints.
pub fn version(program: &str) -> String {
    format!("{program} {}, after flyteorg/flyte at {UPSTREAM_COMMIT}", env!("CARGO_PKG_VERSION"))
}

/// The exit status, after a sentence about what was wrong. To have read enough is no mistake.
pub fn ended(result: Result<u8, Stop>, program: &str) -> ExitCode {
    match result {
        Ok(status) => ExitCode::from(status),
        Err(Stop::Unread) => ExitCode::SUCCESS,
        Err(Stop::Wrong(sentence)) => {
            eprintln!("{sentence}\n`npm run {program} -- --help` says what there is.");
            ExitCode::from(WRONG)
        }
    }
}
