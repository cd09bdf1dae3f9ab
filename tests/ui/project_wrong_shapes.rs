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
    Keyed,
    KeyedFirst,
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[apply]
impl Account {
    fn f0(&mut self, _: &Shared) {}
    fn f1(&mut self, _: &Owned) {}
    fn f2(&mut self, _: &Boxed) {}
    fn f3(&mut self, _: &Lived) {}
    fn f4(&mut self, _: &Free) {}
    fn f5(&mut self, _: &ByValue) {}
    fn f6(&mut self, _: &Mutable) {}
    fn f7(&mut self, _: &Generic) {}
    fn f8(&mut self, _: &Borrowed) {}
    fn f9(&mut self, _: &Counted) {}
    fn f10(&mut self, _: &Bounded) {}
    fn f11(&mut self, _: &Constant) {}
    fn f12(&mut self, _: &Dangerous) {}
    fn f13(&mut self, _: &Foreign) {}
    fn f14(&mut self, _: &Waiting) {}
    fn f15(&mut self, _: &Answered) {}
    fn f16(&mut self, _: &Surplus) {}
    fn f17(&mut self, _: &Twice) {}
    fn f18(&mut self, _: &Keyed) {}
    fn f19(&mut self, _: &KeyedFirst) {}
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("balances", key = String)]
pub struct Balance;

#[project]
impl Balance {
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
    fn answered(&mut self, _: &Answered) -> impl Sized {}
    fn surplus(&mut self, _: &Surplus, _: &Recorded, _: &String, _: &String) {}
    fn twice(&mut self, _: &Twice, _: u64) {}
    fn again(&mut self, _: &Twice) {}
    #[key]
    fn keyed(&mut self, _: &Keyed) {}
    #[key = "id"]
    fn keyed_first(&mut self, _: &KeyedFirst) {}
}

fn main() {}
