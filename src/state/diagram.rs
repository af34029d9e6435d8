//! The picture of the states in the docs, drawn from `step` and nothing else: only where things stand is chosen here.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::tests::{groups, states};
use super::{Effect, Fault, Input, State, Wire, step};

/// A box of the picture: several states that differ only in what was asked, or one way to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Token,
    Form,
    Open,
    Spent,
    Set,
    Redirected,
    Succeeded,
    Failed,
    InDoubt,
}

use Node::{Failed, Form, InDoubt, Open, Redirected, Set, Spent, Succeeded, Token};

/// Where each box stands (its centre), and what it says.
const NODES: [(Node, i32, i32, &str, &str); 9] = [
    (Token, 150, 50, "token sent", "register_with_token"),
    (Form, 150, 200, "form requested", "register"),
    (Open, 150, 390, "form open", "with the caller"),
    (Spent, 540, 345, "no form", "with the caller"),
    (Set, 150, 580, "change sent", "change_password, unregister"),
    (Redirected, 540, 125, "Redirected", ""),
    (Failed, 1010, 250, "Failed", "nothing was changed"),
    (
        InDoubt,
        1010,
        580,
        "Failed, in doubt",
        "the server may have acted",
    ),
    (Succeeded, 540, 700, "Succeeded", ""),
];

/// How each arrow bends: by so much to its right, and where on it (in percent) its words begin.
const EDGES: [(Node, Node, i32, i32); 16] = [
    (Token, Form, 0, 45),
    (Token, Failed, -100, 62),
    (Form, Open, 36, 50),
    (Form, Spent, 0, 45),
    (Form, Redirected, 0, 45),
    (Form, Failed, -25, 75),
    (Open, Form, 36, 50),
    (Open, Set, 36, 50),
    (Open, Failed, 60, 50),
    (Spent, Form, 40, 30),
    (Spent, Failed, 0, 40),
    (Set, Open, 36, 50),
    (Set, Spent, 0, 45),
    (Set, Succeeded, 0, 45),
    (Set, Failed, 70, 60),
    (Set, InDoubt, 0, 55),
];

const HALF: (i32, i32) = (110, 26);
const LINE: i32 = 14;

/// The picture.
pub(super) fn svg() -> String {
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1140 740\" role=\"img\" \
         aria-label=\"States and transitions of a task\" \
         font-family=\"sans-serif\" font-size=\"11\" text-anchor=\"middle\">\n\
         <rect width=\"1140\" height=\"740\" fill=\"#fff\"/>\n\
         <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\">\
         <path d=\"M0 0L8 4L0 8z\" fill=\"#345\"/></marker></defs>\n",
    );
    let edges = edges();
    for ((from, to), labels) in &edges {
        edge(&mut svg, *from, *to, labels);
    }
    for ((from, to), labels) in &edges {
        words(&mut svg, *from, *to, labels);
    }
    for (_, x, y, name, under) in NODES {
        node(&mut svg, x, y, name, under);
    }
    svg.push_str("</svg>\n");
    svg
}

/// Each pair of boxes with the inputs that lead from one to the other.
fn edges() -> BTreeMap<(Node, Node), BTreeSet<String>> {
    let mut edges: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for state in states() {
        let Some(from) = node_of(state) else { continue };
        for (group, inputs) in groups() {
            for (word, input) in inputs {
                let Some(to) = target(from, step(state, input)) else {
                    continue;
                };
                edges
                    .entry((from, to))
                    .or_default()
                    .insert(label(state, group, &word, input));
            }
        }
    }
    edges
}

fn node_of(state: State) -> Option<Node> {
    Some(match state {
        State::Token(_) => Token,
        State::Form(_) => Form,
        State::Open(_) => Open,
        State::Spent => Spent,
        State::Set(..) => Set,
        State::Done => return None,
    })
}

fn target(from: Node, (next, effect): (State, Effect)) -> Option<Node> {
    match (node_of(next), effect) {
        (Some(to), _) => (to != from).then_some(to),
        (None, Effect::Succeed(_)) => Some(Succeeded),
        (None, Effect::Redirect) => Some(Redirected),
        (None, Effect::Fail(Fault::InDoubt(_))) => Some(InDoubt),
        (None, _) => Some(Failed),
    }
}

/// An input in the words of the picture.
fn label(state: State, group: &str, word: &str, input: Input) -> String {
    match (input, state) {
        (Input::Disconnected | Input::StreamError { .. }, State::Set(Wire::Queued, _)) => {
            format!("{group}, before it was sent")
        }
        (Input::Result(_), State::Form(_)) => {
            format!("{group}: {word}").replace("notread", "unusable")
        }
        (Input::Refused(..), State::Form(_)) => {
            let (refusal, _) = word.split_once(',').unwrap_or((word, ""));
            format!("refused: {refusal}")
        }
        (Input::Refused(..), State::Set(..)) => {
            let (refusal, remedy) = word.split_once(", ").unwrap_or((word, ""));
            match refusal {
                "unheard" => "refused: unheard".into(),
                _ => format!("refused: {remedy}").replace("nothing", "no form"),
            }
        }
        (Input::StreamError { deletes: true }, State::Set(..)) => "stream error: deleted".into(),
        _ => group.into(),
    }
}

fn edge(svg: &mut String, from: Node, to: Node, labels: &BTreeSet<String>) {
    let (start, middle, end) = course(from, to);
    assert!(!labels.is_empty());
    *svg += &format!(
        "<path d=\"M{} {}Q{} {} {} {}\" fill=\"none\" stroke=\"#345\" marker-end=\"url(#tip)\"/>\n",
        start.0, start.1, middle.0, middle.1, end.0, end.1
    );
}

fn words(svg: &mut String, from: Node, to: Node, labels: &BTreeSet<String>) {
    let (start, middle, end) = course(from, to);
    let (_, _, _, at) = *place(from, to);
    // The point of a quadratic curve.
    let point = |a: i32, b: i32, c: i32| {
        let rest = 100 - at;
        (rest * rest * a + 2 * rest * at * b + at * at * c) / 10_000
    };
    let (x, y) = (
        point(start.0, middle.0, end.0),
        point(start.1, middle.1, end.1),
    );
    let labels: Vec<_> = labels.iter().collect();
    let width = labels.iter().map(|it| it.len()).max().unwrap_or(0);
    let width = i32::try_from(width).expect("labels are short") * 6 + 6;
    let height = i32::try_from(labels.len()).expect("labels are few") * LINE;
    *svg += &format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{width}\" height=\"{}\" fill=\"#fff\"/>\n",
        x - width / 2,
        y - height / 2,
        height + 2
    );
    for (line, label) in (0..).zip(labels) {
        let y = y - height / 2 + LINE * (line + 1) - 3;
        *svg += &format!("<text x=\"{x}\" y=\"{y}\" fill=\"#345\">{label}</text>\n");
    }
}

fn node(svg: &mut String, x: i32, y: i32, name: &str, under: &str) {
    let (left, top) = (x - HALF.0, y - HALF.1);
    let (width, height) = (2 * HALF.0, 2 * HALF.1);
    let shift = if under.is_empty() { 5 } else { -2 };
    *svg += &format!(
        "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#eef4fb\" stroke=\"#345\"/>\n\
         <text x=\"{x}\" y=\"{}\" font-size=\"15\" font-weight=\"bold\">{name}</text>\n",
        y + shift
    );
    if !under.is_empty() {
        *svg += &format!("<text x=\"{x}\" y=\"{}\">{under}</text>\n", y + 15);
    }
}

type Point = (i32, i32);

/// Start, bend and end of an arrow.
fn course(from: Node, to: Node) -> (Point, Point, Point) {
    let (a, b) = (centre(from), centre(to));
    let bend = place(from, to).2;
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx.abs().max(dy.abs()).max(1);
    let middle = (
        i32::midpoint(a.0, b.0) - dy * bend * 2 / length,
        i32::midpoint(a.1, b.1) + dx * bend * 2 / length,
    );
    (border(a, middle), middle, border(b, middle))
}

/// Where the line from a box to a point leaves the box.
fn border(centre: Point, towards: Point) -> Point {
    let (dx, dy) = (towards.0 - centre.0, towards.1 - centre.1);
    if dx.abs() * HALF.1 > dy.abs() * HALF.0 {
        (
            centre.0 + HALF.0 * dx.signum(),
            centre.1 + dy * HALF.0 / dx.abs(),
        )
    } else {
        let dy_abs = dy.abs().max(1);
        (
            centre.0 + dx * HALF.1 / dy_abs,
            centre.1 + HALF.1 * dy.signum(),
        )
    }
}

fn centre(node: Node) -> Point {
    let (_, x, y, ..) = NODES
        .into_iter()
        .find(|it| it.0 == node)
        .expect("every box has its place");
    (x, y)
}

fn place(from: Node, to: Node) -> &'static (Node, Node, i32, i32) {
    let mut edges = EDGES.iter();
    let edge = edges.find(|it| (it.0, it.1) == (from, to));
    edge.unwrap_or_else(|| panic!("a new arrow from {from:?} to {to:?}: give it a place"))
}

#[test]
fn the_picture_of_the_docs_is_the_code() {
    let drawn = svg();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/state.svg");
    if std::env::var_os("UPDATE_TABLE").is_some() {
        std::fs::write(file, &drawn).unwrap();
    }
    let shown = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        drawn == shown,
        "the picture is not of this code: UPDATE_TABLE=1 cargo test --lib"
    );
    // No arrow is drawn that does not exist.
    let edges = edges();
    for (from, to, ..) in EDGES {
        assert!(
            edges.contains_key(&(from, to)),
            "no input leads from {from:?} to {to:?}"
        );
    }
}
