//! Each method of the block has another mistake; all are reported in one run.
use cqrs_core::prelude::*;

#[commands("account", account: String)]
pub enum AccountCommand {
    Open,
    OpenOwned,
    OpenBoxed,
    OpenLived,
    Deposit,
    DepositMut,
    Withdraw,
    Rename,
    RenameLived,
    RenameBound,
    RenameConst,
    Lock,
    Unlock,
    Export,
    Close,
    Ask,
    AskAny,
}

#[events("account")]
pub enum AccountEvent {
    Changed,
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = String)]
pub struct Account;

#[handle]
impl Account {
    fn open(&mut self, _: &Open) -> Changed {
        Changed
    }
    fn open_owned(self, _: &OpenOwned) -> Changed {
        Changed
    }
    fn open_boxed(self: Box<Self>, _: &OpenBoxed) -> Changed {
        Changed
    }
    fn open_lived(&'static self, _: &OpenLived) -> Changed {
        Changed
    }
    fn close(_: &Close) -> Changed {
        Changed
    }
    fn nothing(&self) -> Changed {
        Changed
    }
    fn deposit(&self, _: Deposit) -> Changed {
        Changed
    }
    fn deposit_mut(&self, _: &mut DepositMut) -> Changed {
        Changed
    }
    fn named(&self, _: &str) -> Changed {
        Changed
    }
    fn any(&self, _: &impl Command) -> Changed {
        Changed
    }
    fn dynamic(&self, _: &dyn std::any::Any) -> Changed {
        Changed
    }
    fn withdraw(&self, _: &Withdraw) {}
    fn ask(&self, _: &Ask) -> impl Into<Changed> {
        Changed
    }
    fn ask_any(&self, _: &AskAny, _: u64, _: impl Clone) -> Changed {
        Changed
    }
    fn rename<T>(&self, _: &Rename) -> Changed {
        Changed
    }
    fn rename_lived<'a>(&'a self, _: &'a RenameLived) -> Changed {
        Changed
    }
    fn rename_bound(&self, _: &RenameBound) -> Changed
    where
        Self: Sized,
    {
        Changed
    }
    fn rename_const<const N: usize>(&self, _: &RenameConst) -> Changed {
        Changed
    }
    const fn lock(&self, _: &Lock) -> Changed {
        Changed
    }
    unsafe fn unlock(&self, _: &Unlock) -> Changed {
        Changed
    }
    extern "C" fn export(&self, _: &Export) -> Changed {
        Changed
    }
}

#[apply]
impl Account {
    fn changed(&mut self, _: &Changed) {}
}

fn main() {}
