use cqrs_core::prelude::*;

#[derive(Id)]
pub struct OrderId(String);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    pub product: String,
    pub cents: u64,
}

#[commands("order", order: OrderId)]
pub enum OrderCommand {
    Place { lines: Vec<Line> },
    Pay { cents: u64 },
    Ship,
    Cancel,
    Note { text: String },
}

#[events("order")]
pub enum OrderEvent {
    Placed,
    LineAdded {
        line: Line,
    },
    PaymentReceived {
        cents: u64,
    },
    Settled,
    Shipped,
    Cancelled,
    #[event(record = Order)] // changes no decision, so nothing applies it
    RefundOwed {
        cents: u64,
    },
    #[event(record = Order)]
    Noted {
        text: String,
    },
}

#[derive(Debug, PartialEq, thiserror::Error)]
pub enum OrderError {
    #[error("the order holds nothing")]
    Empty,
    #[error("the order is {0}")]
    Not(&'static str),
    #[error("{missing} cents are not paid yet")]
    Unpaid { missing: u64 },
}

#[derive(Aggregate, Debug, Default, Clone, PartialEq)]
#[aggregate("order", id = OrderId)]
pub enum Order {
    #[default]
    New,
    Open {
        due: u64,
        paid: u64,
    },
    Settled {
        paid: u64,
    },
    Shipped,
    Cancelled,
}

#[handle]
impl Order {
    fn place(&self, command: &Place) -> Result<(Placed, Vec<LineAdded>), OrderError> {
        ensure!(*self == Self::New, OrderError::Not("new"));
        ensure!(!command.lines.is_empty(), OrderError::Empty);
        let lines = command.lines.iter().cloned();
        Ok((Placed, lines.map(|line| LineAdded { line }).collect()))
    }

    fn pay(&self, command: &Pay) -> Result<(PaymentReceived, Option<Settled>), OrderError> {
        let Self::Open { due, paid } = self else {
            return Err(OrderError::Not("open"));
        };
        let cents = command.cents;
        let settled = (paid + cents >= *due).then_some(Settled);
        Ok((PaymentReceived { cents }, settled))
    }

    fn note(&self, command: &Note) -> Option<Noted> {
        let text = command.text.trim().to_owned();
        (!text.is_empty()).then_some(Noted { text })
    }
}

// in a real program a file of its own
mod leaving {
    use super::*;

    #[handle]
    impl Order {
        fn ship(&self, _: &Ship) -> Result<Shipped, OrderError> {
            match self {
                Self::Settled { .. } => Ok(Shipped),
                Self::Open { due, paid } => Err(OrderError::Unpaid {
                    missing: due - paid,
                }),
                _ => Err(OrderError::Not("open")),
            }
        }

        fn cancel(&self, _: &Cancel) -> Result<Vec<OrderEvent>, OrderError> {
            match *self {
                Self::Open { paid: 0, .. } => Ok(vec![Cancelled.into()]),
                Self::Open { paid, .. } | Self::Settled { paid } => {
                    Ok(vec![Cancelled.into(), RefundOwed { cents: paid }.into()])
                }
                _ => Err(OrderError::Not("open")),
            }
        }
    }
}

#[apply]
impl Order {
    fn placed(&mut self, _: &Placed) {
        *self = Self::Open { due: 0, paid: 0 };
    }

    fn line_added(&mut self, event: &LineAdded) {
        if let Self::Open { due, .. } = self {
            *due += event.line.cents;
        }
    }

    fn payment_received(&mut self, event: &PaymentReceived) {
        if let Self::Open { paid, .. } = self {
            *paid += event.cents;
        }
    }

    fn settled(&mut self, _: &Settled) {
        if let Self::Open { paid, .. } = *self {
            *self = Self::Settled { paid };
        }
    }

    fn shipped(&mut self, _: &Shipped) {
        *self = Self::Shipped;
    }

    fn cancelled(&mut self, _: &Cancelled) {
        *self = Self::Cancelled;
    }
}
