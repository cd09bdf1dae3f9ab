//! What all nouns share, and all verbs: each of the product has its row.

const NOUNS: [&str; 8] = [
    "derive(Command)",
    "derive(Event)",
    "derive(Query)",
    "derive(Aggregate)",
    "derive(Projection)",
    "derive(Service)",
    "derive(Resources)",
    "derive(Id)",
];
const VERBS: [&str; 4] = ["#[handle]", "#[apply]", "#[project]", "#[answer]"];
const VOCABULARIES: [&str; 2] = ["#[commands]", "#[events]"];

/// Where a verb may be written by mistake.
const PLACES: [&str; 11] = [
    "a struct",
    "an enum",
    "a union",
    "a trait",
    "a function",
    "a module",
    "a constant",
    "a static",
    "an alias",
    "an import",
    "a method",
];

/// Rules that every noun has, and the place.
const OF_NOUNS: [(&str, &str); 4] = [
    ("a noun is not generic", "a type parameter"),
    ("a noun is not generic", "a lifetime"),
    ("what is said of a noun stands on its type", "a field"),
    ("options stand in parentheses", "= .."),
];

/// Rules that every verb has, and the place where it is the same.
const OF_VERBS: [(&str, &str); 22] = [
    (
        "a verb goes on an inherent impl block",
        "an impl of a trait",
    ),
    ("a block of a verb is not generic", "the block"),
    ("a block of a verb is not generic", "its bounds"),
    ("a block of a verb has methods", "the block"),
    ("a block of a verb holds methods alone", "a constant"),
    ("a block of a verb holds methods alone", "a macro"),
    ("a block has one verb", "the same again"),
    ("a block has one verb", "another verb"),
    ("the receiver is that of the verb", "self"),
    ("the receiver is that of the verb", "self: Box<Self>"),
    (
        "a method of a verb has its receiver and its message",
        "no receiver",
    ),
    (
        "a method of a verb has its receiver and its message",
        "no message",
    ),
    ("the message is borrowed", "by value"),
    ("the message is borrowed", "&mut"),
    ("the message is a type of its own", "a plain type"),
    ("the message is a named type", "impl Trait"),
    ("the message is a named type", "dyn Trait"),
    ("a method of a verb is not generic", "a type parameter"),
    ("a method of a verb is not generic", "a lifetime"),
    ("a method of a verb is not generic", "a const parameter"),
    ("a method of a verb is not generic", "a bound"),
    ("the type of a verb's block is of its noun", "no noun"),
];

/// Rules that every verb has, at places of its own.
const OF_VERBS_SOMEWHERE: [(&str, &str); 4] = [
    ("what a verb takes is of its noun", ""),
    (
        "a method of a verb is called from safe code, at run time",
        "const",
    ),
    (
        "a method of a verb is called from safe code, at run time",
        "unsafe",
    ),
    (
        "a method of a verb is called from safe code, at run time",
        "extern",
    ),
];

/// Rules that both vocabularies have.
const OF_VOCABULARIES: [(&str, &str); 15] = [
    ("a vocabulary is an enum", "a struct"),
    ("a vocabulary has a category", "a name"),
    ("a vocabulary has words", "the enum"),
    ("a category is plain", "a name"),
    ("a noun is not generic", "a type parameter"),
    ("a word has no number", "a variant"),
    ("stored names are unique in a vocabulary", "a variant"),
    ("an enum is one vocabulary", ""),
    ("a vocabulary derives its noun", "a derive"),
    ("what is said of a word stands on its variant", "the enum"),
    ("what is said of a word is of its noun", "a variant"),
    ("what is said of a noun stands on its type", "a field"),
    ("what we must see is not hidden in a #[cfg_attr]", "#[cfg]"),
    ("options stand in parentheses", "= .., on a variant"),
    ("#[index] marks a field of a projection", "a field"),
];

/// What must be in the table: rule, macro, place (any, where that is empty).
pub fn cross() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let nouns = each(&NOUNS, &OF_NOUNS);
    let verbs = each(&VERBS, &OF_VERBS).chain(each(&VERBS, &OF_VERBS_SOMEWHERE));
    let places = VERBS.into_iter().chain(["#[upcast]"]).flat_map(|verb| {
        let rule = "a verb goes on an impl block";
        PLACES.into_iter().map(move |place| (rule, verb, place))
    });
    let hidden = VERBS.map(|verb| {
        (
            "what we must see is not hidden in a #[cfg_attr]",
            verb,
            "#[cfg]",
        )
    });
    let vocabularies = each(&VOCABULARIES, &OF_VOCABULARIES);
    nouns
        .chain(verbs)
        .chain(places)
        .chain(hidden)
        .chain(vocabularies)
}

fn each(
    macros: &'static [&'static str],
    rules: &'static [(&'static str, &'static str)],
) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    macros
        .iter()
        .flat_map(move |of| rules.iter().map(move |(rule, place)| (*rule, *of, *place)))
}
