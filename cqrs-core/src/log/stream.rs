use super::Name;
use crate::id::{self, IdError};
use foldhash::fast::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{Arc, LazyLock};

/// Whose log it is, where one store serves several. Empty by default, and part of every stream's identity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Tenant(Option<Arc<str>>);

impl Tenant {
    /// The tenant of that name; the empty name is the default tenant.
    ///
    /// # Errors
    /// When the name is too long or holds a control character.
    pub fn new(name: &str) -> Result<Self, IdError> {
        if name.is_empty() {
            return Ok(Self::default());
        }
        id::check("tenant", name)?;
        Ok(Self(Some(name.into())))
    }

    /// The name; empty for the default tenant.
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }
}

/// Names one stream: the tenant, the category (the aggregate's stored name) and the instance's id.
/// Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StreamId(Arc<Parts>);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Parts {
    id: Box<str>,
    category: Name,
    tenant: Tenant,
    /// The hash of the others, made once: a stream is looked up at each commit to it.
    hash: u64,
}

static HASHING: LazyLock<RandomState> = LazyLock::new(RandomState::default);

impl Hash for StreamId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.hash);
    }
}

impl StreamId {
    /// The stream of one instance.
    ///
    /// # Errors
    /// When category or id is empty, longer than 512 bytes, or holds a control character.
    pub fn new(
        tenant: Tenant,
        category: impl Into<Name>,
        id: impl Into<Box<str>>,
    ) -> Result<Self, IdError> {
        let (category, id) = (category.into(), id.into());
        id::check("category", &category)?;
        id::check(&category, &id)?;
        let hash = HASHING.hash_one((&id, &category, &tenant));
        Ok(Self(Arc::new(Parts {
            id,
            category,
            tenant,
            hash,
        })))
    }

    /// Whose stream it is.
    pub fn tenant(&self) -> &Tenant {
        &self.0.tenant
    }

    /// The aggregate's stored name.
    pub fn category(&self) -> &str {
        &self.0.category
    }

    /// The instance's id, as it displays.
    pub fn id(&self) -> &str {
        &self.0.id
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.tenant().as_str().is_empty() {
            write!(f, "{}/", self.tenant().as_str())?;
        }
        write!(f, "{}/{}", self.category(), self.id())
    }
}
