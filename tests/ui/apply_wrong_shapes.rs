//! Each method of the block has another mistake; all are reported in one run.
use cqrs_core::prelude::*;

#[events("account")]
pub enum AccountEvent {
    Shared,
    Owned,
    Boxed,
    Lived,
    Free,
    ByValue,
    Mutable,
    Generic,
    Borrowed,
    Counted,
    Bounded,
    Constant,
    Dangerous,
    Foreign,
    Waiting,
    Answered,
    Surplus,
    Twice,
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[apply]
impl Account {
    fn shared(&self, _: &Shared) {}
    fn owned(self, _: &Owned) {}
    fn boxed(self: Box<Self>, _: &Boxed) {}
    fn lived(&'static mut self, _: &Lived) {}
    fn free(_: &Free) {}
    fn nothing(&mut self) {}
    fn by_value(&mut self, _: ByValue) {}
    fn mutable(&mut self, _: &mut Mutable) {}
    fn plain(&mut self, _: &str) {}
    fn any(&mut self, _: &impl Event) {}
    fn dynamic(&mut self, _: &dyn std::any::Any) {}
    fn generic<T>(&mut self, _: &Generic) {}
    fn borrowed<'a>(&'a mut self, _: &'a Borrowed) {}
    fn counted<const N: usize>(&mut self, _: &Counted) {}
    const fn constant(&mut self, _: &Constant) {}
    unsafe fn dangerous(&mut self, _: &Dangerous) {}
    extern "C" fn foreign(&mut self, _: &Foreign) {}
    async fn waiting(&mut self, _: &Waiting) {}
    fn bounded(&mut self, _: &Bounded)
    where
        Self: Sized,
    {
    }
    fn answered(&mut self, _: &Answered) -> u64 {
        7
    }
    fn surplus(&mut self, _: &Surplus, _: &Recorded) {}
    fn twice(&mut self, _: &Twice) {}
    fn again(&mut self, _: &Twice) {}
}

fn main() {}
