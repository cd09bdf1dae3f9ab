//! `cqrs-core`, with the derives of `stub-macros` in place of serde's.

pub use stub_macros::{Deserialize, Serialize};

pub mod __private {
    pub use cqrs_core::__private::*;

    pub mod serde {
        pub use cqrs_core::__private::serde::*;
        pub use stub_macros::{Deserialize, Serialize};
    }
}
