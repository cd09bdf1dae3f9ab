//! Tags and metadata, as the texts that are kept of them.

use cqrs_core::Uuid;
use cqrs_core::log::{CommandId, Metadata, Tag, Tags};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What metadata says beside the command's id.
#[derive(Debug, Serialize, Deserialize)]
struct Kept<'a> {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    correlation: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    causation: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none", default, borrow)]
    actor: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none", default, borrow)]
    trace: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    custom: Option<Cow<'a, BTreeMap<String, String>>>,
}

/// The metadata, unless it says no more than the command's id.
pub(crate) fn metadata(metadata: &Metadata) -> Result<Option<String>, serde_json::Error> {
    let first = metadata.correlation_id == *metadata.command_id.as_uuid();
    let kept = Kept {
        correlation: (!first).then_some(metadata.correlation_id),
        causation: metadata.causation_id,
        actor: metadata.actor.as_deref().map(Cow::Borrowed),
        trace: metadata.trace.as_deref().map(Cow::Borrowed),
        custom: metadata.custom.as_deref().map(Cow::Borrowed),
    };
    let plain = matches!(
        kept,
        Kept {
            correlation: None,
            causation: None,
            actor: None,
            trace: None,
            custom: None,
        }
    );
    if plain {
        return Ok(None);
    }
    serde_json::to_string(&kept).map(Some)
}

pub(crate) fn read_metadata(
    command: CommandId,
    text: &[u8],
) -> Result<Metadata, serde_json::Error> {
    let kept: Kept<'_> = serde_json::from_slice(text)?;
    let mut metadata = Metadata::of(command);
    if let Some(correlation) = kept.correlation {
        metadata.correlation_id = correlation;
    }
    metadata.causation_id = kept.causation;
    metadata.actor = kept.actor.map(|actor| actor.as_ref().into());
    metadata.trace = kept.trace.map(|trace| trace.as_ref().into());
    metadata.custom = kept.custom.map(|custom| custom.into_owned().into());
    Ok(metadata)
}

/// The tags, if there are any.
pub(crate) fn tags(tags: &Tags) -> Result<Option<String>, serde_json::Error> {
    let tags = tags.as_slice();
    if tags.is_empty() {
        return Ok(None);
    }
    let pairs: Vec<[&str; 2]> = tags
        .iter()
        .map(|tag| [tag.name.as_str(), tag.value.as_str()])
        .collect();
    serde_json::to_string(&pairs).map(Some)
}

pub(crate) fn read_tags(text: &[u8]) -> Result<Tags, serde_json::Error> {
    let pairs: Vec<[Cow<'_, str>; 2]> = serde_json::from_slice(text)?;
    let tags = pairs.into_iter();
    Ok(tags
        .map(|[name, value]| Tag::new(name.into_owned(), value))
        .collect())
}
