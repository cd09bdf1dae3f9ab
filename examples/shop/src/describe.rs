//! What the shop is made of, as the library's catalogue tells it.

use crate::quote::quoted;
use cqrs_core::catalogue::Catalogue;
use cqrs_core::registry::DuplicateName;

/// How the catalogue is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In words.
    Words,
    /// For programs.
    Json,
    /// As a diagram.
    Mermaid,
}

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DescribeError {
    /// The shop has nothing of that name.
    #[error("nothing in the shop is named {}: `shop catalogue` lists all there is", quoted(.name))]
    Unknown {
        /// The name that was asked for.
        name: String,
    },
    /// Two types bear one name.
    #[error(transparent)]
    DuplicateName(#[from] DuplicateName),
}

/// All commands, events, queries, aggregates and projections of the shop.
///
/// # Errors
/// [`DescribeError::DuplicateName`].
pub fn catalogue(form: Form) -> Result<String, DescribeError> {
    let catalogue = Catalogue::of_program()?;
    Ok(match form {
        Form::Words => catalogue.to_string(),
        Form::Json => catalogue.to_json(),
        Form::Mermaid => catalogue.to_mermaid(),
    })
}

/// What there is to tell of the command, event, query, aggregate or projection of that stored name.
///
/// # Errors
/// [`DescribeError`].
pub fn explain(name: &str) -> Result<String, DescribeError> {
    let explanation = Catalogue::of_program()?.explain_name(name);
    let explanation = explanation.ok_or_else(|| DescribeError::Unknown {
        name: name.to_owned(),
    })?;
    Ok(explanation.to_string())
}
