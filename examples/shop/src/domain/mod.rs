//! The shop's domain: customers who place orders, and what is read of them.

mod customer;
mod views;

pub use customer::{
    Customer, CustomerCommand, CustomerError, CustomerEvent, CustomerId, OrderPlaced, PlaceOrder,
    RegisterCustomer, Registered,
};
pub use views::{
    CustomerOrders, Month, MonthlyRevenue, RevenueByMonth, ShopTotals, SpentBetween, TopCustomers,
    Totals,
};
