//! The write model: a customer registers once, and then places orders.

use crate::money::Money;
use cqrs_core::prelude::*;

/// Names a customer, as the purchase log prints it.
#[derive(Id)]
pub struct CustomerId(String);

/// What may be asked of a customer.
#[commands("customer", customer: CustomerId)]
pub enum CustomerCommand {
    /// Makes the customer known to the shop.
    RegisterCustomer,
    /// Buys a number of CDs for an amount in all.
    PlaceOrder { items: u32, amount: Money },
}

/// What happens to a customer. When it happened is the event's occurred time.
#[events("customer")]
pub enum CustomerEvent {
    /// The customer became known to the shop.
    Registered,
    /// The customer bought CDs.
    OrderPlaced { items: u32, amount: Money },
}

/// Why a customer's command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CustomerError {
    /// The customer is known already.
    #[error("the customer is registered already")]
    AlreadyRegistered,
    /// The customer is not known.
    #[error("the customer is not registered: register first, then order")]
    NotRegistered,
    /// The order holds no items.
    #[error("an order holds at least one item")]
    NothingOrdered,
    /// The amount is below zero.
    #[error("an order cannot cost {0}, which is less than nothing")]
    NegativeAmount(Money),
}

/// A customer, as far as decisions need to know one.
#[derive(Aggregate, Debug, Default)]
#[aggregate("customer", id = CustomerId)]
pub struct Customer {
    registered: bool,
}

#[handle]
impl Customer {
    fn register(&self, _: &RegisterCustomer) -> Result<Registered, CustomerError> {
        ensure!(!self.registered, CustomerError::AlreadyRegistered);
        Ok(Registered)
    }

    fn place_order(&self, command: &PlaceOrder) -> Result<OrderPlaced, CustomerError> {
        let &PlaceOrder { items, amount, .. } = command;
        ensure!(self.registered, CustomerError::NotRegistered);
        ensure!(items > 0, CustomerError::NothingOrdered);
        ensure!(!amount.is_negative(), CustomerError::NegativeAmount(amount));
        Ok(OrderPlaced { items, amount })
    }
}

#[apply]
impl Customer {
    fn registered(&mut self, _: &Registered) {
        self.registered = true;
    }

    fn order_placed(&mut self, _: &OrderPlaced) {}
}
