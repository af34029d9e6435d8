//! The rules that a planned field may have, and what keeps them.

/// What else the server says of the values (XEP-0122).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    Range,
    Boolean,
    Open,
    /// One that matches all there is: whether others are checked depends on a feature of the crate.
    Pattern,
    AtMostOne,
}

impl Rule {
    pub const ALL: [Rule; 5] = [
        Rule::Range,
        Rule::Boolean,
        Rule::Open,
        Rule::Pattern,
        Rule::AtMostOne,
    ];

    /// What follows the namespace of a `<validate/>`.
    pub fn xml(self) -> &'static str {
        match self {
            Rule::Range => " datatype='xs:integer'><range min='1' max='130'/>",
            Rule::Boolean => " datatype='xs:boolean'><basic/>",
            Rule::Open => "><open/>",
            Rule::Pattern => " datatype='xs:string'><regex>.*</regex>",
            Rule::AtMostOne => "><basic/><list-range max='1'/>",
        }
    }

    /// Whether a list takes more than its options.
    pub fn is_open(self) -> bool {
        matches!(self, Rule::Range | Rule::Open | Rule::Pattern)
    }

    pub fn accepts(self, value: &str) -> bool {
        let value = value.trim_matches([' ', '\t', '\r', '\n']);
        match self {
            Rule::Range => value.parse().is_ok_and(|it: i64| (1..=130).contains(&it)),
            Rule::Boolean => matches!(value, "true" | "false" | "0" | "1"),
            Rule::Open | Rule::Pattern | Rule::AtMostOne => true,
        }
    }
}
