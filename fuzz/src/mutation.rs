//! Changes of a call that leave it Rust's tokens, and mostly Rust.

use crate::input::{Call, GROUPED, Which, tokens};
use crate::{ATTRIBUTES, DERIVES};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

/// What may be put in anywhere.
const WORDS: &[&str] = &[
    "#[id]",
    "#[tag]",
    "#[index]",
    "#[resource(skip)]",
    "#[key(event.customer)]",
    "#[key(event.a, event.b)]",
    "#[key]",
    "#[command(\"a.b\")]",
    "#[command(version = 2)]",
    "#[command(\"a.b\", version = 0)]",
    "#[event(\"a.b\", version = 3)]",
    "#[event(record = Account)]",
    "#[event(version = \"2\")]",
    "#[query(\"q\")]",
    "#[query]",
    "#[aggregate(\"a\", id = Id)]",
    "#[aggregate(id = Id<T>)]",
    "#[aggregate]",
    "#[projection(\"p\", key = Id)]",
    "#[projection(\"p\", version = 4294967296)]",
    "#[projection]",
    "#[service]",
    "#[resources]",
    "#[handle]",
    "#[apply]",
    "#[project]",
    "#[answer]",
    "#[derive(Command)]",
    "#[derive(Debug, Eq)]",
    "#[derive()]",
    "#[derive]",
    "#[cfg(all())]",
    "#[cfg(any())]",
    "#[allow(dead_code)]",
    "#[expect(unused)]",
    "#[deprecated]",
    "#[doc = \"text\"]",
    "#[doc(hidden)]",
    "#[serde(flatten)]",
    "#[serde(rename = \"x\")]",
    "#[cfg_attr(all(), id)]",
    "#[cqrs_core::id]",
    "#[::id::x = 1]",
    "#![inner]",
    "#[must_use]",
    "#[unsafe(no_mangle)]",
    "#[]",
    "#",
    "crate = ::other",
    "crate = cqrs::core",
    "crate",
    "enum = AccountEvent",
    "enum = pub(crate) AccountEvent",
    "enum = pub",
    "id = AccountId",
    "key = AccountId",
    "key = (A, B)",
    "key = &'static str",
    "version = 2",
    "version = 1_000",
    "version = 0x10",
    "version = 1u8",
    "version = -1",
    "version = 99999999999999999999999",
    "record = Account",
    "account: AccountId",
    "\"account\"",
    "\"\"",
    "\"a b\"",
    "\"a\\n\"",
    "\"é.ü\"",
    "\"UPPER\"",
    "b\"bytes\"",
    "c\"text\"",
    "r#\"raw\"#",
    "'c'",
    "b'c'",
    "1.5",
    "1e999f64",
    "0b12",
    "\"{}\"",
    "\"{self}\"",
    "&self",
    "&mut self",
    "self",
    "mut self",
    "self: &Self",
    "self: Box<Self>",
    "&'a self",
    "event: &Opened",
    "_: &Opened",
    "command: &Open",
    "command: Open",
    "&(a, b): &Pair",
    "Open { x }: &Open",
    "mut event: &Opened",
    "context: &Context",
    "at: &Recorded",
    "rows: &Rows<Self>",
    "rows: &mut RowsMut<Self>",
    "query: &Richest",
    "mailer: &Mailer",
    "mailer: &Arc<dyn Mail>",
    "mailer: &dyn Mail",
    "x: &&T",
    "x: &mut T",
    "x: &'static T",
    "x: *const T",
    "x: impl Fn()",
    "x: &impl Fn()",
    "...",
    "x: ...",
    "-> Result<Opened, Error>",
    "-> Option<Opened>",
    "-> Vec<AccountEvent>",
    "-> (A, B)",
    "-> [A; 3]",
    "-> impl Emit",
    "-> !",
    "-> ()",
    "-> Self",
    "-> Change",
    "-> Box<dyn Error>",
    "-> <A as B>::C",
    "-> Result<_, _>",
    "-> A!()",
    "-> {}",
    "async",
    "const",
    "unsafe",
    "extern \"C\"",
    "pub",
    "pub(crate)",
    "pub(in a::b)",
    "crate::X",
    "super",
    "Self",
    "Self::X",
    "self::Y",
    "r#type",
    "r#self_",
    "_",
    "fn",
    "type",
    "struct",
    "enum",
    "union",
    "impl",
    "trait",
    "mod",
    "static",
    "let",
    "for",
    "in",
    "where",
    "where Self: Sized",
    "where T: Clone",
    "<T>",
    "<'a>",
    "<const N: usize>",
    "<T: ?Sized + 'static>",
    "<>",
    "for<'a>",
    "dyn Fn(&str) -> u8",
    "fn(T) -> U",
    "[T; N]",
    "[u8]",
    "&str",
    "(T)",
    "((T))",
    "()",
    "{}",
    "[]",
    "{ .. }",
    "..",
    "..=",
    "::",
    ":",
    ";",
    ",",
    ", ,",
    "=",
    "=>",
    "->",
    "<",
    ">",
    "!",
    "?",
    "&",
    "&&",
    "*",
    "+",
    "|",
    "@",
    "$",
    "$crate",
    "'a",
    "'static",
    "'_",
    "= 7",
    "= { 1 }",
    "{ owner: String }",
    "(String)",
    "(#[id] String)",
    "{ #[id] id: AccountId }",
    "{ #[tag] tag: u8, #[tag] tag: u8 }",
    "fn opened(&mut self, event: &Opened) {}",
    "fn open(&self, command: &Open) -> Opened { Opened }",
    "async fn all(rows: &Rows<Self>, query: &All) -> Result<Vec<Row<Self>>, ReadError> { rows.all().await }",
    "fn of(this: Option<&Self>, query: &All) -> u8 { 0 }",
    "const X: u8 = 1;",
    "type X = u8;",
    "mac!();",
    "mac! { x }",
    "fn helper() {}",
    "fn a<T>(&self, x: &T) {}",
    "unsafe fn a(&self, x: &X) {}",
    "default fn a(&self) {}",
    "fn a(&self);",
    "impl X {}",
    "struct X;",
    "struct X(pub u8);",
    "struct X { x: u8 }",
    "enum X { A, B(u8), C { c: u8 } }",
    "enum X {}",
    "union X { a: u8 }",
    "impl<T> X<T> {}",
    "impl X for Y {}",
    "impl !X for Y {}",
    "unsafe impl X for Y {}",
    "impl dyn X {}",
    "impl (A, B) {}",
    "impl &X {}",
    "yes",
    "no_such",
    "rows",
    "event",
    "command",
    "query",
    "context",
    "u64",
    "String",
    "Uuid",
    "bool",
    "i128",
    "Vec<u8>",
];

/// A token, or a group of them.
#[derive(Debug, Clone)]
enum Node {
    Leaf(TokenTree),
    Group(Delimiter, Vec<Node>),
}

/// What decides, from a seed (xorshift).
pub struct Dice(u64);

impl Dice {
    /// Dice of that seed.
    pub fn new(seed: u32) -> Self {
        Self(u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `sides`; 0 if there are none.
    pub fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or_default() % sides.max(1)
    }
}

/// Changes the call a little.
pub fn change(call: &mut Call, dice: &mut Dice) {
    let mut item = nodes(call.item.clone());
    for _ in 0..=dice.below(4) {
        match dice.below(12) {
            0 => call.which = any_macro(dice),
            1 | 2 => {
                if let Which::Attribute(_, args) = &mut call.which {
                    let mut changed = nodes(args.clone());
                    change_nodes(&mut changed, dice);
                    *args = stream(changed);
                }
            }
            _ => change_nodes(&mut item, dice),
        }
    }
    call.item = stream(item);
}

/// Puts a piece of another call's item into this one.
pub fn cross(call: &mut Call, other: &Call, dice: &mut Dice) {
    let mut item = nodes(call.item.clone());
    let mut others = nodes(other.item.clone());
    let from = any_list(&mut others, dice);
    if !from.is_empty() {
        let start = dice.below(from.len());
        let end = start + 1 + dice.below((from.len() - start).min(8));
        let piece = from[start..end.min(from.len())].to_vec();
        let into = any_list(&mut item, dice);
        let at = dice.below(into.len() + 1);
        let until = if dice.below(2) == 0 {
            at
        } else {
            (at + piece.len()).min(into.len())
        };
        into.splice(at..until, piece);
    }
    call.item = stream(item);
}

fn any_macro(dice: &mut Dice) -> Which {
    let which = dice.below(DERIVES.len() + ATTRIBUTES.len());
    if which < DERIVES.len() {
        return Which::Derive(which);
    }
    let args = match dice.below(2) {
        0 => TokenStream::new(),
        _ => any_word(dice),
    };
    Which::Attribute(which - DERIVES.len(), args)
}

fn any_word(dice: &mut Dice) -> TokenStream {
    tokens(WORDS[dice.below(WORDS.len())]).unwrap_or_default()
}

fn change_nodes(all: &mut Vec<Node>, dice: &mut Dice) {
    let what = dice.below(10);
    let list = any_list(all, dice);
    let at = dice.below(list.len());
    match what {
        0 | 1 if !list.is_empty() => drop(list.remove(at)),
        2 if !list.is_empty() => {
            let to = (at + 1 + dice.below(6)).min(list.len());
            let piece = list[at..to].to_vec();
            list.splice(at..at, piece);
        }
        3 if !list.is_empty() => {
            let with = dice.below(list.len());
            list.swap(at, with);
        }
        4 | 5 if !list.is_empty() => {
            list.splice(at..=at, nodes(any_word(dice)));
        }
        6 if !list.is_empty() => match &mut list[at] {
            Node::Group(delimiter, _) => {
                *delimiter =
                    [Delimiter::Brace, Delimiter::Bracket, Delimiter::Parenthesis][dice.below(3)];
            }
            leaf => {
                let inner = vec![leaf.clone()];
                let mark = Ident::new(GROUPED, Span::call_site());
                *leaf = Node::Group(Delimiter::Parenthesis, inner);
                list.insert(at, Node::Leaf(mark.into()));
            }
        },
        7 => {
            let piece = {
                let from = any_list(all, dice);
                let start = dice.below(from.len());
                let end = (start + 1 + dice.below(10)).min(from.len());
                from[start.min(end)..end].to_vec()
            };
            let list = any_list(all, dice);
            let at = dice.below(list.len() + 1);
            list.splice(at..at, piece);
        }
        _ => {
            let at = dice.below(list.len() + 1);
            list.splice(at..at, nodes(any_word(dice)));
        }
    }
}

/// One of the lists of nodes, the outermost among them.
fn any_list<'a>(all: &'a mut Vec<Node>, dice: &mut Dice) -> &'a mut Vec<Node> {
    let place = dice.below(lists(all));
    nth_list(all, place).unwrap_or_else(|_| unreachable!("there are so many lists"))
}

fn lists(all: &[Node]) -> usize {
    1 + all
        .iter()
        .map(|node| match node {
            Node::Leaf(_) => 0,
            Node::Group(_, inner) => lists(inner),
        })
        .sum::<usize>()
}

fn nth_list(all: &mut Vec<Node>, place: usize) -> Result<&mut Vec<Node>, usize> {
    if place == 0 {
        return Ok(all);
    }
    let mut left = place - 1;
    for node in all {
        if let Node::Group(_, inner) = node {
            match nth_list(inner, left) {
                Ok(found) => return Ok(found),
                Err(rest) => left = rest,
            }
        }
    }
    Err(left)
}

fn nodes(tokens: TokenStream) -> Vec<Node> {
    let node = |token| match token {
        TokenTree::Group(group) => Node::Group(group.delimiter(), nodes(group.stream())),
        leaf => Node::Leaf(leaf),
    };
    tokens.into_iter().map(node).collect()
}

fn stream(nodes: Vec<Node>) -> TokenStream {
    let tokens = nodes.into_iter().map(|node| match node {
        Node::Leaf(leaf) => leaf,
        Node::Group(delimiter, inner) => Group::new(delimiter, stream(inner)).into(),
    });
    tokens.collect()
}
