//! Every mistake that the compiler proves, with the message it prints: one file a rule, in both spellings.

#[test]
fn mistakes_do_not_compile_and_say_what_to_write() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}
