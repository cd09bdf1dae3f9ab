//! A call of a macro as text: `derive Command` or `handle(args)` in the first line, then the item.

use crate::{ATTRIBUTES, DERIVES};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::fmt;

/// Before parentheses: they stand for the invisible group that a `macro_rules!` puts around what it was given.
pub const GROUPED: &str = "__grouped";

/// Groups in groups go no deeper: the compiler itself gives up before the parser does.
const MAX_DEPTH: u32 = 40;

/// One call of a macro.
#[derive(Debug, Clone)]
pub struct Call {
    /// Which.
    pub which: Which,
    /// What it is given.
    pub item: TokenStream,
}

/// Which macro is called.
#[derive(Debug, Clone)]
pub enum Which {
    /// A derive, by its place among them.
    Derive(usize),
    /// An attribute, by its place among them, with its arguments.
    Attribute(usize, TokenStream),
}

impl Call {
    /// The call that the text is, if its tokens are Rust's.
    pub fn read(text: &str) -> Option<Self> {
        let (head, item) = text.split_once('\n')?;
        let item = tokens(item)?;
        let which = if let Some(name) = head.strip_prefix("derive ") {
            Which::Derive(
                DERIVES
                    .iter()
                    .position(|(derive, _)| *derive == name.trim())?,
            )
        } else {
            let (name, args) = head.split_once('(').unwrap_or((head, ")"));
            let place = ATTRIBUTES
                .iter()
                .position(|(attribute, _)| *attribute == name.trim())?;
            Which::Attribute(place, tokens(args.trim_end().strip_suffix(')')?)?)
        };
        Some(Self { which, item })
    }

    /// What the macro writes; of what it does with the invisible groups that are written as visible ones.
    pub fn expand(&self) -> TokenStream {
        let item = grouped(self.item.clone());
        match &self.which {
            Which::Derive(place) => DERIVES[*place].1(item),
            Which::Attribute(place, args) => ATTRIBUTES[*place].1(grouped(args.clone()), item),
        }
    }

    /// The item as the macro sees it.
    pub fn seen(&self) -> TokenStream {
        grouped(self.item.clone())
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one_line = |tokens: &TokenStream| tokens.to_string().replace(['\n', '\r'], " ");
        match &self.which {
            Which::Derive(place) => writeln!(f, "derive {}", DERIVES[*place].0)?,
            Which::Attribute(place, args) => {
                writeln!(f, "{}({})", ATTRIBUTES[*place].0, one_line(args))?;
            }
        }
        write!(f, "{}", self.item)
    }
}

/// The tokens of a text; none of one that is too deep.
pub fn tokens(text: &str) -> Option<TokenStream> {
    let (mut depth, mut deepest, mut before) = (0_u32, 0, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' | b'<' => depth += 1,
            b'>' if matches!(before, b'-' | b'=') => {}
            b')' | b']' | b'}' | b'>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (deepest, before) = (depth.max(deepest), byte);
    }
    if deepest > MAX_DEPTH {
        return None;
    }
    text.parse().ok()
}

/// With the groups that are written as [`GROUPED`] made invisible.
fn grouped(tokens: TokenStream) -> TokenStream {
    let mut made: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let TokenTree::Group(group) = token else {
            made.push(token);
            continue;
        };
        let marked = matches!(made.last(), Some(TokenTree::Ident(ident)) if ident == GROUPED);
        let invisible = marked && group.delimiter() == Delimiter::Parenthesis;
        if invisible {
            made.pop();
        }
        let delimiter = if invisible {
            Delimiter::None
        } else {
            group.delimiter()
        };
        made.push(Group::new(delimiter, grouped(group.stream())).into());
    }
    made.into_iter().collect()
}
