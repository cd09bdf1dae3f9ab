//! Samples of a type, made up from what its `Deserialize` asks for.
//!
//! The deserializer here answers each question with the first value of a list; where the type refuses
//! the whole, the last answer that had a choice is changed, and all is asked again. The same answer, given
//! again within a sample, is a later one: what takes from and to, or swaps two fields, shows.

use crate::log::{Data, Storable, read_back};
use crate::message::Event;
use serde::de::value::{StrDeserializer, U32Deserializer};
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use std::borrow::Cow;
use std::fmt;

/// The texts that are tried: an id, a time, a number and so on may each be asked for as text.
const TEXTS: [&str; 14] = [
    "text",
    "2026-01-02T03:04:05Z",
    "0190a6e8-5f5a-7c3e-9d21-4b7c1e0f2a33",
    "1",
    "1.5",
    "2026-01-02",
    "EUR",
    "2026-01-02T03:04:05+01:00[Europe/Berlin]",
    "PT1H",
    "03:04:05",
    "2026-01-02T03:04:05",
    "https://example.org/",
    "192.0.2.1",
    "a@example.org",
];
const NUMBERS: [u8; 5] = [1, 0, 2, 10, 100];
/// How often a type is asked before it is given up.
const ATTEMPTS: usize = 20_000;
/// How deep values are nested before they are left out.
const DEEPEST: usize = 6;
/// The most samples of a type, whatever it has of variants.
const MOST: usize = 32;

/// Samples of `E` as JSON: one for each variant of the largest enum in it, and one without what is optional.
/// None, if it refuses all that is made up.
pub(super) fn of<E: Event + Storable>() -> Vec<String> {
    let mut samples = Vec::new();
    let mut kinds = Kinds::default();
    let first = made::<E>(Style::Variant(0), &mut kinds);
    samples.extend(first);
    for variant in 1..kinds.variants.min(MOST) {
        samples.extend(made::<E>(Style::Variant(variant), &mut kinds));
    }
    if kinds.optional {
        samples.extend(made::<E>(Style::WithoutOptions, &mut kinds));
    }
    let mut unique = Vec::new();
    for sample in samples {
        if !unique.contains(&sample) {
            unique.push(sample);
        }
    }
    unique
}

/// One sample, if there is one: with answers that grow, or else, as where two fields must be equal, with the same ones.
fn made<E: Event + Storable>(style: Style, kinds: &mut Kinds) -> Option<String> {
    searched::<E>(style, true, kinds).or_else(|| searched::<E>(style, false, kinds))
}

/// One sample that comes back from JSON as it went there.
fn searched<E: Event + Storable>(style: Style, growing: bool, kinds: &mut Kinds) -> Option<String> {
    let mut answers = Answers {
        style,
        growing,
        numbers: 0,
        texts: [0; TEXTS.len()],
        given: Vec::new(),
        at: 0,
        depth: 0,
        keys: Vec::new(),
        kinds,
    };
    for _ in 0..ATTEMPTS {
        answers.at = 0;
        answers.depth = 0;
        answers.numbers = 0;
        answers.texts = [0; TEXTS.len()];
        match E::deserialize(&mut answers) {
            Ok(value) => {
                let encoded = Data::encode(E::NAME, &value, &E::STORED).ok();
                let kept = encoded.filter(|data| read_back(E::NAME, data, &E::STORED).is_ok());
                if let Some(bytes) = kept.as_ref().and_then(Data::as_bytes) {
                    return String::from_utf8(bytes.to_vec()).ok();
                }
            }
            Err(Refused::MapLacked) => continue,
            Err(_) => {}
        }
        if !answers.change() {
            return None;
        }
    }
    None
}

/// Which of several samples it is.
#[derive(Clone, Copy)]
enum Style {
    /// The one with that variant of each enum, in turn.
    Variant(usize),
    /// The one without what is optional.
    WithoutOptions,
}

/// What the type turned out to hold.
#[derive(Default)]
struct Kinds {
    variants: usize,
    optional: bool,
}

/// The answers so far.
struct Answers<'a> {
    style: Style,
    /// Whether an answer that is given again is a later one.
    growing: bool,
    /// How many numbers this attempt gave, and how often each text.
    numbers: u8,
    texts: [u8; TEXTS.len()],
    /// For each question with a choice: which answer, of how many.
    given: Vec<(usize, usize)>,
    /// The question that comes next.
    at: usize,
    depth: usize,
    /// The names that a map without known fields was found to lack, by the depth at which it stands.
    keys: Vec<(usize, &'static str)>,
    kinds: &'a mut Kinds,
}

impl Answers<'_> {
    /// The answer to the next question.
    fn choose(&mut self, among: usize) -> usize {
        if self.given.get(self.at).is_none_or(|given| given.1 != among) {
            self.given.truncate(self.at);
            self.given.push((0, among));
        }
        self.at += 1;
        self.given[self.at - 1].0
    }

    /// Changes the last answer that was asked for and has another; none of those behind it stays.
    fn change(&mut self) -> bool {
        self.given.truncate(self.at);
        while let Some((answer, among)) = self.given.pop() {
            if answer + 1 < among {
                self.given.push((answer + 1, among));
                return true;
            }
        }
        false
    }

    fn text(&mut self) -> Cow<'static, str> {
        let chosen = self.choose(TEXTS.len());
        let before = self.texts[chosen];
        self.texts[chosen] = before.saturating_add(1);
        match before {
            1.. if self.growing => later(TEXTS[chosen], before),
            _ => TEXTS[chosen].into(),
        }
    }

    fn number(&mut self) -> u8 {
        let chosen = self.choose(NUMBERS.len());
        let before = self.numbers;
        self.numbers = before.saturating_add(1);
        match chosen {
            0 if self.growing => before.min(99) + 1,
            _ => NUMBERS[chosen],
        }
    }

    fn deeper<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        if self.depth == 4 * DEEPEST {
            return Err(Refused::Otherwise);
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn is_deep(&self) -> bool {
        self.depth >= DEEPEST
    }
}

/// The text as it is given after so many of its kind: of a date a later one.
fn later(text: &'static str, before: u8) -> Cow<'static, str> {
    match text {
        "text" => format!("{text}{}", before.saturating_add(1)).into(),
        "1" => before.saturating_add(1).to_string().into(),
        "03:04:05" => text
            .replacen("03", &format!("{:02}", 3 + before.min(20)), 1)
            .into(),
        dated => {
            let day = format!("-01-{:02}", 2 + before.min(26));
            dated.replacen("-01-02", &day, 1).into()
        }
    }
}

/// Why an answer was no good.
#[derive(Debug, thiserror::Error)]
#[error("the answer is refused")]
enum Refused {
    Missing(&'static str),
    /// A map lacked a name, which is known now.
    MapLacked,
    Otherwise,
}

impl de::Error for Refused {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Otherwise
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
}

macro_rules! numbers {
    ($($ask:ident $tell:ident $number:ident)*) => {
        $(fn $ask<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
            visitor.$tell($number::from(self.number()))
        })*
    };
}

impl<'de> Deserializer<'de> for &mut Answers<'_> {
    type Error = Refused;

    numbers! {
        deserialize_u8 visit_u8 u8
        deserialize_u16 visit_u16 u16
        deserialize_u32 visit_u32 u32
        deserialize_u64 visit_u64 u64
        deserialize_u128 visit_u128 u128
        deserialize_i16 visit_i16 i16
        deserialize_i32 visit_i32 i32
        deserialize_i64 visit_i64 i64
        deserialize_i128 visit_i128 i128
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_i8(i8::try_from(self.number()).unwrap_or(1))
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_f32(f32::from(self.number()) + 0.5)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_f64(f64::from(self.number()) + 0.5)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_bool(self.choose(2) == 0)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_char(['a', '1'][self.choose(2)])
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_str(&self.text())
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_str(&self.text())
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_bytes(&[1, 2])
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_bytes(&[1, 2])
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.kinds.optional = true;
        if self.is_deep() || matches!(self.style, Style::WithoutOptions) {
            return visitor.visit_none();
        }
        self.deeper(|inner| visitor.visit_some(inner))
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.deeper(|inner| visitor.visit_newtype_struct(inner))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let left = usize::from(!self.is_deep());
        self.deeper(|answers| visitor.visit_seq(Elements { answers, left }))
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.deeper(|answers| visitor.visit_seq(Elements { answers, left }))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.deserialize_tuple(left, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let here = self.depth;
        let keys = self.keys.iter().filter(|(depth, _)| *depth == here);
        let names: Vec<_> = keys.map(|(_, name)| *name).collect();
        let unnamed = names.is_empty() && !self.is_deep();
        let made = self.deeper(|answers| {
            visitor.visit_map(Members {
                answers,
                names: names.into_iter(),
                unnamed,
            })
        });
        match made {
            Err(Refused::Missing(name)) if !self.keys.contains(&(here, name)) => {
                self.keys.push((here, name));
                Err(Refused::MapLacked)
            }
            made => made,
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.deeper(|answers| {
            visitor.visit_map(Members {
                answers,
                names: fields.iter().copied(),
                unnamed: false,
            })
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        if variants.is_empty() {
            return Err(Refused::Otherwise);
        }
        self.kinds.variants = self.kinds.variants.max(variants.len());
        let wanted = match self.style {
            Style::Variant(wanted) => wanted,
            Style::WithoutOptions => 0,
        };
        let variant = (wanted + self.choose(variants.len())) % variants.len();
        let Ok(variant) = u32::try_from(variant) else {
            return Err(Refused::Otherwise);
        };
        self.deeper(|answers| visitor.visit_enum(Variant { answers, variant }))
    }

    /// For types that take what comes.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let plain = self.depth > 2;
        match self.choose(if plain { 4 } else { 6 }) {
            0 => self.deserialize_str(visitor),
            1 => self.deserialize_u64(visitor),
            2 => self.deserialize_bool(visitor),
            3 => visitor.visit_unit(),
            4 => self.deserialize_seq(visitor),
            _ => self.deserialize_map(visitor),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_unit()
    }
}

struct Elements<'a, 'b> {
    answers: &'a mut Answers<'b>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Elements<'_, '_> {
    type Error = Refused;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Refused> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        seed.deserialize(&mut *self.answers).map(Some)
    }
}

struct Members<'a, 'b, N> {
    answers: &'a mut Answers<'b>,
    names: N,
    /// Whether there is one whose name is the key type's own affair.
    unnamed: bool,
}

impl<'de, N: Iterator<Item = &'static str>> MapAccess<'de> for Members<'_, '_, N> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Refused> {
        if let Some(name) = self.names.next() {
            let name: StrDeserializer<'_, Refused> = name.into_deserializer();
            return seed.deserialize(name).map(Some);
        }
        if std::mem::take(&mut self.unnamed) {
            return seed.deserialize(&mut *self.answers).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Refused> {
        seed.deserialize(&mut *self.answers)
    }
}

struct Variant<'a, 'b> {
    answers: &'a mut Answers<'b>,
    variant: u32,
}

impl<'de> EnumAccess<'de> for Variant<'_, '_> {
    type Error = Refused;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Refused> {
        let place: U32Deserializer<Refused> = self.variant.into_deserializer();
        Ok((seed.deserialize(place)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = Refused;

    fn unit_variant(self) -> Result<(), Refused> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Refused> {
        seed.deserialize(self.answers)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Refused> {
        self.answers.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.answers.deserialize_struct("", fields, visitor)
    }
}
