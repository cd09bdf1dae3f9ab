//! `#[derive(Id)]`.
use super::*;
pub struct AccountId(String);
#[automatically_derived]
impl ::core::fmt::Debug for AccountId {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_tuple("AccountId").field(&self.0).finish()
    }
}
#[automatically_derived]
impl ::core::fmt::Display for AccountId {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        <String as ::core::fmt::Display>::fmt(&self.0, f)
    }
}
#[automatically_derived]
impl ::core::str::FromStr for AccountId {
    type Err = ::cqrs_core::__private::IdError;
    fn from_str(
        text: &::core::primitive::str,
    ) -> ::core::result::Result<Self, Self::Err> {
        ::cqrs_core::__private::ids::parse::<String>("AccountId", text).map(Self)
    }
}
#[automatically_derived]
impl ::core::clone::Clone for AccountId {
    fn clone(&self) -> Self {
        Self(::core::clone::Clone::clone(&self.0))
    }
}
#[automatically_derived]
impl ::core::cmp::PartialEq for AccountId {
    fn eq(&self, other: &Self) -> ::core::primitive::bool {
        self.0 == other.0
    }
}
#[automatically_derived]
impl ::core::cmp::Eq for AccountId {}
#[automatically_derived]
impl ::core::cmp::PartialOrd for AccountId {
    fn partial_cmp(
        &self,
        other: &Self,
    ) -> ::core::option::Option<::core::cmp::Ordering> {
        ::core::option::Option::Some(::core::cmp::Ord::cmp(self, other))
    }
}
#[automatically_derived]
impl ::core::cmp::Ord for AccountId {
    fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
        ::core::cmp::Ord::cmp(&self.0, &other.0)
    }
}
#[automatically_derived]
impl ::core::hash::Hash for AccountId {
    fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
        ::core::hash::Hash::hash(&self.0, state);
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::serde::Serialize for AccountId {
    fn serialize<S: ::cqrs_core::__private::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::core::result::Result<S::Ok, S::Error> {
        ::cqrs_core::__private::ids::serialize::<
            String,
            S,
        >("AccountId", &self.0, serializer)
    }
}
#[automatically_derived]
impl<'de> ::cqrs_core::__private::serde::Deserialize<'de> for AccountId {
    fn deserialize<D: ::cqrs_core::__private::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::core::result::Result<Self, D::Error> {
        ::cqrs_core::__private::ids::deserialize::<String, D>("AccountId", deserializer)
            .map(Self)
    }
}
#[automatically_derived]
impl ::core::convert::From<String> for AccountId {
    fn from(value: String) -> Self {
        Self(value)
    }
}
#[automatically_derived]
impl ::core::convert::From<&::core::primitive::str> for AccountId {
    fn from(value: &::core::primitive::str) -> Self {
        Self(::core::convert::From::from(value))
    }
}
#[automatically_derived]
impl ::core::convert::AsRef<::core::primitive::str> for AccountId {
    fn as_ref(&self) -> &::core::primitive::str {
        ::core::convert::AsRef::as_ref(&self.0)
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::IndexValue for AccountId {
    fn index_key(&self) -> ::cqrs_core::__private::IndexKey {
        ::cqrs_core::__private::IndexValue::index_key(&self.0)
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::TextValue for AccountId {}
#[derive(Copy)]
pub struct BranchId(u32);
#[automatically_derived]
impl ::core::fmt::Debug for BranchId {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_tuple("BranchId").field(&self.0).finish()
    }
}
#[automatically_derived]
impl ::core::fmt::Display for BranchId {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        <u32 as ::core::fmt::Display>::fmt(&self.0, f)
    }
}
#[automatically_derived]
impl ::core::str::FromStr for BranchId {
    type Err = ::cqrs_core::__private::IdError;
    fn from_str(
        text: &::core::primitive::str,
    ) -> ::core::result::Result<Self, Self::Err> {
        ::cqrs_core::__private::ids::parse::<u32>("BranchId", text).map(Self)
    }
}
#[automatically_derived]
impl ::core::clone::Clone for BranchId {
    fn clone(&self) -> Self {
        Self(::core::clone::Clone::clone(&self.0))
    }
}
#[automatically_derived]
impl ::core::cmp::PartialEq for BranchId {
    fn eq(&self, other: &Self) -> ::core::primitive::bool {
        self.0 == other.0
    }
}
#[automatically_derived]
impl ::core::cmp::Eq for BranchId {}
#[automatically_derived]
impl ::core::cmp::PartialOrd for BranchId {
    fn partial_cmp(
        &self,
        other: &Self,
    ) -> ::core::option::Option<::core::cmp::Ordering> {
        ::core::option::Option::Some(::core::cmp::Ord::cmp(self, other))
    }
}
#[automatically_derived]
impl ::core::cmp::Ord for BranchId {
    fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
        ::core::cmp::Ord::cmp(&self.0, &other.0)
    }
}
#[automatically_derived]
impl ::core::hash::Hash for BranchId {
    fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
        ::core::hash::Hash::hash(&self.0, state);
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::serde::Serialize for BranchId {
    fn serialize<S: ::cqrs_core::__private::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::core::result::Result<S::Ok, S::Error> {
        ::cqrs_core::__private::ids::serialize::<u32, S>("BranchId", &self.0, serializer)
    }
}
#[automatically_derived]
impl<'de> ::cqrs_core::__private::serde::Deserialize<'de> for BranchId {
    fn deserialize<D: ::cqrs_core::__private::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::core::result::Result<Self, D::Error> {
        ::cqrs_core::__private::ids::deserialize::<u32, D>("BranchId", deserializer)
            .map(Self)
    }
}
#[automatically_derived]
impl ::core::convert::From<u32> for BranchId {
    fn from(value: u32) -> Self {
        Self(value)
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::IndexValue for BranchId {
    fn index_key(&self) -> ::cqrs_core::__private::IndexKey {
        ::cqrs_core::__private::IndexValue::index_key(&self.0)
    }
}
