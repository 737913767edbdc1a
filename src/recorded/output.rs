//! Where an action's attempt writes its outputs: the path that executor and SDK compute alike
//! (executor/pkg/plugin/task_exec_context.go, `ComputeActionOutputPath`; actions/k8s/client.go, `BuildOutputUri`).

use crate::model::action::shard;

/// The folder of an attempt's outputs: a shard of two characters right after the bucket, then the rest of the run's
/// base, the action and the attempt (0 counts as 1). Empty if there is no base, or one that Go does not read as a URL.
pub fn output_uri(namespace: &str, object_name: &str, base: &str, action: &str, attempts: u32) -> String {
    let Some(mut url) = Url::parse(base).filter(|_| !base.is_empty()) else { return String::new() };
    let rest = trim(&url.path);
    let mut path = b"/".to_vec();
    path.extend(shard(namespace, object_name).bytes());
    if !rest.is_empty() {
        path.push(b'/');
        path.extend(rest);
    }
    path.extend(format!("/{action}/{}", attempts.max(1)).bytes());
    url.path = path;
    url.text()
}

/// Without slashes at both ends.
fn trim(path: &[u8]) -> &[u8] {
    let slash = |byte: &u8| *byte == b'/';
    let Some(from) = path.iter().position(|byte| !slash(byte)) else { return &[] };
    let to = path.iter().rposition(|byte| !slash(byte)).unwrap_or(from);
    path.get(from..=to).unwrap_or_default()
}

/// A URL in the parts that Go's net/url takes it apart into, percent escapes undone.
struct Url {
    scheme: String,
    /// What follows the scheme if it begins with no slash; then there is no path.
    opaque: Option<String>,
    /// The user, and the password if there is one.
    user: Option<(Vec<u8>, Option<Vec<u8>>)>,
    host: Vec<u8>,
    /// There is a scheme, but no `//` after it.
    omits_host: bool,
    path: Vec<u8>,
    /// With the question mark.
    query: String,
    fragment: String,
}

/// The parts of a URL, which are escaped differently.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Path,
    Host,
    User,
    Fragment,
}

impl Url {
    /// Takes a URL apart as Go's `url.Parse` does; `None` where that fails.
    fn parse(text: &str) -> Option<Url> {
        let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
        unescape(fragment, Part::Fragment)?;
        if text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
            return None;
        }
        let (scheme, rest) = split_scheme(text)?;
        let (rest, query) = match rest.find('?') {
            Some(place) => rest.split_at(place),
            None => (rest, ""),
        };
        let mut url = Url {
            scheme: scheme.to_ascii_lowercase(),
            opaque: None,
            user: None,
            host: Vec::new(),
            omits_host: false,
            path: Vec::new(),
            query: query.to_owned(),
            fragment: fragment.to_owned(),
        };
        if !rest.starts_with('/') {
            if !scheme.is_empty() {
                url.opaque = Some(rest.to_owned());
                return Some(url);
            }
            // What looks like a scheme that is none.
            if rest.split('/').next().is_some_and(|first| first.contains(':')) {
                return None;
            }
        }
        let mut path = rest;
        if let Some(after) = rest.strip_prefix("//").filter(|_| !scheme.is_empty() || !rest.starts_with("///")) {
            let (authority, rest) = after.split_at(after.find('/').unwrap_or(after.len()));
            url.set_authority(authority)?;
            path = rest;
        } else if !scheme.is_empty() && rest.starts_with('/') {
            url.omits_host = true;
        }
        url.path = unescape(path, Part::Path)?;
        Some(url)
    }

    /// `user:password@host:port`
    fn set_authority(&mut self, authority: &str) -> Option<()> {
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let port = if host.starts_with('[') {
            host.get(host.rfind(']')? + 1..)?
        } else {
            host.rfind(':').and_then(|place| host.get(place..)).unwrap_or_default()
        };
        if !port.is_empty() && !port.strip_prefix(':')?.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.host = unescape(host, Part::Host)?;
        if let Some(user) = user {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte);
            if !user.bytes().all(allowed) {
                return None;
            }
            self.user = Some(match user.split_once(':') {
                Some((name, word)) => (unescape(name, Part::User)?, Some(unescape(word, Part::User)?)),
                None => (unescape(user, Part::User)?, None),
            });
        }
        Some(())
    }

    /// Puts it together as Go's `URL.String` does.
    fn text(&self) -> String {
        let mut text = String::new();
        if !self.scheme.is_empty() {
            text.push_str(&self.scheme);
            text.push(':');
        }
        if let Some(opaque) = self.opaque.as_ref().filter(|opaque| !opaque.is_empty()) {
            text.push_str(opaque);
        } else {
            let omits_host = self.omits_host && self.host.is_empty() && self.user.is_none();
            // The path is never empty here, so a scheme without host keeps its two slashes.
            if (!self.scheme.is_empty() || !self.host.is_empty() || self.user.is_some()) && !omits_host {
                text.push_str("//");
                if let Some((name, word)) = &self.user {
                    escape(name, Part::User, &mut text);
                    if let Some(word) = word {
                        text.push(':');
                        escape(word, Part::User, &mut text);
                    }
                    text.push('@');
                }
                escape(&self.host, Part::Host, &mut text);
            }
            escape(&self.path, Part::Path, &mut text);
        }
        text.push_str(&self.query);
        if !self.fragment.is_empty() {
            text.push('#');
            // What came validly escaped stays as it came.
            let valid = |byte: u8| b"!$&'()*+,;=:@[]%".contains(&byte) || !must_escape(byte, Part::Fragment);
            if self.fragment.bytes().all(valid) {
                text.push_str(&self.fragment);
            } else {
                escape(&unescape(&self.fragment, Part::Fragment).unwrap_or_default(), Part::Fragment, &mut text);
            }
        }
        text
    }
}

/// The scheme, which may be empty, and what follows its colon; `None` for a colon with nothing before it.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if place > 0 => {}
            b':' if place == 0 => return None,
            b':' => return text.split_once(':'),
            _ => break,
        }
    }
    Some(("", text))
}

/// The bytes without percent escapes; `None` if one is broken, or if a host has what no host can have.
fn unescape(text: &str, part: Part) -> Option<Vec<u8>> {
    let mut bytes = text.bytes();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            if part == Part::Host && byte.is_ascii() && must_escape(byte, part) {
                return None;
            }
            plain.push(byte);
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let byte = digit()? << 4 | digit()?;
        // In a host only bytes outside ASCII and the percent sign itself are escaped.
        if part == Part::Host && byte.is_ascii() && byte != b'%' {
            return None;
        }
        plain.push(byte);
    }
    Some(plain)
}

fn escape(bytes: &[u8], part: Part, text: &mut String) {
    for &byte in bytes {
        if must_escape(byte, part) {
            text.push_str(&format!("%{byte:02X}"));
        } else {
            text.push(char::from(byte));
        }
    }
}

/// Whether Go escapes the byte in that part (net/url, `shouldEscape`).
fn must_escape(byte: u8, part: Part) -> bool {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => false,
        b'!' | b'(' | b')' | b'*' => !matches!(part, Part::Host | Part::Fragment),
        b'\'' | b'[' | b']' | b'<' | b'>' | b'"' => part != Part::Host,
        b'$' | b'&' | b'+' | b',' | b';' | b'=' => false,
        b'/' | b'?' | b':' | b'@' => match part {
            Part::Path => byte == b'?',
            Part::User => true,
            Part::Host => byte != b':',
            Part::Fragment => false,
        },
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bases of every shape that Go's net/url tells apart.
    #[test]
    fn a_shard_goes_after_the_bucket_and_action_and_attempt_go_last() {
        let uri = |base| output_uri("flyte", "r1-7xk2", base, "7xk2", 0);
        for (base, expected) in [
            ("s3://bucket/org/run/", "s3://bucket/va/org/run/7xk2/1"),
            ("S3://user:pa%3Ass@host:90/x", "s3://user:pa%3Ass@host:90/va/x/7xk2/1"),
            ("file:///data", "file:///va/data/7xk2/1"),
            ("file:/data", "file:/va/data/7xk2/1"),
            ("data/x", "/va/data/x/7xk2/1"),
            ("s3:opaque", "s3:opaque"),
            ("s3://b/é (1)'", "s3://b/va/%C3%A9%20%281%29%27/7xk2/1"),
            ("s3://b/x?", "s3://b/va/x/7xk2/1?"),
            ("s3://b/x#a b", "s3://b/va/x/7xk2/1#a%20b"),
            ("", ""),
            (":x", ""),
            ("1s:x", ""),
            ("s3://b c/x", ""),
            ("s3://b:port/x", ""),
            ("s3://b/\u{1}", ""),
            ("s3://b/%4", ""),
        ] {
            assert_eq!(uri(base), expected, "{base}");
        }
    }
}
