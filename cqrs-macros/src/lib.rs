//! The derives and attributes of `cqrs-core`, which re-exports them all.
#![forbid(unsafe_code)]

use proc_macro::TokenStream;

macro_rules! stub_derives {
    ($($name:ident($($attr:ident),*) $f:ident;)*) => {$(
        /// Stub.
        #[proc_macro_derive($name, attributes($($attr),*))]
        pub fn $f(_: TokenStream) -> TokenStream { TokenStream::new() }
    )*};
}
macro_rules! stub_attrs {
    ($($f:ident)*) => {$(
        /// Stub.
        #[proc_macro_attribute]
        pub fn $f(_: TokenStream, item: TokenStream) -> TokenStream { item }
    )*};
}
stub_derives! {
    Command(command, id) derive_command;
    Event(event, tag) derive_event;
    Query(query) derive_query;
    Aggregate(aggregate) derive_aggregate;
    Projection(projection, index) derive_projection;
    Id(id) derive_id;
}
stub_attrs! { commands events handle apply project answer key }
