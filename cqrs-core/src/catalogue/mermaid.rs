//! The catalogue as a Mermaid flowchart.

use super::{Answerer, Catalogue, Handler, QueryEntry, TypeName};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Write};

pub(super) fn flowchart(catalogue: &Catalogue) -> String {
    let mut chart = Chart {
        text: "flowchart LR\n".to_owned(),
        ids: Ids::default(),
    };
    chart
        .draw(catalogue)
        .expect("writing to a `String` cannot fail");
    chart.text
}

struct Chart {
    text: String,
    ids: Ids,
}

/// What a node stands for; each has its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Aggregate,
    Service,
    Command,
    Event,
    Projection,
    Query,
}

impl Node {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Aggregate => "aggregate",
            Self::Service => "service",
            Self::Command => "command",
            Self::Event => "event",
            Self::Projection => "projection",
            Self::Query => "query",
        }
    }

    /// What stands around its label.
    const fn shape(self) -> [&'static str; 2] {
        match self {
            Self::Aggregate | Self::Service | Self::Command => ["[", "]"],
            Self::Event => ["([", "])"],
            Self::Projection => ["[(", ")]"],
            Self::Query => ["[/", "/]"],
        }
    }
}

impl Chart {
    fn draw(&mut self, catalogue: &Catalogue) -> fmt::Result {
        for aggregate in aggregates(catalogue) {
            self.aggregate(catalogue, aggregate)?;
        }
        for service in &catalogue.services {
            self.service(catalogue, service.type_name)?;
        }
        for projection in &catalogue.projections {
            self.node(1, Node::Projection, projection.name, projection.type_name)?;
        }
        for query in catalogue.queries.iter().filter(|it| !is_of_service(it)) {
            self.node(1, Node::Query, query.name, query.type_name)?;
        }
        self.arrows(catalogue)
    }

    /// The box of an aggregate, with its commands and events.
    fn aggregate(&mut self, catalogue: &Catalogue, name: &'static str) -> fmt::Result {
        let entry = catalogue.aggregates.iter().find(|it| it.name == name);
        match entry {
            Some(it) => self.open(Node::Aggregate, name, it.type_name)?,
            None => self.open(Node::Aggregate, name, name)?,
        }
        for command in catalogue.handled_by(Handler::Aggregate(name)) {
            self.node(2, Node::Command, command.name, command.type_name)?;
        }
        for event in catalogue.facts_of(name) {
            self.node(2, Node::Event, event.name, event.type_name)?;
        }
        self.text.write_str("    end\n")
    }

    /// The box of a service, with its commands and queries.
    fn service(&mut self, catalogue: &Catalogue, of: TypeName) -> fmt::Result {
        self.open(Node::Service, of.full(), of)?;
        for command in catalogue.handled_by(Handler::Service(of)) {
            self.node(2, Node::Command, command.name, command.type_name)?;
        }
        for query in catalogue.answered_by(Answerer::Service(of)) {
            self.node(2, Node::Query, query.name, query.type_name)?;
        }
        self.text.write_str("    end\n")
    }

    fn arrows(&mut self, catalogue: &Catalogue) -> fmt::Result {
        for command in &catalogue.commands {
            for event in &command.may_record {
                self.arrow((Node::Command, command.name), (Node::Event, event))?;
            }
        }
        for projection in &catalogue.projections {
            for event in &projection.projects {
                self.arrow((Node::Event, event), (Node::Projection, projection.name))?;
            }
        }
        for query in &catalogue.queries {
            if let Answerer::Projection(projection) = query.answered_by {
                self.arrow((Node::Projection, projection), (Node::Query, query.name))?;
            }
        }
        Ok(())
    }

    fn open(&mut self, node: Node, name: &'static str, label: impl Display) -> fmt::Result {
        let (id, label) = (self.ids.of(node, name), Label(label));
        writeln!(self.text, "    subgraph {id}[\"{label}\"]")
    }

    fn node(
        &mut self,
        depth: usize,
        node: Node,
        name: &'static str,
        label: impl Display,
    ) -> fmt::Result {
        let ([begin, end], label) = (node.shape(), Label(label));
        let indent = "    ".repeat(depth);
        let id = self.ids.of(node, name);
        writeln!(self.text, "{indent}{id}{begin}\"{label}\"{end}")
    }

    fn arrow(
        &mut self,
        (from, from_name): (Node, &'static str),
        (to, to_name): (Node, &'static str),
    ) -> fmt::Result {
        let from = self.ids.of(from, from_name);
        let to = self.ids.of(to, to_name);
        writeln!(self.text, "    {from} --> {to}")
    }
}

/// The stored names of all aggregates that anything mentions.
fn aggregates(catalogue: &Catalogue) -> BTreeSet<&'static str> {
    let handlers = catalogue.commands.iter().filter_map(|command| {
        let Handler::Aggregate(name) = command.handled_by else {
            return None;
        };
        Some(name)
    });
    let named = catalogue.aggregates.iter().map(|aggregate| aggregate.name);
    let mentioned = catalogue.events.iter().map(|event| event.aggregate);
    named.chain(handlers).chain(mentioned).collect()
}

fn is_of_service(query: &QueryEntry) -> bool {
    matches!(query.answered_by, Answerer::Service(_))
}

/// The ids of the nodes: letters, digits and underlines, whatever the names.
#[derive(Default)]
struct Ids {
    given: BTreeMap<(Node, &'static str), String>,
    taken: BTreeSet<String>,
}

impl Ids {
    fn of(&mut self, node: Node, name: &'static str) -> String {
        if let Some(id) = self.given.get(&(node, name)) {
            return id.clone();
        }
        let plain = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        let plain = format!("{}_{plain}", node.prefix());
        let numbered = (2..).map(|number| format!("{plain}_{number}"));
        let mut free = std::iter::once(plain.clone()).chain(numbered);
        let id = free
            .find(|id| !self.taken.contains(id))
            .expect("there are more numbers than names");
        self.taken.insert(id.clone());
        self.given.insert((node, name), id.clone());
        id
    }
}

/// A text as a quoted label holds it: nothing in it is Mermaid, Markdown or HTML.
struct Label<T>(T);

impl<T: Display> Display for Label<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.to_string().chars() {
            match c {
                ' ' | '_' | '.' | '-' | ':' | ',' => f.write_char(c)?,
                c if c.is_alphanumeric() => f.write_char(c)?,
                c if c.is_ascii_graphic() => write!(f, "#{};", u32::from(c))?,
                // what does not show, or turns the text around: `U+202E`
                c => write!(f, "U#43;{:04X}", u32::from(c))?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        Label(text).to_string()
    }

    #[test]
    fn a_label_is_text_and_nothing_else() {
        assert_eq!(escaped("Row<Größe, 2>"), "Row#60;Größe, 2#62;");
        assert_eq!(
            escaped("\"]; click `x` #1"),
            "#34;#93;#59; click #96;x#96; #35;1"
        );
        assert_eq!(escaped("a\nb\u{202e}"), "aU#43;000AbU#43;202E");
    }

    #[test]
    fn each_name_has_its_own_id() {
        let mut ids = Ids::default();
        assert_eq!(ids.of(Node::Event, "a.b"), "event_a_b");
        assert_eq!(ids.of(Node::Event, "a-b"), "event_a_b_2");
        assert_eq!(ids.of(Node::Event, "a.b.2"), "event_a_b_2_2");
        assert_eq!(ids.of(Node::Event, "a.b"), "event_a_b");
        assert_eq!(ids.of(Node::Query, "a.b"), "query_a_b");
        assert_eq!(ids.of(Node::Query, "end \"] ö"), "query_end_____");
    }
}
