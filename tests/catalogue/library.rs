//! A library: an aggregate in each spelling, a service, a projection of each shape, and handlers that
//! return whatever a handler may return.

use cqrs_core::prelude::*;

/// Rings.
pub struct Bell;

/// Why a book is not lent.
#[derive(Debug)]
pub struct Refused;

#[commands("book", book: u32)]
pub enum BookCommand {
    Buy { title: String },
    Lend { reader: String },
    Return,
    Repair,
    Count,
    Note { text: String },
}

#[events("book")]
pub enum BookEvent {
    Bought {
        title: String,
    },
    Shelved,
    Lent {
        reader: String,
    },
    #[event(version = 2, was = "book.given_back")]
    Returned,
    #[event(record = Book)]
    Noted {
        text: String,
    },
    #[cfg(any())]
    Burnt,
}

#[derive(Aggregate, Default)]
#[aggregate("book", id = u32)]
pub struct Book {
    lent: bool,
}

#[handle]
impl Book {
    fn buy(&self, command: &Buy) -> (Bought, Shelved) {
        let title = command.title.clone();
        (Bought { title }, Shelved)
    }

    fn lend(&self, command: &Lend) -> Result<Option<Lent>, Refused> {
        ensure!(!self.lent, Refused);
        let reader = command.reader.clone();
        Ok(Some(Lent { reader }))
    }

    fn give_back(&self, _: &Return) -> Result<(Returned, Option<Noted>, [Shelved; 1]), Refused> {
        ensure!(self.lent, Refused);
        Ok((Returned, None, [Shelved]))
    }

    async fn repair(&self, _: &Repair, _: &Context, _: &Bell) -> Result<Vec<BookEvent>, String> {
        Ok(Vec::new())
    }

    fn count(&self, _: &Count) -> Result<Option<Noted>, Refused> {
        Err(Refused)
    }

    fn note(&self, command: &Note) -> Noted {
        let text = command.text.clone();
        Noted { text }
    }
}

#[apply]
impl Book {
    fn bought(&mut self, _: &Bought) {}

    fn shelved(&mut self, _: &Shelved) {}

    fn lent(&mut self, _: &Lent) {
        self.lent = true;
    }

    fn returned(&mut self, _: &Returned) {
        self.lent = false;
    }
}

/// Makes a reader known.
#[derive(Command, Serialize, Deserialize)]
#[command("reader.join", version = 3)]
pub struct Join {
    #[id]
    pub reader: String,
}

/// A reader is known.
#[derive(Event, Clone, Serialize, Deserialize)]
#[event("reader.joined")]
pub struct Joined {}

#[derive(Aggregate, Default)]
#[aggregate("reader", id = String)]
pub struct Reader;

#[handle]
impl Reader {
    fn join(&self, _: &Join) -> [ReaderEvent; 1] {
        [Joined {}.into()]
    }
}

#[apply(enum = ReaderEvent)]
impl Reader {
    fn joined(&mut self, _: &Joined) {}
}

/// Asks the desk for a greeting.
#[derive(Command, Serialize, Deserialize)]
pub struct Greet {}

/// Greets.
#[derive(Service)]
pub struct Desk;

#[handle]
impl Desk {
    fn greet(&self, _: &Greet, _: &Bell) -> Result<String, Refused> {
        Ok("hello".to_owned())
    }
}

/// Who has which book: a row a book.
#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("loans", version = 2, key = u32)]
pub struct Loans {
    #[index]
    pub reader: String,
    #[index]
    pub times: u64,
}

#[project]
impl Loans {
    fn lent(&mut self, event: &Lent) {
        self.reader.clone_from(&event.reader);
        self.times += 1;
    }

    fn returned(&mut self, _: &Returned) {
        self.reader.clear();
    }
}

/// Asks what a reader has. It bears the name of the projection.
#[derive(Query)]
#[query("loans")]
pub struct LoansOf {
    pub reader: String,
}

#[answer]
impl Loans {
    async fn of(rows: &Rows<Self>, query: &LoansOf) -> Result<Vec<u32>, Refused> {
        let loans = rows.by(Self::READER).await.map_err(|_| Refused)?;
        let of_reader = loans.iter().filter(|loan| loan.reader == query.reader);
        Ok(of_reader.map(|loan| loan.key).collect())
    }
}

/// How many books there are: one value.
#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("shelf")]
pub struct Shelf {
    pub books: u64,
}

#[project]
impl Shelf {
    fn bought(&mut self, _: &Bought) {
        self.books += 1;
    }

    fn returned(&mut self, _: &Returned) {}
}

/// Asks how many books there are, by a name that the derive would not take.
pub struct HowMany;

impl Query for HowMany {
    const NAME: &'static str = "\"] --> \u{1b}[31m\nend";
}

#[answer]
impl Shelf {
    fn how_many(&self, _: &HowMany) -> u64 {
        self.books
    }
}

/// Asks the desk when it closes.
#[derive(Query)]
pub struct ClosingTime;

#[answer]
impl Desk {
    async fn closing_time(&self, _: &ClosingTime, _: &Bell) -> Result<u8, Refused> {
        Ok(20)
    }
}

#[upcast]
impl Returned {
    #[from(1)]
    fn as_it_is(old: Self) -> Self {
        old
    }
}
