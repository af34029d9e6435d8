//! What can be done with a peer's tree without recursion.
//!
//! minidom calls itself for each level when it drops, clones, compares, prints or writes a tree, and its parser knows no
//! bound: some thousands of levels overflow a thread's stack. The machine only looks at a stanza, and looks a fixed
//! number of levels deep; but whoever owns the stanza will drop it. So a driver bounds the depth while it reads
//! ([`TreeBuilder::depth`](minidom::tree_builder::TreeBuilder::depth)), which is best, or checks it before it does
//! anything else, and takes apart what is too deep.
//!
//! ```
//! use xmpp_registration::minidom::Element;
//! use xmpp_registration::{RegistrationMachine, text, tree};
//!
//! /// Whether the stream may go on.
//! fn on_stanza(machine: &mut RegistrationMachine, stanza: Element) -> bool {
//!     if tree::depth(&stanza) > text::DEEPEST {
//!         tree::dismantle(stanza);
//!         return false;
//!     }
//!     let _ = machine.handle_stanza(&stanza);
//!     true
//! }
//! # use xmpp_registration::{Channel, Config, IdPrefix, Peer};
//! # let config = Config::new(Peer::server("example.com")?, IdPrefix::new("p")?, Channel::Encrypted);
//! # let mut machine = RegistrationMachine::register(config);
//! let message = "<message xmlns='jabber:client'><body>Hi</body></message>";
//! assert!(on_stanza(&mut machine, message.parse()?));
//! let attack = "<a>".repeat(500) + &"</a>".repeat(500);
//! let attack = attack.replacen("<a>", "<a xmlns='jabber:client'>", 1);
//! assert!(!on_stanza(&mut machine, attack.parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::vec;
use alloc::vec::Vec;

use minidom::{Element, Node};

/// How many levels of elements there are: 1 for an element without child elements.
///
/// It takes time in the number of elements, and memory in the depth.
///
/// ```
/// use xmpp_registration::tree;
///
/// let stanza = "<iq xmlns='jabber:client'><query xmlns='jabber:iq:register'><username/></query></iq>".parse()?;
/// assert_eq!(tree::depth(&stanza), 3);
/// # Ok::<(), minidom::Error>(())
/// ```
#[must_use]
pub fn depth(element: &Element) -> usize {
    let mut deepest = 1;
    let mut open = vec![element.children()];
    while let Some(children) = open.last_mut() {
        if let Some(child) = children.next() {
            open.push(child.children());
            deepest = deepest.max(open.len());
        } else {
            open.pop();
        }
    }
    deepest
}

/// Drops a tree of any depth.
///
/// ```
/// use xmpp_registration::minidom::Element;
/// use xmpp_registration::tree;
///
/// // Dropping this as it is would call a function for each level, and overflow the stack.
/// let mut stanza = Element::bare("a", "urn:example");
/// for _ in 1..100_000 {
///     let inner = std::mem::replace(&mut stanza, Element::bare("a", "urn:example"));
///     stanza.append_child(inner);
/// }
/// assert_eq!(tree::depth(&stanza), 100_000);
/// tree::dismantle(stanza); // and end the stream
/// ```
pub fn dismantle(mut element: Element) {
    let mut nodes: Vec<Node> = element.take_nodes();
    while let Some(node) = nodes.pop() {
        if let Node::Element(mut inner) = node {
            nodes.append(&mut inner.take_nodes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So deep that a drop would overflow the stack of a test, but for Miri, which is too slow for it.
    const DEEP: usize = if cfg!(miri) { 1_000 } else { 100_000 };

    fn chain(levels: usize) -> Element {
        let mut element = Element::bare("a", "urn:example");
        for _ in 1..levels {
            let mut outer = Element::bare("a", "urn:example");
            outer.append_child(element);
            element = outer;
        }
        element
    }

    #[test]
    fn depth_is_that_of_the_deepest_branch() {
        for levels in [1, 2, 3, DEEP] {
            let element = chain(levels);
            assert_eq!(depth(&element), levels);
            dismantle(element);
        }
        let mut wide = Element::bare("a", "urn:example");
        for levels in [2, 5, 1, 3] {
            wide.append_child(chain(levels));
            wide.append_text_node("text is no level");
        }
        assert_eq!(depth(&wide), 6);
        dismantle(wide);
    }
}
