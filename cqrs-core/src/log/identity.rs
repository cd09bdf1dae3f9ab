use super::time::since_epoch;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// A UUID version 7 (RFC 9562), greater than all that this process made before.
///
/// Behind the millisecond stand 16 bits of its fraction, and then 58 random ones. Where ids are
/// made faster than the clock goes on, the fraction counts on.
fn next_v7() -> Uuid {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = tick_of(since_epoch());
    let mut last = LAST.load(Ordering::Relaxed);
    let tick = loop {
        let tick = now.max(last + 1);
        match LAST.compare_exchange_weak(last, tick, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => break tick,
            Err(later) => last = later,
        }
    };
    v7(tick, rand::random())
}

/// A time in 2^-16 of a millisecond.
fn tick_of(since_epoch: Duration) -> u64 {
    let fraction = u64::from(since_epoch.subsec_nanos() % 1_000_000) << 16;
    let millis = since_epoch.as_secs() * 1_000 + u64::from(since_epoch.subsec_millis());
    (millis << 16) | (fraction / 1_000_000)
}

fn v7(tick: u64, random: u64) -> Uuid {
    let (version, variant) = (0x7 << 12, 0b10 << 62);
    let (whole, fraction) = (tick >> 16, tick & 0xffff);
    Uuid::from_u64_pair(
        (whole << 16) | version | (fraction >> 4),
        variant | ((fraction & 0xf) << 58) | (random >> 6),
    )
}

macro_rules! identity {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id: UUID version 7 (RFC 9562), greater than those that this process made before.
            pub fn generate() -> Self {
                Self(next_v7())
            }

            /// The UUID.
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

identity! {
    /// The id of an event.
    EventId
}

identity! {
    /// The id of a command. One that the caller gives makes the command idempotent.
    CommandId
}

impl CommandId {
    /// The id that `parts` always lead to: UUID version 5 (RFC 9562) over what they display, each
    /// with its length.
    ///
    /// Give what the command is about, so that the same request sent again is the same command:
    ///
    /// ```
    /// use cqrs_core::CommandId;
    ///
    /// let line_7 = CommandId::derived(("import of orders.csv", 7));
    /// assert_eq!(line_7, CommandId::derived(("import of orders.csv", 7)));
    /// assert_ne!(line_7, CommandId::derived(("import of orders.csv", 8)));
    /// ```
    pub fn derived(parts: impl IdParts) -> Self {
        let mut name = IdName::default();
        parts.write(&mut name);
        Self(Uuid::new_v5(&COMMANDS, &name.0))
    }

    /// The id of one command of several that this id stands for: the same step, the same id.
    ///
    /// ```
    /// use cqrs_core::CommandId;
    ///
    /// let request = CommandId::generate();
    /// assert_eq!(request.step("lend"), request.step("lend"));
    /// assert_ne!(request.step("lend"), request.step("give up"));
    /// ```
    #[must_use]
    pub fn step(&self, step: impl fmt::Display) -> Self {
        Self::derived((self.0, step))
    }
}

/// What a command's id is made of: a tuple of up to eight parts that display, each of whatever
/// type; or an array, a slice or a `Vec` of parts of one.
#[diagnostic::on_unimplemented(
    message = "a command id is not derived from a `{Self}`",
    label = "not the parts of an id",
    note = "give a tuple of parts that display, such as `(\"import\", line)`; or an array, a slice or a `Vec` of such"
)]
pub trait IdParts {
    /// Writes the parts, one after the other.
    #[doc(hidden)]
    fn write(&self, name: &mut IdName);
}

/// The parts of an id, each after its length, so that it matters where one ends.
#[derive(Debug, Default)]
#[doc(hidden)]
pub struct IdName(Vec<u8>);

impl IdName {
    fn part(&mut self, part: &dyn fmt::Display) {
        let start = self.0.len();
        let text = start + size_of::<u64>();
        self.0.resize(text, 0);
        // a `Display` that fails has shown no more than this, each time
        let _ = fmt::Write::write_fmt(self, format_args!("{part}"));
        let length = (self.0.len() - text) as u64;
        self.0[start..text].copy_from_slice(&length.to_be_bytes());
    }
}

impl fmt::Write for IdName {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

impl<T: fmt::Display> IdParts for [T] {
    fn write(&self, name: &mut IdName) {
        for part in self {
            name.part(part);
        }
    }
}

impl<T: fmt::Display, const N: usize> IdParts for [T; N] {
    fn write(&self, name: &mut IdName) {
        self.as_slice().write(name);
    }
}

impl<T: fmt::Display> IdParts for Vec<T> {
    fn write(&self, name: &mut IdName) {
        self.as_slice().write(name);
    }
}

impl<T: IdParts + ?Sized> IdParts for &T {
    fn write(&self, name: &mut IdName) {
        T::write(self, name);
    }
}

macro_rules! id_parts {
    ($($part:ident),+) => {
        impl<$($part: fmt::Display),+> IdParts for ($($part,)+) {
            #[allow(non_snake_case, reason = "the type parameters name the parts")]
            fn write(&self, name: &mut IdName) {
                let ($($part,)+) = self;
                $(name.part($part);)+
            }
        }
    };
}

id_parts!(A);
id_parts!(A, B);
id_parts!(A, B, C);
id_parts!(A, B, C, D);
id_parts!(A, B, C, D, E);
id_parts!(A, B, C, D, E, F);
id_parts!(A, B, C, D, E, F, G);
id_parts!(A, B, C, D, E, F, G, H);

impl EventId {
    /// The id of a command that the event leads to, by whoever reacts to it: the same step, the
    /// same id, so that the event has its effect once, however often it is read.
    ///
    /// ```
    /// use cqrs_core::log::EventId;
    ///
    /// let returned = EventId::generate();
    /// assert_eq!(returned.step("settle"), returned.step("settle"));
    /// assert_ne!(returned.step("settle"), EventId::generate().step("settle"));
    /// ```
    pub fn step(&self, step: impl fmt::Display) -> CommandId {
        CommandId(self.0).step(step)
    }

    /// The id of the first event of a command whose id was generated for this call: made of it, so
    /// that it need not be made anew.
    #[inline]
    pub(crate) fn first_of(command: CommandId) -> Self {
        Self(command.0).counted_on(1)
    }

    /// The id that is `events` further, among those of one command: it counts in the last 32 of the
    /// random bits, so they are as apart from the ids of other commands as those are from each other.
    #[inline]
    pub(crate) fn counted_on(self, events: usize) -> Self {
        let mut bytes = self.0.into_bytes();
        if let Some(last) = bytes.last_chunk_mut::<4>() {
            let events = u32::try_from(events).unwrap_or(u32::MAX);
            *last = u32::from_be_bytes(*last).wrapping_add(events).to_be_bytes();
        }
        Self(Uuid::from_bytes(bytes))
    }
}

/// The name space of derived command ids.
const COMMANDS: Uuid = Uuid::from_u128(0x8d6e_1f0a_52c3_4b7e_9a41_30c2_7f5b_e6d8);

/// The digest of a command's name, version and body, by which a command that comes again under the
/// same id is told from another one. It guards against mistakes, not against an attacker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(Uuid);

impl Fingerprint {
    /// The digest of a command: UUID version 5 over its name, version and encoded body.
    pub fn of(name: &str, version: u32, body: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(name.len() + body.len() + 5);
        bytes.extend_from_slice(name.as_bytes());
        bytes.push(0);
        bytes.extend_from_slice(&version.to_be_bytes());
        bytes.extend_from_slice(body);
        Self(Uuid::new_v5(&COMMANDS, &bytes))
    }

    /// The digest, as stores keep it.
    pub const fn as_uuid(&self) -> &Uuid {
        &self.0
    }
}

impl From<Uuid> for Fingerprint {
    fn from(digest: Uuid) -> Self {
        Self(digest)
    }
}

/// Which log this is. Checkpoints belong to one identity, and mean nothing in another log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StoreIdentity {
    /// Made when the store was created.
    pub id: Uuid,
    /// Raised when positions may have gone back, as after a restore.
    pub epoch: u32,
}

impl fmt::Display for StoreIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (epoch {})", self.id, self.epoch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_its_time_to_a_part_of_a_millisecond() {
        let tick = tick_of(Duration::new(1, 2_500_000));
        assert_eq!(tick, (1_002 << 16) | 0x8000);
        let [zeros, ones] = [0, u64::MAX].map(|random| v7(tick + 1, random).to_string());
        assert_eq!(zeros, "00000000-03ea-7800-8400-000000000000");
        assert_eq!(ones, "00000000-03ea-7800-87ff-ffffffffffff");
    }

    #[test]
    fn where_one_part_ends_and_the_next_begins_matters() {
        assert_ne!(
            CommandId::derived(["ab", "c"]),
            CommandId::derived(["a", "bc"])
        );
    }

    #[test]
    fn parts_of_any_type_are_what_they_display_and_lead_to_the_ids_of_old() {
        let id = CommandId::derived(["file", "7"]);
        // ids are on record, so what leads to them is as stored names are
        assert_eq!(id.to_string(), "9aa2db11-21eb-5901-b7c5-810592bde884");
        assert_eq!(CommandId::derived(("file", 7)), id);
        assert_eq!(
            CommandId::derived(vec!["file".to_owned(), "7".to_owned()]),
            id
        );
        assert_eq!(CommandId::derived(&["file", "7"][..]), id);
        assert_ne!(CommandId::derived(("file7",)), id);
        assert_ne!(CommandId::derived(("file", 7, "")), id);
    }

    #[test]
    fn a_step_is_of_its_request_and_its_word() {
        let (one, other) = (CommandId::generate(), CommandId::generate());
        assert_eq!(one.step("lend"), one.step("lend".to_owned()));
        let ids = [
            one,
            other,
            one.step("lend"),
            one.step("ask"),
            other.step("lend"),
            one.step("lend").step("lend"),
            one.step(1),
            EventId::generate().step("lend"),
        ];
        let apart: std::collections::BTreeSet<_> = ids.into_iter().collect();
        assert_eq!(apart.len(), ids.len());
    }

    #[test]
    fn ids_are_of_version_7_bear_their_time_and_grow_in_all_threads() {
        let millis = || u64::try_from(since_epoch().as_millis()).unwrap();
        let before = millis();
        let made = || -> Vec<Uuid> { (0..10_000).map(|_| next_v7()).collect() };
        let each: Vec<Vec<Uuid>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(made)).collect();
            threads.into_iter().map(|it| it.join().unwrap()).collect()
        });
        // ids may lead the clock by what was made too fast for it
        let times = before..=millis() + 1;
        for ids in &each {
            assert!(ids.is_sorted_by(|one, next| one < next));
            for id in ids {
                assert_eq!(id.get_version_num(), 7);
                assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
                let (seconds, nanos) = id.get_timestamp().unwrap().to_unix();
                assert!(times.contains(&(seconds * 1_000 + u64::from(nanos) / 1_000_000)));
            }
        }
        let ticks = |id: &Uuid| id.as_u128() >> 58;
        let all: std::collections::BTreeSet<_> = each.iter().flatten().map(ticks).collect();
        assert_eq!(all.len(), 40_000, "no two share their time");
    }

    #[test]
    fn the_events_of_a_command_have_ids_of_their_own() {
        let command = CommandId::generate();
        let first = EventId::first_of(command);
        let ids: std::collections::BTreeSet<Uuid> = (0..1_000)
            .map(|n| *first.counted_on(n).as_uuid())
            .chain([*command.as_uuid()])
            .collect();
        assert_eq!(ids.len(), 1_001);
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn name_version_and_body_each_change_the_fingerprint() {
        let one = Fingerprint::of("deposit", 1, b"{}");
        assert_eq!(one, Fingerprint::of("deposit", 1, b"{}"));
        assert_ne!(one, Fingerprint::of("withdraw", 1, b"{}"));
        assert_ne!(one, Fingerprint::of("deposit", 2, b"{}"));
        assert_ne!(one, Fingerprint::of("deposit", 1, b"{} "));
    }
}
