//! The grammar of all our attributes: `"name", field: Type, option = value, ..`.

use crate::errors::Errors;
use crate::paths::Private;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use std::num::NonZeroU32;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{
    Attribute, Ident, LitInt, LitStr, Meta, Path, Token, Type, Visibility, bracketed, token,
};

/// What one attribute takes.
pub(crate) struct Grammar {
    /// Its name.
    pub(crate) attribute: &'static str,
    /// The literal that it takes, as messages call it (`a name`); none if empty.
    pub(crate) literal: &'static str,
    /// Whether it takes `field: Type`.
    pub(crate) field: bool,
    /// The options that it takes besides.
    pub(crate) options: &'static [Setting],
}

/// An option that some attribute takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Setting {
    /// `version = 2`
    Version,
    /// `snapshot_every = 500`
    SnapshotEvery,
    /// `id = AccountId`
    Id,
    /// `key = AccountId`
    Key,
    /// `enum = AccountEvent`
    Enum,
    /// `record = Account`
    Record,
    /// `was = "account.paid_in"`
    Was,
    /// `aggregate = "account"`
    Aggregate,
    /// `skip`
    Skip,
    /// `inline`
    Inline,
    /// `tables = Transaction`
    Tables,
    /// `crate = ::path`
    Crate,
}

impl Setting {
    pub(crate) const ALL: [Self; 12] = [
        Self::Version,
        Self::SnapshotEvery,
        Self::Id,
        Self::Key,
        Self::Enum,
        Self::Record,
        Self::Was,
        Self::Aggregate,
        Self::Skip,
        Self::Inline,
        Self::Tables,
        Self::Crate,
    ];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::SnapshotEvery => "snapshot_every",
            Self::Id => "id",
            Self::Key => "key",
            Self::Enum => "enum",
            Self::Record => "record",
            Self::Was => "was",
            Self::Aggregate => "aggregate",
            Self::Skip => "skip",
            Self::Inline => "inline",
            Self::Tables => "tables",
            Self::Crate => "crate",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::Version => "`version = 2`",
            Self::SnapshotEvery => "`snapshot_every = 500`",
            Self::Id => "`id = AccountId`",
            Self::Key => "`key = AccountId`",
            Self::Enum => "`enum = AccountEvent`",
            Self::Record => "`record = Account`",
            Self::Was => "`was = \"account.paid_in\"`",
            Self::Aggregate => "`aggregate = \"account\"`",
            Self::Skip => "`skip`",
            Self::Inline => "`inline`",
            Self::Tables => "`tables = Transaction`",
            Self::Crate => "`crate = ::path`",
        }
    }

    /// What its value is; nothing of one that has none.
    pub(crate) fn value(self) -> Option<&'static str> {
        match self {
            Self::Version => Some("a version is a whole number from 1"),
            Self::SnapshotEvery => Some("a snapshot is taken each so many events, 1 or more"),
            Self::Id => Some("an id is a type"),
            Self::Key => Some("a key is a type"),
            Self::Enum => Some("the event enum has a name"),
            Self::Record => Some("what is kept for the record is a fact of an aggregate"),
            Self::Was => Some("a former name is in quotes, several are in brackets"),
            Self::Aggregate => Some("the aggregate is told by its stored name"),
            Self::Skip | Self::Inline => None,
            Self::Tables => Some("tables are written to through a store's type of transaction"),
            Self::Crate => Some("a crate is a path"),
        }
    }
}

/// What the user wrote.
#[derive(Default)]
pub(crate) struct Options {
    /// `"name"`
    pub(crate) literal: Option<LitStr>,
    /// `field: Type`
    pub(crate) field: Option<(Ident, Type)>,
    /// `version = 2`
    pub(crate) version: Option<u32>,
    /// Where the version is written.
    pub(crate) version_place: Option<Span>,
    /// `snapshot_every = 500`
    pub(crate) snapshot_every: Option<u32>,
    /// `id = AccountId`
    pub(crate) id: Option<Type>,
    /// `key = AccountId`
    pub(crate) key: Option<Type>,
    /// `enum = pub(crate) AccountEvent`; the visibility is as written, if it is
    pub(crate) set: Option<(Option<Visibility>, Ident)>,
    /// `record = Account`
    pub(crate) record: Record,
    /// `was = ["account.paid_in"]`
    pub(crate) was: Vec<LitStr>,
    /// `aggregate = "account"`
    pub(crate) aggregate: Option<LitStr>,
    /// `tables = Transaction`
    pub(crate) tables: Option<Type>,
    krate: Option<Path>,
    /// The options that stand there, and where.
    given: Vec<(Setting, Span)>,
}

/// Whether an event is kept only for the record.
#[derive(Clone, Default)]
pub(crate) enum Record {
    /// No: it changes the state of its aggregate.
    #[default]
    No,
    /// Of this aggregate.
    Of(Box<Type>),
    /// What the user wrote is in error elsewhere, so nothing is said.
    Unknown,
}

impl Options {
    /// Reads the attributes among `attrs` that the grammar is for.
    pub(crate) fn of(attrs: &[Attribute], grammar: &Grammar, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        for attr in attrs
            .iter()
            .filter(|attr| crate::syntax::is(attr, grammar.attribute))
        {
            let parser = |input: ParseStream<'_>| {
                options.read(input, grammar, errors);
                Ok(())
            };
            let read = match &attr.meta {
                Meta::Path(_) => Ok(()),
                Meta::List(_) => attr.parse_args_with(parser),
                Meta::NameValue(value) => Err(syn::Error::new_spanned(
                    value.eq_token,
                    format_args!(
                        "options stand in parentheses: `#[{}(..)]`",
                        grammar.attribute
                    ),
                )),
            };
            errors.take(read);
        }
        options
    }

    /// Reads the arguments of an attribute macro.
    pub(crate) fn in_args(args: TokenStream, grammar: &Grammar, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        let parser = |input: ParseStream<'_>| {
            options.read(input, grammar, errors);
            Ok(())
        };
        let read = parser.parse2(args);
        errors.take(read);
        options
    }

    /// Whether the option stands there, be its value in error.
    pub(crate) fn names(&self, setting: Setting) -> bool {
        self.place(setting).is_some()
    }

    /// Where the option stands, if it does.
    pub(crate) fn place(&self, setting: Setting) -> Option<Span> {
        let mut given = self.given.iter();
        given
            .find(|(known, _)| *known == setting)
            .map(|(_, place)| *place)
    }

    /// The private module of the crate that the user named.
    pub(crate) fn private(&self) -> Private {
        Private::within(self.krate.as_ref())
    }

    fn read(&mut self, input: ParseStream<'_>, grammar: &Grammar, errors: &mut Errors) {
        while !input.is_empty() {
            let entry = self.entry(input, grammar, errors);
            if errors.take(entry).is_none() {
                skip_entry(input);
            }
            if !input.is_empty() {
                let comma = input.parse::<Token![,]>();
                if errors.take(comma).is_none() {
                    skip_entry(input);
                    let _ = input.parse::<Option<Token![,]>>();
                }
            }
        }
    }

    fn entry(
        &mut self,
        input: ParseStream<'_>,
        grammar: &Grammar,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        if input.peek(LitStr) && !grammar.literal.is_empty() {
            self.literal(input.parse()?, grammar, errors);
            return Ok(());
        }
        if input.peek(LitStr) {
            let message = format!("a text is no option here: {}", grammar.takes());
            return Err(input.error(message));
        }
        if !input.peek(Ident::peek_any) {
            return Err(input.error(grammar.takes()));
        }
        let word = input.call(Ident::parse_any)?;
        if grammar.field && input.peek(Token![:]) && !input.peek(Token![::]) {
            return self.field(word, input);
        }
        let setting = grammar.setting(&word)?;
        if self.names(setting) {
            return Err(syn::Error::new_spanned(
                &word,
                format_args!("`{word}` is given twice: keep one"),
            ));
        }
        self.given.push((setting, word.span()));
        if setting == Setting::Record {
            self.record = Record::Unknown; // until it is read
        }
        let Some(rule) = setting.value() else {
            if is_at_end(input) {
                return Ok(());
            }
            let message = format!("{} stands alone, and takes no value", setting.example());
            return Err(input.error(message));
        };
        let told = format!("{rule}, as in {}", setting.example());
        if input.parse::<Option<Token![=]>>()?.is_none() || is_at_end(input) {
            return Err(syn::Error::new_spanned(&word, told));
        }
        let value = input.cursor();
        self.value(setting, input)
            .map_err(|_| syn::Error::new(value.span(), told))
    }

    fn literal(&mut self, literal: LitStr, grammar: &Grammar, errors: &mut Errors) {
        match self.literal {
            None => self.literal = Some(literal),
            Some(_) => {
                errors.at(
                    literal,
                    format_args!("{} is given twice: keep one", grammar.literal),
                );
            }
        }
    }

    fn field(&mut self, name: Ident, input: ParseStream<'_>) -> syn::Result<()> {
        if syn::parse2::<Ident>(name.to_token_stream()).is_err() {
            let message = format!("`{name}` is a keyword, and names no field: write another");
            return Err(syn::Error::new_spanned(name, message));
        }
        input.parse::<Token![:]>()?;
        let ty = crate::syntax::ungrouped(input.parse()?);
        if self.field.is_some() {
            let message = "the id field is given twice: a command is for one instance";
            return Err(syn::Error::new_spanned(name, message));
        }
        self.field = Some((name, ty));
        Ok(())
    }

    fn value(&mut self, setting: Setting, input: ParseStream<'_>) -> syn::Result<()> {
        match setting {
            Setting::Version => {
                self.version_place = Some(input.span());
                self.version = Some(from_one(input)?);
            }
            Setting::SnapshotEvery => self.snapshot_every = Some(from_one(input)?),
            Setting::Record => {
                let aggregate = crate::syntax::ungrouped(input.parse()?);
                self.record = Record::Of(Box::new(aggregate));
            }
            Setting::Aggregate => self.aggregate = Some(input.parse()?),
            Setting::Id => self.id = Some(crate::syntax::ungrouped(input.parse()?)),
            Setting::Tables => self.tables = Some(crate::syntax::ungrouped(input.parse()?)),
            Setting::Key => self.key = Some(crate::syntax::ungrouped(input.parse()?)),
            Setting::Enum => {
                let visibility: Visibility = input.parse()?;
                let written = !matches!(visibility, Visibility::Inherited);
                self.set = Some((written.then_some(visibility), input.parse()?));
            }
            Setting::Was => self.was = former_names(input)?,
            Setting::Crate => self.krate = Some(input.call(Path::parse_mod_style)?),
            Setting::Skip | Setting::Inline => {}
        }
        Ok(())
    }
}

impl Grammar {
    fn setting(&self, word: &Ident) -> syn::Result<Setting> {
        Setting::ALL
            .into_iter()
            .find(|setting| word == setting.word() && self.options.contains(setting))
            .ok_or_else(|| {
                syn::Error::new_spanned(
                    word,
                    format_args!("unknown option `{word}`: {}", self.takes()),
                )
            })
    }

    /// `` `#[event]` takes a name, `version = 2`, `crate = ::path` ``
    fn takes(&self) -> String {
        let literal = (!self.literal.is_empty()).then(|| format!("{} in quotes", self.literal));
        let field = self.field.then(|| "`account: AccountId`".to_owned());
        let options = self
            .options
            .iter()
            .map(|setting| setting.example().to_owned());
        let known: Vec<String> = literal.into_iter().chain(field).chain(options).collect();
        format!("`#[{}]` takes {}", self.attribute, known.join(", "))
    }
}

/// A whole number from 1.
fn from_one(input: ParseStream<'_>) -> syn::Result<u32> {
    let number: NonZeroU32 = input.parse::<LitInt>()?.base10_parse()?;
    Ok(number.get())
}

/// `"account.paid_in"`, or several in brackets.
fn former_names(input: ParseStream<'_>) -> syn::Result<Vec<LitStr>> {
    if !input.peek(token::Bracket) {
        return Ok(vec![input.parse()?]);
    }
    let names;
    bracketed!(names in input);
    let names = names.parse_terminated(<LitStr as Parse>::parse, Token![,])?;
    Ok(names.into_iter().collect())
}

/// Whether the entry ends here.
fn is_at_end(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

/// Steps over what is left of an entry that could not be read, up to the next comma outside of angle brackets.
fn skip_entry(input: ParseStream<'_>) {
    let mut depth = 0_u32;
    while !input.is_empty() && (depth > 0 || !input.peek(Token![,])) {
        match input.parse::<TokenTree>() {
            Ok(TokenTree::Punct(punct)) if punct.as_char() == '<' => depth += 1,
            Ok(TokenTree::Punct(punct)) if punct.as_char() == '>' => {
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    const EVENT: Grammar = Grammar {
        attribute: "event",
        literal: "a name",
        field: false,
        options: &[Setting::Version, Setting::Crate],
    };
    const COMMANDS: Grammar = Grammar {
        attribute: "commands",
        literal: "a category",
        field: true,
        options: &[Setting::Crate],
    };

    fn read(args: TokenStream, grammar: &Grammar) -> (Options, Vec<String>) {
        let mut errors = Errors::default();
        let options = Options::in_args(args, grammar, &mut errors);
        (options, errors.messages())
    }

    #[test]
    fn a_name_and_options_are_read() {
        let (options, errors) = read(
            quote!("account.opened", version = 2, crate = ::renamed),
            &EVENT,
        );
        assert!(errors.is_empty());
        assert_eq!(
            options.literal.map(|name| name.value()),
            Some("account.opened".into())
        );
        assert_eq!(options.version, Some(2));
        assert_eq!(options.krate.map(|path| path.segments.len()), Some(1));
    }

    #[test]
    fn a_vocabulary_names_the_id_field() {
        let (options, errors) = read(
            quote!("account", account: ids::Of<u8, u16>, crate = crate),
            &COMMANDS,
        );
        assert!(errors.is_empty());
        assert!(options.field.is_some_and(|(name, _)| name == "account"));
        assert!(options.krate.is_some());
    }

    #[test]
    fn a_keyword_names_no_id_field() {
        let (options, errors) = read(quote!("account", super: AccountId), &COMMANDS);
        assert_eq!(
            errors,
            ["`super` is a keyword, and names no field: write another"]
        );
        assert!(options.field.is_none());
        let (options, errors) = read(quote!("account", r#type: AccountId), &COMMANDS);
        assert!(errors.is_empty());
        assert!(options.field.is_some());
    }

    #[test]
    fn an_unknown_option_is_told_which_are_known_and_the_rest_is_read() {
        let (options, errors) = read(
            quote!(naem = Some(1, 2), id = Foo<A, B>, version = 3),
            &EVENT,
        );
        assert_eq!(
            errors,
            [
                "unknown option `naem`: `#[event]` takes a name in quotes, `version = 2`, `crate = ::path`",
                "unknown option `id`: `#[event]` takes a name in quotes, `version = 2`, `crate = ::path`",
            ]
        );
        assert_eq!(options.version, Some(3));
    }

    #[test]
    fn what_is_given_twice_is_an_error_and_the_first_stays() {
        let (options, errors) = read(quote!("a", version = 2, "b", version = Of<3, 4>), &EVENT);
        assert_eq!(
            errors,
            [
                "a name is given twice: keep one",
                "`version` is given twice: keep one"
            ]
        );
        assert_eq!(options.version, Some(2));
        assert_eq!(options.literal.map(|name| name.value()), Some("a".into()));
    }

    #[test]
    fn two_attributes_are_read_as_one() {
        let mut errors = Errors::default();
        let item: syn::ItemStruct = syn::parse_quote!(
            #[event("a")]
            #[event(version = 2)]
            #[event("b")]
            struct A;
        );
        let options = Options::of(&item.attrs, &EVENT, &mut errors);
        assert_eq!(options.version, Some(2));
        assert_eq!(errors.messages(), ["a name is given twice: keep one"]);
    }

    #[test]
    fn a_version_is_a_whole_number_from_one() {
        for bad in [
            quote!(version),
            quote!(version = ),
            quote!(version = 0),
            quote!(version = -1),
            quote!(version = "2"),
            quote!(version = 4294967296),
        ] {
            let (options, errors) = read(bad, &EVENT);
            assert_eq!(
                errors,
                ["a version is a whole number from 1, as in `version = 2`"]
            );
            assert_eq!(options.version, None);
        }
    }

    #[test]
    fn an_option_without_its_value_is_told_what_that_is() {
        const ALL: Grammar = Grammar {
            attribute: "all",
            literal: "",
            field: false,
            options: &Setting::ALL,
        };
        let (options, errors) = read(
            quote!(id, key = "a", enum = , record = 7, aggregate = Account, crate = <T>::path, skip, version = 2, snapshot_every = -1),
            &ALL,
        );
        assert_eq!(
            errors,
            [
                "an id is a type, as in `id = AccountId`",
                "a key is a type, as in `key = AccountId`",
                "the event enum has a name, as in `enum = AccountEvent`",
                "what is kept for the record is a fact of an aggregate, as in `record = Account`",
                "the aggregate is told by its stored name, as in `aggregate = \"account\"`",
                "a crate is a path, as in `crate = ::path`",
                "a snapshot is taken each so many events, 1 or more, as in `snapshot_every = 500`",
            ]
        );
        assert!(options.names(Setting::Skip));
        assert_eq!(options.version, Some(2));
    }
}
