//! Every promise of a store, put to the stores of this repository and to a probe of the trait.

/// The memory store as it is.
mod memory {
    cqrs_core::conformance_tests!(async || cqrs_core::Memory::new());
}

/// The memory store that keeps typed events. The suite gives it bytes, which it keeps as they are,
/// and one typed event.
mod typed {
    cqrs_core::conformance_tests!(async || cqrs_core::Memory::typed());
}
