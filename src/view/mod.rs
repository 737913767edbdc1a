//! Layer 3: projections. They read a world and its facts and put them into words and shapes; they change nothing. Which
//! of them ask a rule, and why, is listed in `tests/tidy.rs`.

pub mod api;
pub mod attempts;
pub mod catalog;
pub mod counts;
pub mod details;
pub mod diagnosis;
pub mod diagram;
pub mod event;
pub mod outcomes;
pub mod protojson;
pub mod shown;
pub mod snapshot;
pub mod text;
pub mod told;
pub mod trace;
pub mod why;

pub use api::{ApiKind, api};
pub use attempts::{ActionEvent, Attempt};
pub use catalog::{Divergence, RuleInfo, divergences, rules};
pub use details::{ActionDetails, action_attempts, action_details};
pub use diagnosis::{Diagnosis, diagnosis};
pub use diagram::{Diagram, diagram};
pub use event::{Saying, deciding_rule};
pub use shown::{Shown, snapshot};
pub use snapshot::Snapshot;
pub use told::Told;
pub use trace::trace;
pub use why::{Why, why};
