//! The rules of signatures that verbs share.

use super::{Receiver, Verb};
use crate::errors::Errors;
use crate::syntax;
use quote::quote;
use std::collections::VecDeque;
use syn::punctuated::Punctuated;
use syn::{
    FnArg, GenericParam, ImplItemFn, Lifetime, Pat, PatType, ReceiverKind, Safety, Signature,
    Token, Type, TypeReference,
};

/// Names of types that are never a message: a method that takes one is a helper.
const PLAIN: [&str; 21] = [
    "bool", "char", "str", "String", "Self", "u8", "u16", "u32", "u64", "u128", "usize", "i8",
    "i16", "i32", "i64", "i128", "isize", "f32", "f64", "Vec", "Option",
];

/// What stands in a method's signature, as far as it could be told.
pub(super) struct Told<'a> {
    /// The type of the command, event or query.
    pub(super) message: Option<Type>,
    /// The parameter that takes it.
    pub(super) parameter: Option<&'a PatType>,
    /// The parameters after it.
    pub(super) others: Vec<&'a PatType>,
    /// Whether it has the outline of the verb's methods: of another method only that is said.
    pub(super) fits: bool,
}

/// Reads the receiver and the message, and checks what is the same for all verbs.
pub(super) fn read<'a>(method: &'a ImplItemFn, verb: &Verb, errors: &mut Errors) -> Told<'a> {
    let signature = &method.sig;
    let typed = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    let mut typed: VecDeque<&PatType> = typed.collect();
    let mut has_row = true;
    let has_receiver = match (&verb.receiver, signature.receiver(), typed.front()) {
        (Receiver::Source(_), None, Some(rows)) if is_named(behind(&rows.ty), "Rows") => {
            the_rows_are_borrowed(rows, verb, errors);
            typed.pop_front();
            true
        }
        (Receiver::Row(_), None, Some(rows)) if is_named(behind(&rows.ty), "RowsMut") => {
            the_rows_are_mutable(rows, verb, errors);
            typed.pop_front();
            true
        }
        (Receiver::Row(_), None, Some(lent)) if is_transaction(lent) => {
            the_transaction_is_borrowed(lent, verb, errors);
            typed.pop_front();
            true
        }
        (Receiver::Row(_), Some(receiver), Some(_)) if takes_both(&typed) => {
            typed.pop_front();
            let event = typed.front().map(|event| syntax::text(behind(&event.ty)));
            let message = format!(
                "{} method that takes the transaction has no row: leave `self` out, as in `fn {}(tables: &Transaction, event: &{})`",
                verb.a,
                signature.ident,
                event.unwrap_or_default()
            );
            errors.at(receiver, message);
            has_row = false;
            true
        }
        (_, receiver, _) => receiver.is_some(),
    };
    let before = typed.len();
    while let Some(told) = typed
        .front()
        .and_then(|first| comes_later(first, signature, verb))
    {
        let misplaced = typed.pop_front();
        errors.at(misplaced.map(|parameter| &parameter.ty), told);
    }
    let in_order = typed.len() == before;
    let parameter = typed.pop_front();
    let message = match parameter {
        None if !in_order => None,
        Some(parameter) if has_receiver => {
            if has_row {
                the_receiver_fits(signature, verb, errors);
            }
            the_message_is_borrowed(parameter, signature, verb, errors)
        }
        Some(parameter) => {
            it_is_a_method(signature, verb, errors);
            let message = is_borrowed(&parameter.ty).then(|| behind(&parameter.ty).clone());
            message.filter(is_message)
        }
        None => {
            it_is_a_method(signature, verb, errors);
            None
        }
    };
    method_is_plain(method, verb, errors);
    let fits = in_order && has_receiver && message.is_some();
    Told {
        message,
        parameter,
        others: typed.into(),
        fits,
    }
}

fn it_is_a_method(signature: &Signature, verb: &Verb, errors: &mut Errors) {
    let (name, before) = (&signature.ident, verb.receiver.written());
    let message = format!(
        "{} method takes {before}, then the {}: write `fn {name}{}`, or move it to a plain `impl` block",
        verb.a, verb.message, verb.signature
    );
    errors.at(name, message);
}

fn the_receiver_fits(signature: &Signature, verb: &Verb, errors: &mut Errors) {
    let Some(receiver) = signature.receiver() else {
        return;
    };
    let (mutable, reason) = match verb.receiver {
        Receiver::Shared(reason) | Receiver::Source(reason) => (false, reason),
        Receiver::Exclusive(reason) | Receiver::Row(reason) => (true, reason),
    };
    let fits = match &receiver.kind {
        ReceiverKind::Reference(_, lifetime, mutability) => {
            let is_told = lifetime
                .as_ref()
                .is_none_or(|lifetime| declares(signature, lifetime));
            is_told && mutability.is_some() == mutable
        }
        ReceiverKind::Typed(_, ty) => match syntax::peeled(ty) {
            Type::Reference(reference) => {
                reference.mutability.is_some() == mutable && is_named(&reference.elem, "Self")
            }
            _ => false,
        },
        _ => false,
    };
    if !fits {
        errors.at(
            receiver,
            format_args!(
                "{} method takes {}: {reason}",
                verb.a,
                verb.receiver.written()
            ),
        );
    }
}

fn the_rows_are_borrowed(rows: &PatType, verb: &Verb, errors: &mut Errors) {
    if !is_reference_to(&rows.ty, "Rows") {
        errors.at(
            &rows.ty,
            format_args!(
                "{} method borrows what it reads: write `&Rows<Self>`",
                verb.a
            ),
        );
    }
}

fn the_rows_are_mutable(rows: &PatType, verb: &Verb, errors: &mut Errors) {
    let mutable = match syntax::peeled(&rows.ty) {
        Type::Reference(reference) => reference.mutability.is_some(),
        _ => false,
    };
    if !mutable {
        errors.at(
            &rows.ty,
            format_args!(
                "{} method changes the rows: write `&mut RowsMut<Self>`",
                verb.a
            ),
        );
    }
}

pub(super) fn the_transaction_is_borrowed(lent: &PatType, verb: &Verb, errors: &mut Errors) {
    if !is_borrowed(&lent.ty) {
        let written = syntax::text(behind(&lent.ty));
        let message = format!(
            "{} method borrows the transaction: write `&{written}`",
            verb.a
        );
        errors.at(&lent.ty, message);
    }
}

/// Whether the parameter takes the transaction of a store: those are named so.
pub(super) fn is_transaction(parameter: &PatType) -> bool {
    syntax::last_name(behind(&parameter.ty))
        .is_some_and(|name| name.to_string().ends_with("Transaction"))
}

/// Whether a transaction stands where the event is due, and the event after it. An event may be named so
/// as well: what follows that is its record or an id.
fn takes_both(parameters: &VecDeque<&PatType>) -> bool {
    let (Some(first), Some(second)) = (parameters.front(), parameters.get(1)) else {
        return false;
    };
    let is_called_event = matches!(&*first.pat, Pat::Ident(name) if name.ident == "event");
    let is_event = |ty: &Type| {
        let name = syntax::last_name(ty).map(ToString::to_string);
        is_message(ty) && name.is_some_and(|name| name != "Recorded" && !name.ends_with("Id"))
    };
    is_named(behind(&first.ty), "Transaction") && !is_called_event && is_event(behind(&second.ty))
}

impl Verb {
    /// What is said of the parameter's type, where only methods of other verbs take one.
    pub(super) fn foreign(&self, ty: &Type) -> Option<&'static str> {
        let mut foreign = self.foreign.iter();
        let (_, told) = foreign.find(|(name, _)| is_named(behind(ty), name))?;
        Some(told)
    }
}

impl Receiver {
    fn written(&self) -> &'static str {
        match self {
            Self::Shared(_) => "`&self`",
            Self::Exclusive(_) | Self::Row(_) => "`&mut self`",
            Self::Source(_) => "`rows: &Rows<Self>` (a singleton `&self`)",
        }
    }
}

/// Whether the lifetime is a parameter of the method, of which that is said.
fn declares(signature: &Signature, lifetime: &Lifetime) -> bool {
    let mut lifetimes = signature.generics.lifetimes();
    lifetimes.any(|declared| declared.lifetime == *lifetime)
}

/// Neither generic nor `const`, `unsafe` or `extern`.
pub(super) fn method_is_plain(method: &ImplItemFn, verb: &Verb, errors: &mut Errors) {
    let (a, signature) = (verb.a, &method.sig);
    if !signature.generics.params.is_empty() {
        let lifetimes = signature
            .generics
            .params
            .iter()
            .all(|param| matches!(param, GenericParam::Lifetime(_)));
        let instead = if lifetimes {
            "leave the lifetimes out"
        } else {
            "name the types"
        };
        errors.at(
            &signature.generics,
            format_args!("{a} method cannot be generic: {instead}"),
        );
    } else if let Some(bounds) = &signature.generics.where_clause {
        errors.at(
            bounds,
            format_args!("{a} method cannot be generic: leave the bounds out"),
        );
    }
    let qualified =
        |word| format!("{a} method cannot be `{word}`: it is called from safe code, at run time");
    if let Some(constness) = &signature.constness {
        errors.at(constness, qualified("const"));
    }
    if let Safety::Unsafe(unsafety) = &signature.safety {
        errors.at(unsafety, qualified("unsafe"));
    }
    if let Some(abi) = &signature.abi {
        errors.at(abi, qualified("extern"));
    }
}

/// The type behind the reference; an error where there is none, or where it is no type of a message.
fn the_message_is_borrowed(
    parameter: &PatType,
    signature: &Signature,
    verb: &Verb,
    errors: &mut Errors,
) -> Option<Type> {
    let Verb { a, message, .. } = verb;
    let ty = syntax::peeled(&parameter.ty);
    let behind = behind(ty);
    if matches!(behind, Type::ImplTrait(_) | Type::TraitObject(_)) {
        errors.at(
            ty,
            format_args!("{a} method is for one {message}: name its type"),
        );
        return None;
    }
    if !is_message(behind) {
        let instead = format!("move `{}` to a plain `impl` block", signature.ident);
        errors.at(
            ty,
            format_args!("`{}` is no {message}: {instead}", syntax::text(ty)),
        );
        return None;
    }
    let is_lived = match ty {
        Type::Reference(reference) => {
            reference.mutability.is_none()
                && reference
                    .lifetime
                    .as_ref()
                    .is_some_and(|lifetime| declares(signature, lifetime))
        }
        _ => false,
    };
    if !is_borrowed(ty) && !is_lived {
        let written = syntax::text(behind);
        errors.at(
            ty,
            format_args!("{a} method borrows the {message}: write `&{written}`"),
        );
    }
    Some(behind.clone())
}

/// What is said of a type that stands where the message does and belongs after it, or nowhere.
fn comes_later(parameter: &PatType, signature: &Signature, verb: &Verb) -> Option<String> {
    let Verb { a, message, .. } = verb;
    let (ty, name) = (behind(&parameter.ty), &signature.ident);
    if let Some(foreign) = verb.foreign(ty) {
        return Some(foreign.to_owned());
    }
    if is_named(ty, "Context") || is_named(ty, "Recorded") {
        return Some(format!(
            "the {message} comes first: write `fn {name}{}`, and this parameter after it",
            verb.signature
        ));
    }
    is_named(ty, "Rows").then(|| {
        format!("{a} method reads the rows of its own projection only: the {message} comes here")
    })
}

/// What a reference refers to; the type itself if it is none.
pub(super) fn behind(ty: &Type) -> &Type {
    match syntax::peeled(ty) {
        Type::Reference(reference) => syntax::peeled(&reference.elem),
        other => other,
    }
}

/// Whether it is a `&` of something, with nothing between.
pub(super) fn is_borrowed(ty: &Type) -> bool {
    matches!(
        syntax::peeled(ty),
        Type::Reference(TypeReference {
            mutability: None,
            lifetime: None,
            ..
        })
    )
}

/// Whether it is a `&Name<..>`.
pub(super) fn is_reference_to(ty: &Type, name: &str) -> bool {
    match syntax::peeled(ty) {
        Type::Reference(reference) => {
            reference.mutability.is_none() && is_named(&reference.elem, name)
        }
        _ => false,
    }
}

pub(super) fn is_named(ty: &Type, name: &str) -> bool {
    syntax::last_name(ty).is_some_and(|last| last == name)
}

fn is_message(ty: &Type) -> bool {
    matches!(ty, Type::Path(_))
        && syntax::last_name(ty).is_some_and(|name| !PLAIN.iter().any(|plain| name == plain))
}

/// An error at `async`, for verbs that only look at what is there.
pub(super) fn it_is_not_async(
    signature: &Signature,
    verb: &Verb,
    reason: &str,
    errors: &mut Errors,
) {
    if let Some(asyncness) = &signature.asyncness {
        errors.at(
            asyncness,
            format_args!("{} method cannot be `async`: {reason}", verb.a),
        );
    }
}

/// An error at the parameters that are too many.
pub(super) fn nothing_follows(others: &[&PatType], message: &str, errors: &mut Errors) {
    if !others.is_empty() {
        let surplus: Punctuated<_, Token![,]> = others.iter().copied().collect();
        errors.at(surplus, message);
    }
}

/// Whether the type is, or holds, an `impl Trait`.
pub(super) fn is_unnamed(ty: &Type) -> bool {
    syntax::mentions(quote!(#ty), "impl")
}

/// Whether it is `()`.
pub(super) fn is_unit(ty: &Type) -> bool {
    matches!(syntax::peeled(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}
