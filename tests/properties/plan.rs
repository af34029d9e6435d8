//! A form and what is typed into it, decoded from bytes, and what of it must arrive.

use std::collections::HashSet;

#[path = "rule.rs"]
mod rule;

pub use rule::Rule;

/// One field, and what the caller does with it.
#[derive(Debug, Clone)]
pub struct Planned {
    /// `None` only for a fixed text.
    pub var: Option<String>,
    pub kind: &'static str,
    pub required: bool,
    pub values: Vec<String>,
    pub options: Vec<String>,
    pub rule: Option<Rule>,
    /// The values are white space that means nothing.
    pub blank: bool,
    pub typed: Typed,
}

#[derive(Debug, Clone)]
pub enum Typed {
    Not,
    Text(String),
    Yes(bool),
    Several(Vec<String>),
}

#[derive(Debug, Clone)]
pub struct Plan {
    pub data: bool,
    pub fields: Vec<Planned>,
}

const KINDS: [&str; 12] = [
    "text-single",
    "text-private",
    "hidden",
    "boolean",
    "list-single",
    "list-multi",
    "text-multi",
    "jid-single",
    "jid-multi",
    "fixed",
    "",
    "unheard-of",
];
const VARS: [&str; 10] = [
    "username",
    "password",
    "FORM_TYPE",
    "email",
    "key",
    "old_password",
    "a b",
    "'\"<&>\t\r\n",
    "",
    "nick",
];
const LEGACY_VARS: [&str; 8] = [
    "username", "password", "email", "key", "nick", "x-own", "misc", "text",
];
/// Characters that writers and readers are known to stumble over.
const ODD: [char; 24] = [
    'é',
    'ß',
    '中',
    '\u{1F600}',
    '\u{85}',
    '\u{2028}',
    '\u{A0}',
    '\u{D7FF}',
    '\u{E000}',
    '\u{FFFD}',
    '\u{10000}',
    '\u{10FFFF}',
    '\u{7F}',
    '\u{80}',
    '\u{9F}',
    '\u{300}',
    '\u{202E}',
    '\u{FEFF}',
    '\r',
    '\n',
    '\t',
    ']',
    '>',
    '&',
];

struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn next(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::from(self.next()) % of.len()]
    }

    /// Any text, also with what XML forbids.
    fn text(&mut self) -> String {
        let length = match self.next() {
            short @ 0..=239 => short % 8,
            long => long,
        };
        (0..length)
            .map(|_| match self.next() {
                ascii @ 0..=127 => char::from(ascii),
                odd @ 128..=254 => ODD[usize::from(odd) % ODD.len()],
                255 => '\u{FFFE}',
            })
            .collect()
    }

    fn legal_text(&mut self) -> String {
        self.text().chars().filter(|c| is_legal(*c)).collect()
    }

    fn texts(&mut self, most: u8) -> Vec<String> {
        (0..self.next() % (most + 1))
            .map(|_| self.legal_text())
            .collect()
    }
}

/// XML 1.0 section 2.2, production `Char`.
pub fn is_legal(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

impl Plan {
    pub fn decode(bytes: &[u8]) -> Plan {
        let mut bytes = Bytes(bytes);
        let data = bytes.next() % 4 != 3;
        let mut fields = vec![Planned::new("username", "text-single")];
        while !bytes.0.is_empty() && fields.len() < 24 {
            fields.push(if data {
                data_field(&mut bytes)
            } else {
                legacy_field(&mut bytes)
            });
        }
        Plan { data, fields }
    }

    /// Indices of the fields that count: of the visible ones with one name the first, and hidden ones all the same.
    pub fn counting(&self) -> Vec<usize> {
        let mut seen = HashSet::new();
        let counts = |&at: &usize| {
            let field = &self.fields[at];
            !field.is_visible() || seen.insert(&field.var)
        };
        (0..self.fields.len()).filter(counts).collect()
    }

    /// Whether it is the one that its name means: the first that a user sees, else the first.
    pub fn is_meant(&self, at: usize) -> bool {
        let same = |&it: &usize| self.fields[it].var == self.fields[at].var;
        let mut named = (0..self.fields.len()).filter(same);
        let first = named.clone().find(|&it| self.fields[it].is_visible());
        first.or_else(|| named.next()) == Some(at)
    }

    /// What must arrive: names with their values.
    pub fn expected(&self) -> Vec<(String, Vec<String>)> {
        let counting = self.counting();
        let fields = counting.iter().map(|&at| &self.fields[at]);
        fields
            .filter_map(|field| Some((field.var.clone()?, field.sent(self.data)?)))
            .collect()
    }
}

fn data_field(bytes: &mut Bytes<'_>) -> Planned {
    let kind = bytes.pick(&KINDS);
    let var = match bytes.next() {
        known @ 0..=191 => VARS[usize::from(known) % VARS.len()].to_string(),
        // No name that means something by itself.
        _ => format!("_{}", bytes.legal_text()),
    };
    // Without a name there is only a text to be shown.
    let is_nameless = var.is_empty() && kind == "fixed";
    let var = if var.is_empty() { " ".into() } else { var };
    let mut field = Planned::new(&var, kind);
    field.var = field.var.filter(|_| !is_nameless);
    let several = field.is_multi() || !field.is_visible();
    let more = bytes.next();
    field.required = more % 3 == 1;
    field.rule = (more >= 192).then(|| Rule::ALL[usize::from(more) % Rule::ALL.len()]);
    field.values = bytes.texts(if several { 3 } else { 1 });
    // White space is no value on file, but it may stand there.
    let is_blank = field.values.iter().all(|it| it.trim().is_empty());
    field.blank = !several && kind != "list-single" && is_blank;
    if kind.starts_with("list-") {
        field.options = bytes.texts(4);
    }
    field.typed = match bytes.next() % 6 {
        0 => Typed::Not,
        1 if !field.options.is_empty() => {
            let count = if kind == "list-multi" { 2 } else { 1 };
            Typed::Several(
                (0..count)
                    .map(|_| bytes.pick(&refs(&field.options)).into())
                    .collect(),
            )
        }
        1 | 2 if kind.starts_with("jid-") => Typed::Text(
            bytes
                .pick(&["a@b.example", "b.example/c", "@", "ß@x"])
                .into(),
        ),
        1 | 2 => Typed::Text(bytes.text()),
        3 => Typed::Yes(bytes.next().is_multiple_of(2)),
        4 => Typed::Several(bytes.texts(3)),
        _ => Typed::Text(bytes.pick(&["true", "false", "0", "1", "", "\n"]).into()),
    };
    field
}

fn refs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

fn legacy_field(bytes: &mut Bytes<'_>) -> Planned {
    let var = bytes.pick(&LEGACY_VARS);
    let kind = match var {
        "key" => "hidden",
        "password" => "text-private",
        _ => "",
    };
    let mut field = Planned::new(var, kind);
    field.required = var != "key";
    field.values = vec![bytes.legal_text()];
    field.blank = var != "key" && field.values[0].trim().is_empty();
    field.typed = match bytes.next() % 4 {
        0 => Typed::Not,
        1 => Typed::Several(bytes.texts(2)),
        _ => Typed::Text(bytes.text()),
    };
    field
}

impl Planned {
    fn new(var: &str, kind: &'static str) -> Self {
        Planned {
            var: Some(var.to_string()),
            // FORM_TYPE goes back unchanged whatever type it has.
            kind: if var == "FORM_TYPE" { "hidden" } else { kind },
            required: false,
            values: Vec::new(),
            options: Vec::new(),
            rule: None,
            blank: false,
            typed: Typed::Text("juliet".into()),
        }
    }

    pub fn is_visible(&self) -> bool {
        !matches!(self.kind, "hidden" | "fixed")
    }

    fn is_multi(&self) -> bool {
        matches!(self.kind, "jid-multi" | "list-multi" | "text-multi")
    }

    /// The values as they are to be sent, by type; `None` for what was not typed.
    fn typed_values(&self) -> Option<Vec<String>> {
        let texts = match &self.typed {
            Typed::Not => return None,
            Typed::Yes(yes) => vec![yes.to_string()],
            Typed::Text(text) => vec![text.clone()],
            Typed::Several(texts) => texts.clone(),
        };
        let by_type = texts
            .into_iter()
            .flat_map(|text| match (self.kind, text.as_str()) {
                ("text-multi", "") => vec![text],
                ("text-multi", lines) => lines.lines().map(String::from).collect(),
                ("boolean", "true") => vec!["1".into()],
                ("boolean", "false") => vec!["0".into()],
                _ => vec![text],
            });
        Some(by_type.collect())
    }

    /// What the server has on file.
    fn on_file(&self) -> &[String] {
        if self.blank { &[] } else { &self.values }
    }

    fn sent(&self, data: bool) -> Option<Vec<String>> {
        if self.kind == "fixed" {
            return None;
        }
        if self.kind == "hidden" {
            return Some(self.values.clone());
        }
        let on_file = !is_nothing(self.on_file());
        match self.typed_values() {
            None => on_file.then(|| self.values.clone()),
            // The same option or JID twice is one, and an empty one is none.
            Some(typed)
                if matches!(self.kind, "list-multi" | "jid-multi") && !is_nothing(&typed) =>
            {
                let mut once: Vec<String> = Vec::new();
                for value in typed {
                    if !value.is_empty() && !once.contains(&value) {
                        once.push(value);
                    }
                }
                Some(once)
            }
            Some(typed) if !is_nothing(&typed) => Some(typed),
            // XEP-0004: what the server has on file is unset by an empty value.
            Some(_) => {
                let unset = on_file && data && !self.is_secret();
                unset.then(|| vec![String::new()])
            }
        }
    }

    /// Whether the server would refuse it.
    pub fn is_wrong(&self, data: bool) -> bool {
        if !self.is_visible() {
            return false;
        }
        let Some(mut typed) = self.typed_values() else {
            return self.required && is_nothing(self.on_file());
        };
        if is_nothing(&typed) {
            return match self.var.as_deref() {
                Some("password") => true,
                Some("username") if !data => true,
                _ => self.required && data,
            };
        }
        if matches!(self.kind, "list-multi" | "jid-multi") {
            typed.retain(|it| !it.is_empty());
        }
        let is_closed = !self.options.is_empty() && !self.rule.is_some_and(Rule::is_open);
        let is_option = |value: &String| !is_closed || self.options.contains(value);
        let is_jid = |value: &String| jid::Jid::new(value).is_ok();
        let is_of_kind = match self.kind {
            _ if typed.len() > 1 && !self.is_multi() => false,
            "boolean" => matches!(typed[0].as_str(), "0" | "1"),
            "list-single" | "list-multi" => typed.iter().all(is_option),
            "jid-single" | "jid-multi" => typed.iter().all(is_jid),
            _ => true,
        };
        !is_of_kind || self.rule.is_some_and(|it| self.is_broken(it, &typed))
    }

    /// An empty value keeps every rule, and so does an option.
    fn is_broken(&self, rule: Rule, typed: &[String]) -> bool {
        let is_kept = |it: &String| it.is_empty() || self.options.contains(it) || rule.accepts(it);
        let different: HashSet<_> = typed.iter().collect();
        let is_list = self.kind == "list-multi";
        let too_many = rule == Rule::AtMostOne && is_list && different.len() > 1;
        too_many || !typed.iter().all(is_kept)
    }

    /// What the server has on file of it is not unset by leaving it empty.
    fn is_secret(&self) -> bool {
        let named = |var: &str| var == "key" || var.to_ascii_lowercase().contains("passw");
        self.kind == "text-private" || self.var.as_deref().is_some_and(named)
    }

    /// A value that the server would take; `None` if there is none.
    pub fn mended(&self) -> Option<Typed> {
        let text = match self.kind {
            "boolean" => return Some(Typed::Yes(true)),
            // That is a JID, too.
            _ if self.options.is_empty() => "1",
            _ => self.options.iter().find(|option| !option.is_empty())?,
        };
        Some(Typed::Text(text.into()))
    }
}

fn is_nothing(values: &[String]) -> bool {
    values.iter().all(String::is_empty)
}
