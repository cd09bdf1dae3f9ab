use cqrs_core::bus::Request;
use cqrs_core::prelude::*;
use cqrs_core::store::StoreError;
use cqrs_core::RecordedEvent;
use std::collections::BTreeSet;

#[derive(Id)]
pub struct CopyId(String);

#[derive(Id)]
pub struct MemberId(String);

#[commands("member", member: MemberId)]
pub enum MemberCommand {
    AskFor { copy: CopyId },
    GiveUp { copy: CopyId },
}

#[events("member")]
pub enum MemberEvent {
    Granted { copy: CopyId },
    GivenUp { copy: CopyId },
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MemberError {
    #[error("the member has two copies, which is all one may have")]
    TooMany,
    #[error("the member did not ask for that copy")]
    NotAsked,
}

#[derive(Aggregate, Debug, Default)]
#[aggregate("member", id = MemberId)]
pub struct Member {
    copies: BTreeSet<CopyId>,
}

#[handle]
impl Member {
    fn ask_for(&self, command: &AskFor) -> Result<Granted, MemberError> {
        ensure!(self.copies.len() < 2, MemberError::TooMany);
        let copy = command.copy.clone();
        Ok(Granted { copy })
    }

    fn give_up(&self, command: &GiveUp) -> Result<GivenUp, MemberError> {
        let copy = command.copy.clone();
        ensure!(self.copies.contains(&copy), MemberError::NotAsked);
        Ok(GivenUp { copy })
    }
}

#[apply]
impl Member {
    fn granted(&mut self, event: &Granted) {
        self.copies.insert(event.copy.clone());
    }

    fn given_up(&mut self, event: &GivenUp) {
        self.copies.remove(&event.copy);
    }
}

#[commands("copy", copy: CopyId)]
pub enum CopyCommand {
    Lend { member: MemberId },
    TakeBack,
}

#[events("copy")]
pub enum CopyEvent {
    Lent { member: MemberId },
    TakenBack { member: MemberId },
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CopyError {
    #[error("the copy is on loan")]
    OnLoan,
    #[error("the copy is not on loan")]
    NotOnLoan,
}

#[derive(Aggregate, Debug, Default)]
#[aggregate("copy", id = CopyId)]
pub struct BookCopy {
    with: Option<MemberId>,
}

#[handle]
impl BookCopy {
    fn lend(&self, command: &Lend) -> Result<Lent, CopyError> {
        ensure!(self.with.is_none(), CopyError::OnLoan);
        let member = command.member.clone();
        Ok(Lent { member })
    }

    fn take_back(&self, _: &TakeBack) -> Result<TakenBack, CopyError> {
        let member = self.with.clone().ok_or(CopyError::NotOnLoan)?;
        Ok(TakenBack { member })
    }
}

#[apply]
impl BookCopy {
    fn lent(&mut self, event: &Lent) {
        self.with = Some(event.member.clone());
    }

    fn taken_back(&mut self, _: &TakenBack) {
        self.with = None;
    }
}

pub type Library = Bus<Memory>;

#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error(transparent)]
    Member(#[from] DispatchError<MemberError>),
    #[error(transparent)]
    Copy(#[from] DispatchError<CopyError>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Lends a copy to a member, who has room for it.
pub async fn borrow(
    library: &Library,
    request: &Request,
    member: &MemberId,
    copy: &CopyId,
) -> Result<Receipt, DeskError> {
    let attempt = attempt(library, request).await?;
    let ask = AskFor { member: member.clone(), copy: copy.clone() };
    library.dispatch(ask).request(&attempt).await?;
    hand_over(library, &attempt, member, copy).await
}

/// The attempt that the request is at: one that was given up is over, and its ids are used up.
async fn attempt(library: &Library, request: &Request) -> Result<Request, StoreError> {
    let mut number = 1;
    loop {
        let attempt = request.step(number);
        if library.receipt(&attempt.step("give up")).await?.is_none() {
            return Ok(attempt);
        }
        number += 1;
    }
}

/// The second half: lends what was granted, or gives the grant back.
async fn hand_over(
    library: &Library,
    attempt: &Request,
    member: &MemberId,
    copy: &CopyId,
) -> Result<Receipt, DeskError> {
    let command = Lend { copy: copy.clone(), member: member.clone() };
    let lent = library.dispatch(command).request(&attempt.step("lend")).await;
    if let Err(error) = &lent
        && error.nothing_recorded()
    {
        let give_up = GiveUp { member: member.clone(), copy: copy.clone() };
        library.dispatch(give_up).request(&attempt.step("give up")).await?;
    }
    Ok(lent?)
}

/// Finishes what was granted, if whoever asked for it broke off.
pub async fn finish(library: &Library, granted: &RecordedEvent) -> Result<(), DeskError> {
    let at = granted.recorded();
    let Ok(event) = granted.decode::<Granted>() else {
        return Ok(());
    };
    let member = MemberId::from(at.stream.id());
    // the command that led to it was the attempt, so these are the ids that the desk used
    let attempt = Request::new(at.metadata.command_id).correlation(at.metadata.correlation_id);
    if library.receipt(&attempt.step("give up")).await?.is_some() {
        return Ok(());
    }
    match hand_over(library, &attempt.caused_by(at), &member, &event.copy).await {
        Ok(_) | Err(DeskError::Copy(DispatchError::Rejected(_))) => Ok(()),
        Err(error) => Err(error),
    }
}
