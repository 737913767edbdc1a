//! What a trace tells of itself beside commands and facts: the incident that it shows, and the moment in which it goes
//! wrong. It stands in comments, so a reader that does not know it reads the same run.

use super::read::{Fields, Read, Unreadable, reads, wrong};
use super::shown::shown;
use super::{Fault, Rules, RulesSetup};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

/// The incident that a trace shows. Every part may be absent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Story {
    /// What it is called; empty if nobody said.
    pub title: String,
    /// What happens and why, a sentence each.
    pub sentences: Vec<String>,
    /// Where it is discussed.
    pub links: Vec<String>,
    /// The weakest thing that has to go wrong first.
    pub needs: Option<Fault>,
    /// Policies, with the values under which it does not happen.
    pub fix: Vec<(String, String)>,
    /// Where it goes wrong.
    pub wrong: Option<Moment>,
}

/// A moment of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The command, from 0.
    pub command: usize,
    /// Which of its facts, from 0; all of them if absent.
    pub fact: Option<usize>,
    /// What to look at.
    pub text: String,
}

impl Story {
    /// The words that begin a comment which belongs to the story.
    pub const WORDS: &'static [&'static str] = &["title", "story", "link", "needs", "fix", "wrong"];

    /// The word and the text of a comment that belongs to a story; nothing if it is any other comment.
    pub fn part(line: &str) -> Option<(&'static str, &str)> {
        let (word, text) = line.strip_prefix("# ")?.split_once(": ")?;
        Story::WORDS.iter().find(|known| **known == word).map(|word| (*word, text))
    }

    /// Whether nothing is told.
    pub fn is_empty(&self) -> bool {
        *self == Story::default()
    }

    /// These rules with what is fixed in them.
    pub fn fixed(&self, rules: &Rules) -> Rules {
        let mut rules = *rules;
        for (policy, value) in &self.fix {
            // What a trace holds was checked when it was read; anything else leaves the rules as they are.
            let _ = rules.set(policy, value);
        }
        rules
    }

    /// As plain data, for whoever shows it.
    pub fn to_value(&self) -> Value {
        let fix: Map<String, Value> = self.fix.iter().map(|(policy, value)| (policy.clone(), json!(value))).collect();
        let wrong = self
            .wrong
            .as_ref()
            .map(|Moment { command, fact, text }| json!({ "command": command, "fact": fact, "text": text }));
        json!({
            "title": self.title, "sentences": self.sentences, "links": self.links,
            "needs": self.needs.map(Fault::name), "fix": fix, "wrong": wrong,
        })
    }

    /// The lines that stand before the first command.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = |word: &str, text: &str| {
            if !text.is_empty() {
                lines.push(["# ", word, ": ", text].concat());
            }
        };
        line("title", &self.title);
        for sentence in &self.sentences {
            line("story", sentence);
        }
        for link in &self.links {
            line("link", link);
        }
        line("needs", self.needs.map_or("", Fault::name));
        let fix: Vec<String> = self.fix.iter().map(|(policy, value)| [policy, "=", value].concat()).collect();
        line("fix", &fix.join(" "));
        lines
    }
}

impl Serialize for Story {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

reads! {
    Moment { command "command", fact "fact", text "text" }
}

impl Read for Story {
    fn read(value: Value, place: &str) -> Result<Self, Unreadable> {
        let mut fields = Fields::of(value, place, &["title", "sentences", "links", "needs", "fix", "wrong"])?;
        let fix = |value: Value| -> Result<Vec<(String, String)>, Unreadable> {
            let fix = match value {
                Value::Null => return Ok(Vec::new()),
                Value::Object(fix) => fix,
                other => return wrong("fix", &other, "an object of policies and values"),
            };
            fix.into_iter().map(|(policy, value)| Ok((policy.clone(), String::read(value, &policy)?))).collect()
        };
        let mut story = Story {
            title: fields.take_or("title", String::new())?,
            sentences: fields.take_or("sentences", Vec::new())?,
            links: fields.take_or("links", Vec::new())?,
            needs: fields.take("needs")?,
            fix: fix(fields.take_or("fix", Value::Null)?)?,
            wrong: fields.take("wrong")?,
        };
        fields.done()?;
        story.fits_a_trace(place)?;
        Ok(story)
    }
}

impl Story {
    /// Has each text be one line, as in a trace, and each fix a policy with a value of its own.
    fn fits_a_trace(&mut self, place: &str) -> Result<(), Unreadable> {
        let wrong = self.wrong.as_mut().map(|moment| &mut moment.text);
        let texts = self.sentences.iter_mut().chain(&mut self.links).chain(wrong);
        for text in texts.chain([&mut self.title]) {
            if text.contains('\n') {
                let why = format!("{} has a line break; each text of a story is one line", shown(text));
                return Err(Unreadable::at(place, why));
            }
            text.truncate(text.trim_end().len());
        }
        self.sentences.retain(|sentence| !sentence.is_empty());
        self.links.retain(|link| !link.is_empty());
        self.wrong.take_if(|moment| moment.text.is_empty());
        for change in &self.fix {
            let changed = RulesSetup { changes: vec![change.clone()], ..RulesSetup::default() };
            let changed = changed.rules().map_err(|rejection| rejection.message);
            changed.map_err(|why| Unreadable::at(place, format!("`fix`: {}", why.trim_end_matches('.'))))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_comments_that_begin_with_a_known_word_belong_to_a_story() {
        assert_eq!(Story::part("# title: A bug"), Some(("title", "A bug")));
        assert_eq!(Story::part("# wrong: here: it is"), Some(("wrong", "here: it is")));
        for line in
            ["title: A bug", "# A run starts with its root action a0.", "# note: look", "#title: A bug", "# title:"]
        {
            assert_eq!(Story::part(line), None, "{line}");
        }
    }
}
