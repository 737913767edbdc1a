//! The laws of the house, checked: layers, who may name policies and rules, what only tests call, no circles, no name that
//! stands for nothing.
//! Each law is a function of the files, so that a planted breach shows what it says. Its twin for the page is
//! `tests/js/tidy.test.mjs`.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where what it expects fails"
)]

use flyte_lifecycle::drive::properties::PROPERTIES;
use flyte_lifecycle::model::policy::Policy;
use flyte_lifecycle::model::{Command, Rule};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What each layer may import. A module that is not named belongs to no layer.
const LAYERS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("rules", &["model"]),
    ("world", &["model", "rules"]),
    ("view", &["model", "world"]),
    ("drive", &["model", "world"]),
    ("wasm", &["model", "rules", "world", "view", "drive"]),
    // Beside the layers: none of them names it.
    ("recorded", &["model", "rules", "world", "view"]),
];

/// What only tests call and stands outside of `recorded` all the same, and why.
const CALLED_BY_TESTS: &[(&str, &str)] = &[
    ("drive::explore::needs", "the page's vocabulary is written from it, by a test"),
    ("drive::explore::part_count", "the native command line tells it"),
    ("world::stores::key::has_abort", "a test of footprints looks into a key, which shows nothing else of itself"),
];

/// Who may ask a rule although his layer may not, which, and why.
const ASKS_RULES: &[(&str, &str, &str)] = &[
    ("view::api", "listing", "what a list or a watch tells is a view, and what upstream leaves out is a rule"),
    ("view::details", "timeouts", "whether a timeout has a result is decided where the policy is"),
    ("view::diagram", "guard", "the guard says which edges it lets pass"),
    ("view::outcomes", "pod", "an outcome is told by what the pod's plugin makes of an exit code"),
    ("view::snapshot", "listing", "a list of runs is a view, and upstream's filter is a rule"),
    ("drive::bulk", "", "many actions without a world: it is the rules alone that are driven"),
    ("drive::check_run", "", "what a record tells is held against the guard, the phases and the limits of requests"),
    ("drive::observed::messages", "run_service", "an attempt of which nobody says whose it is may be the root's"),
    ("drive::explore::space", "requests", "an error is as long as what the resource does not hold"),
    ("drive::properties::steps", "", "a property speaks of when a watch closes, as the rules have it"),
    ("drive::properties::worlds", "", "properties speak of the last attempt and of listings as the rules have them"),
];

/// Who may branch on a policy beside the rules, and why.
const NAMES_POLICIES: &[(&str, &str)] = &[
    ("drive::check_run::impossible", "what no run can show hangs on policies; lives under mixed ones hold it to them"),
    ("drive::check_run::shows", "what a record shows is a known bug only where the policy has it so"),
    ("view::diagram", "edges are declared by policy; a test holds that what is explored equals what is declared"),
    ("drive::explore::fixes", "it tries each policy's values, and decides by none"),
    ("wasm::main::questions", "a guard is named by whoever asks about it"),
];

/// Files that are longer than a reader has patience for, and why they are.
const LONG: &[(&str, &str)] = &[("world::check", "one idea, why not: each refusal says what would work")];

/// Incidents that a record shows and no run of the model can make, so that no trace tells them, and what they are.
const RECORDED: &[(&str, &str)] =
    &[("N8", "a watch that ends because a child comes before its parent"), ("N17", "more events than are looked at")];

/// Lines from which a file asks for a reason. Tests in it count as well, since they are read with it.
const LONG_FROM: usize = 650;

/// The modules by path (`world::check`), each with its text.
type Files = BTreeMap<String, String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn files() -> Files {
    let mut files = Files::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let module = path.strip_prefix(root().join("src")).unwrap().with_extension("");
                let parts: Vec<&str> = module.iter().map(|part| part.to_str().unwrap()).collect();
                let module = parts.join("::").trim_end_matches("::mod").to_owned();
                files.insert(module, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

/// A file without its comments and its own tests.
fn code(text: &str) -> String {
    let text = text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The paths that begin with `crate` or `super`, those in braces one by one.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::").chain(code.match_indices("super::")) {
        // `super::super::x` is found at its first word, and `other_crate::` is none.
        let before = code[..at].chars().next_back().unwrap_or(' ');
        if !before.is_alphanumeric() && !"_:$".contains(before) {
            expand(&code[at..], "", &mut found);
        }
    }
    found
}

fn expand(code: &str, prefix: &str, found: &mut Vec<String>) {
    let end = code.find(|c: char| !(c.is_alphanumeric() || "_:".contains(c))).unwrap_or(code.len());
    let path = format!("{prefix}{}", &code[..end]);
    let Some(inner) = code[end..].strip_prefix('{').filter(|_| path.ends_with("::")) else {
        found.push(path);
        return;
    };
    let (mut depth, mut begin) = (0, 0);
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            ',' | '}' if depth == 0 => {
                let item = inner[begin..at].trim();
                if !item.is_empty() {
                    expand(item, &path, found);
                }
                begin = at + 1;
                if c == '}' {
                    return;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
}

/// The module that a path names, as seen from `module`: the longest one that is there, and what of the path is left.
fn named<'a>(files: &'a Files, module: &str, path: &str) -> Option<(&'a str, String)> {
    let mut parts: Vec<&str> = path.split("::").filter(|part| !part.is_empty()).collect();
    let mut whole: Vec<&str> = match parts.first()? {
        &"crate" => Vec::new(),
        _ => module.split("::").collect(),
    };
    while parts.first() == Some(&"super") {
        whole.pop();
        parts.remove(0);
    }
    if parts.first() == Some(&"crate") {
        parts.remove(0);
    }
    whole.extend(parts);
    for end in (1..=whole.len()).rev() {
        let Some((known, text)) = files.get_key_value(&whole[..end].join("::")) else { continue };
        let rest = whole[end..].join("::");
        // What a folder hands on is where it comes from.
        let handed_on = whole.get(end).and_then(|name| handed_on(text, name));
        return match handed_on.and_then(|child| files.get_key_value(&format!("{known}::{child}"))) {
            Some((child, _)) => Some((child, rest)),
            None => Some((known, rest)),
        };
    }
    None
}

/// The child from which a folder's `mod.rs` hands on that name.
fn handed_on<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.split("pub use ").skip(1).filter_map(|rest| rest.split_once(';')).find_map(|(list, _)| {
        let (child, names) = list.split_once("::")?;
        let mut names = names.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        names.any(|word| word == name).then_some(child.trim())
    })
}

fn is_within(module: &str, folder: &str) -> bool {
    module == folder || module.strip_prefix(folder).is_some_and(|rest| rest.starts_with("::"))
}

fn layer(module: &str) -> &str {
    module.split("::").next().unwrap_or_default()
}

/// Whether a list excuses a module; marks the excuse as used.
fn excused<'a>(list: &[(&'a str, &str)], module: &str, used: &mut BTreeSet<&'a str>) -> bool {
    let excuse = list.iter().find(|(folder, _)| is_within(module, folder));
    excuse.is_some_and(|(folder, _)| {
        used.insert(folder);
        true
    })
}

/// A layer imports those below it.
fn layers(files: &Files) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut used = BTreeSet::new();
    for (module, text) in files {
        let Some((_, may)) = LAYERS.iter().find(|(name, _)| *name == layer(module)) else { continue };
        for path in paths(&code(text)) {
            let Some((other, rest)) = named(files, module, &path) else { continue };
            let to = layer(other);
            if to == layer(module) || may.contains(&to) {
                continue;
            }
            let rule = other.strip_prefix("rules::").unwrap_or(&rest);
            let excuse = ASKS_RULES
                .iter()
                .position(|(folder, name, _)| is_within(module, folder) && (name.is_empty() || rule.starts_with(name)));
            match excuse.filter(|_| to == "rules") {
                Some(place) => _ = used.insert(place),
                None => breaches.push(format!(
                    "src/{module}: `{path}`: {} imports {} and not {to}. Move what is asked down, or what asks up.",
                    layer(module),
                    if may.is_empty() { "nothing".to_owned() } else { may.join(", ") }
                )),
            }
        }
    }
    for (place, (folder, ..)) in ASKS_RULES.iter().enumerate() {
        if !used.contains(&place) && files.contains_key(*folder) {
            breaches
                .push(format!("tests/tidy.rs: {folder} asks no such rule any more: take its line out of ASKS_RULES."));
        }
    }
    breaches
}

/// What only tests call stands in `recorded`. The boundary is called from JavaScript.
fn called_by_tests(files: &Files) -> Vec<String> {
    let codes: Vec<(&str, String)> = files.iter().map(|(module, text)| (module.as_str(), code(text))).collect();
    let mut calls: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, code) in &codes {
        for word in code.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
            *calls.entry(word).or_default() += 1;
        }
    }
    let mut breaches = Vec::new();
    let mut used = BTreeSet::new();
    for (module, code) in codes.iter().filter(|(module, _)| !["recorded", "wasm"].contains(&layer(module))) {
        let functions = code.split("pub fn ").chain(code.split("pub const fn ")).skip(1);
        let names = functions.filter_map(|rest| rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next());
        for name in names.filter(|name| calls.get(name) == Some(&1)) {
            if !excused(CALLED_BY_TESTS, &format!("{module}::{name}"), &mut used) {
                breaches
                    .push(format!("src/{module}: only tests call `{name}`: move it to src/recorded, or take it out."));
            }
        }
    }
    breaches.extend(
        CALLED_BY_TESTS.iter().filter(|(name, _)| !used.contains(name)).map(|(name, _)| {
            format!("tests/tidy.rs: {name} needs no excuse any more: take it out of CALLED_BY_TESTS.")
        }),
    );
    breaches
}

/// A rule branches on the policy that it owns; nobody else names one.
fn policies(files: &Files) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut used = BTreeSet::new();
    for (module, text) in files {
        if ["model", "rules"].contains(&layer(module)) {
            continue;
        }
        let of_policy = |path: &String| path.contains("policy::") || path.ends_with("::policy");
        for path in paths(&code(text)).into_iter().filter(of_policy) {
            if !excused(NAMES_POLICIES, module, &mut used) {
                breaches.push(format!(
                    "src/{module}: `{path}`: only rules branch on policies. Ask a function of src/rules, and write it if \
                     there is none."
                ));
            }
        }
    }
    unused(NAMES_POLICIES, "NAMES_POLICIES", &used, files, &mut breaches);
    breaches
}

fn unused(list: &[(&str, &str)], name: &str, used: &BTreeSet<&str>, files: &Files, breaches: &mut Vec<String>) {
    let gone = list.iter().filter(|(module, _)| !used.contains(module) && files.contains_key(*module));
    breaches.extend(
        gone.map(|(module, _)| format!("tests/tidy.rs: {module} needs no excuse any more: take it out of {name}.")),
    );
}

/// Neither files nor folders import each other in a circle. What a folder's own `mod.rs` gathers is no circle.
fn circles(files: &Files) -> Vec<String> {
    // Between which two, both in one folder, there is an import, and which one.
    let mut edges: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (module, text) in files {
        for path in paths(&code(text)) {
            let Some((other, _)) = named(files, module, &path) else { continue };
            if is_within(module, other) || is_within(other, module) {
                continue;
            }
            let (from, to): (Vec<&str>, Vec<&str>) = (module.split("::").collect(), other.split("::").collect());
            let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            let (from, to) = (from[..=shared].join("::"), to[..=shared].join("::"));
            edges.entry(from).or_default().entry(to).or_insert_with(|| format!("src/{module} names `{path}`"));
        }
    }
    let mut breaches = Vec::new();
    for from in edges.keys() {
        // The shortest way back, if there is one; each circle is told once, from its first member.
        let mut ways: BTreeMap<&String, Option<&String>> = BTreeMap::from([(from, None)]);
        let mut next = vec![from];
        while let Some(at) = next.first().copied() {
            next.remove(0);
            for to in edges.get(at).into_iter().flat_map(BTreeMap::keys) {
                if to == from {
                    let mut way = vec![to, at];
                    while let Some(Some(before)) = way.last().and_then(|last| ways.get(last)) {
                        way.push(before);
                    }
                    way.reverse();
                    if way.iter().min() == Some(&from) {
                        let steps = way.windows(2).map(|step| edges[step[0]][step[1]].as_str()).collect::<Vec<_>>();
                        breaches.push(format!(
                            "A circle: {}. Move what both need into a file of its own. ({})",
                            way.iter().map(|step| step.as_str()).collect::<Vec<_>>().join(" → "),
                            steps.join("; ")
                        ));
                    }
                    next.clear();
                    break;
                }
                if !ways.contains_key(to) {
                    ways.insert(to, Some(at));
                    next.push(to);
                }
            }
        }
    }
    breaches
}

/// A file is of a size that one reads.
fn sizes(files: &Files) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut used = BTreeSet::new();
    for (module, text) in files {
        let lines = text.lines().count();
        if lines > LONG_FROM && !excused(LONG, module, &mut used) {
            breaches.push(format!("src/{module} has {lines} lines: give a part of it a file, or a reason in LONG."));
        }
    }
    // A long one that is a little shorter keeps its reason: it is looked at again when it is short.
    used.extend(
        LONG.iter()
            .map(|(module, _)| *module)
            .filter(|module| files.get(*module).is_some_and(|text| text.lines().count() + 50 > LONG_FROM)),
    );
    unused(LONG, "LONG", &used, files, &mut breaches);
    breaches
}

/// What there is to be named.
struct Known {
    incidents: BTreeSet<String>,
    properties: BTreeSet<&'static str>,
    rules: BTreeSet<&'static str>,
    policies: BTreeSet<&'static str>,
}

fn known() -> Known {
    let traces = std::fs::read_dir(root().join("tests/traces")).unwrap();
    let names = traces.map(|entry| entry.unwrap().file_name().to_str().unwrap().to_owned());
    Known {
        incidents: names.filter_map(|name| Some(name.split_once(['-', '.'])?.0.to_uppercase())).collect(),
        properties: PROPERTIES.iter().map(|property| property.id).collect(),
        rules: Rule::ALL.iter().map(|rule| rule.name()).collect(),
        policies: Policy::ALL.iter().map(|policy| policy.name).collect(),
    }
}

/// What stands in quotes names what there is: an incident (`N4`), a property (`P30`), a policy or a rule.
fn names(files: &Files, known: &Known) -> Vec<String> {
    let mut breaches = Vec::new();
    for (module, text) in files {
        for word in code(text).split('"').skip(1).step_by(2) {
            let number = |letter| {
                word.strip_prefix(letter)
                    .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit()))
            };
            if known.properties.contains(word) || RECORDED.iter().any(|(incident, _)| *incident == word) {
                continue;
            }
            let (what, is_known) = if number('N') || number('S') {
                ("incident: tests/traces tells none of that name", known.incidents.contains(word))
            } else if number('P') {
                ("property of src/drive/properties/list.rs", known.properties.contains(word))
            } else if is_like(word, &known.rules) {
                ("rule of src/model/rule.rs", known.rules.contains(word))
            } else {
                continue;
            };
            if !is_known {
                breaches.push(format!("src/{module}: \"{word}\" is no {what}; mend the name, or take it out."));
            }
        }
    }
    breaches
}

/// Whether a word begins as several rules do (`GuardRefuses…`, `Refuses…`), so that it must be meant for one.
fn is_like(word: &str, rules: &BTreeSet<&str>) -> bool {
    ["GuardAdmits", "GuardRefuses", "Refuses"].iter().any(|prefix| {
        word.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
            && word.chars().all(|c| c.is_ascii_alphanumeric())
            && rules.iter().any(|rule| rule.starts_with(prefix))
    })
}

fn held(law: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{law}\n{}", breaches.join("\n"));
}

#[test]
fn the_house_keeps_its_laws() {
    let files = files();
    assert!(files.len() > 100, "{} files of src were found", files.len());
    held("A layer imports those below it.", &layers(&files));
    held("What only tests call stands in src/recorded.", &called_by_tests(&files));
    held("A rule branches on the policy it owns, and nobody else does.", &policies(&files));
    held("Nothing imports in a circle.", &circles(&files));
    held("A file is of a size that one reads.", &sizes(&files));
    held("A name in quotes names what there is.", &names(&files, &known()));
}

/// Each law, with a breach planted in the files as they are: what is said of it.
#[test]
fn a_breach_of_each_law_is_found_and_says_what_to_do_instead() {
    let planted = |module: &str, text: &str| {
        let mut files = files();
        files.entry(module.to_owned()).or_default().insert_str(0, text);
        files
    };
    let found = |breaches: Vec<String>, words: &str| {
        assert!(breaches.iter().any(|breach| breach.contains(words)), "{words} is not in {breaches:#?}");
    };
    found(
        layers(&planted("rules::gc", "use crate::world::World;\n")),
        "src/rules::gc: `crate::world::World`: rules imports model",
    );
    found(layers(&planted("model::time", "use super::super::rules::admit;\n")), "model imports nothing and not rules");
    found(layers(&planted("view::trace", "use crate::{drive::Session, world::World};\n")), "`crate::drive::Session`");
    found(layers(&planted("drive::session", "use crate::rules::task::reconcile_task;\n")), "src/drive::session");
    found(layers(&planted("view::snapshot", "use crate::rules::guard::admit;\n")), "src/view::snapshot");
    for importer in ["rules::task", "world::clock", "view::details", "drive::session", "wasm::main::questions"] {
        found(layers(&planted(importer, "use crate::recorded::output;\n")), "and not recorded");
    }
    found(called_by_tests(&planted("rules::gc", "pub fn asked_by_nobody() {}\n")), "move it to src/recorded");
    found(called_by_tests(&planted("view::text", "fn f() { x.has_abort() }\n")), "has_abort needs no excuse any more");
    found(policies(&planted("world::clock", "use crate::model::policy::Watch;\n")), "Ask a function of src/rules");
    found(policies(&planted("world::clock", "use crate::model::policy;\n")), "src/world::clock");
    found(circles(&planted("model::time", "use super::fact::Fact;\n")), "A circle: model::");
    found(
        circles(&planted("drive::properties::list", "use crate::drive::explore::Bounds;\n")),
        "A circle: drive::explore → drive::properties → drive::explore",
    );
    found(sizes(&planted("world::sink", &"// a line\n".repeat(LONG_FROM))), "give a part of it a file");
    let known = known();
    for (word, words) in [
        ("N999", "no incident"),
        ("S0", "no incident"),
        ("P77", "no property"),
        ("GuardRefusesNonsense", "no rule of src/model/rule.rs"),
    ] {
        found(names(&planted("view::text", &format!("const X: &str = \"{word}\";\n")), &known), words);
    }
    // An excuse that nobody needs any more is a breach as well.
    let mut files = files();
    files.insert("view::outcomes".to_owned(), String::new());
    found(layers(&files), "view::outcomes asks no such rule any more");
}

/// Words that tables share with others are given once: no two commands are called the same, and no policy as a rule set.
#[test]
fn no_word_is_given_twice() {
    let words: BTreeSet<&str> = Command::WORDS.iter().copied().collect();
    assert_eq!(words.len(), Command::WORDS.len());
    let known = known();
    assert_eq!((known.policies.len(), known.rules.len()), (Policy::ALL.len(), Rule::ALL.len()));
    assert!(!known.policies.contains("base"));
}
