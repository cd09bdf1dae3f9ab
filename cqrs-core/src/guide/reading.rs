/// The orders that are still in the house: a row for each, named by its id.
#[derive(Projection, Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
#[projection("listed", key = OrderId)]
pub struct Listed {
    #[index]
    pub placed: Option<Timestamp>,
    #[index]
    pub due: u64,
}

#[project]
impl Listed {
    fn placed(&mut self, _: &Placed, at: &Recorded) {
        self.placed = Some(at.occurred_at);
    }

    fn line_added(&mut self, event: &LineAdded) {
        self.due += event.line.cents;
    }

    fn paid(&mut self, event: &PaymentReceived) -> Result<(), &'static str> {
        let due = self.due.checked_sub(event.cents);
        self.due = due.ok_or("more is paid than was due")?;
        Ok(())
    }

    fn shipped(&mut self, _: &Shipped) -> Change {
        Change::Delete
    }

    fn cancelled(&mut self, _: &Cancelled) -> Change {
        Change::Delete
    }
}

/// What a product brought: a row for each, named by a field of the event.
#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("sold", key = String)]
pub struct Sold {
    pub cents: u64,
}

#[project]
impl Sold {
    #[key(event.line.product)]
    fn line_added(&mut self, event: &LineAdded) {
        self.cents += event.line.cents;
    }
}

/// What is taken from each shelf: `tea/green` stands in `tea` too, so an event is for as many rows
/// as its product has levels.
#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("shelves", key = String, version = 2)]
pub struct Shelf {
    pub pieces: u32,
}

#[project]
impl Shelf {
    fn line_added(rows: &mut RowsMut<Self>, event: &LineAdded) {
        let product = &event.line.product;
        let slashes = product.match_indices('/').map(|(at, _)| at);
        for end in slashes.chain([product.len()]) {
            rows.change(&product[..end].to_owned(), |row| row.pieces += 1);
        }
    }
}

/// All that was paid: one value.
#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("takings")]
pub struct Takings {
    pub cents: u64,
}

#[project]
impl Takings {
    fn paid(&mut self, event: &PaymentReceived) {
        self.cents += event.cents;
    }
}
