-- What the store keeps. Texts compare by their bytes, which is SQLite's own order.

-- Which log this is.
CREATE TABLE cqrs_store (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id BLOB NOT NULL,
    epoch INTEGER NOT NULL
) STRICT;

-- Streams have numbers, so that an event names its stream in few bytes.
CREATE TABLE cqrs_categories (
    category INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (tenant, name)
) STRICT;
CREATE TABLE cqrs_streams (
    stream INTEGER PRIMARY KEY,
    category INTEGER NOT NULL,
    id TEXT NOT NULL,
    UNIQUE (category, id)
) STRICT;

-- The stored names of events, with the schema versions under which they were written.
CREATE TABLE cqrs_kinds (
    kind INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    schema INTEGER NOT NULL,
    UNIQUE (name, schema)
) STRICT;

-- Times are microseconds since 1970; `occurred_at` is null where it is `recorded_at`. `command` is
-- the id of the command, or how far the event's id counts on from it. `metadata` is null where it
-- says no more than the command's id.
CREATE TABLE cqrs_events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,
    version INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    occurred_at INTEGER,
    id BLOB NOT NULL,
    command ANY NOT NULL,
    tags TEXT,
    metadata TEXT,
    data BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX cqrs_events_of_stream ON cqrs_events (stream, version);
CREATE TRIGGER cqrs_events_never_change BEFORE UPDATE ON cqrs_events
BEGIN SELECT RAISE(ABORT, 'events on record never change'); END;
CREATE TRIGGER cqrs_events_never_go BEFORE DELETE ON cqrs_events
BEGIN SELECT RAISE(ABORT, 'events on record never change'); END;

-- The events that bear a tag.
CREATE TABLE cqrs_tags (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (name, value, position)
) STRICT, WITHOUT ROWID;

-- Of a stream, the state after the event of that version and id.
CREATE TABLE cqrs_snapshots (
    stream INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    event BLOB NOT NULL,
    fingerprint INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    state ANY NOT NULL
) STRICT;

-- What commands led to whose ids the callers gave.
CREATE TABLE cqrs_commands (
    id BLOB NOT NULL,
    tenant TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (id, tenant)
) STRICT, WITHOUT ROWID;

-- Where projections stand, and the tables that hold their rows.
CREATE TABLE cqrs_projections (
    projection INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    row_table TEXT,
    UNIQUE (name, version)
) STRICT;

-- Their indexed fields. A column holds texts, and booleans or whole numbers of 64 bits as such; one
-- that came to hold something else holds all as bytes that compare as the values do.
CREATE TABLE cqrs_fields (
    projection INTEGER NOT NULL,
    place INTEGER NOT NULL,
    row_column TEXT NOT NULL,
    holds TEXT NOT NULL CHECK (holds IN ('texts', 'booleans', 'integers', 'bytes')),
    nulls INTEGER NOT NULL,
    PRIMARY KEY (projection, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE cqrs_messages (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    id BLOB NOT NULL,
    key TEXT NOT NULL,
    body BLOB NOT NULL,
    due INTEGER,
    UNIQUE (queue, id)
) STRICT;
CREATE INDEX cqrs_messages_of_queue ON cqrs_messages (queue, place);

CREATE TABLE cqrs_timers (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    owner TEXT NOT NULL,
    id TEXT NOT NULL,
    due INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (owner, id)
) STRICT;
CREATE INDEX cqrs_timers_by_due ON cqrs_timers (due, owner, id);

-- The log, to look at.
CREATE VIEW cqrs_log AS
SELECT
    e.position,
    c.tenant,
    c.name AS category,
    s.id AS stream,
    e.version,
    k.name,
    k.schema,
    strftime('%Y-%m-%dT%H:%M:%fZ', e.recorded_at / 1e6, 'unixepoch') AS recorded_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(e.occurred_at, e.recorded_at) / 1e6, 'unixepoch') AS occurred_at,
    lower(hex(e.id)) AS id,
    e.tags,
    e.metadata,
    CAST(e.data AS TEXT) AS data
FROM cqrs_events e
JOIN cqrs_kinds k ON k.kind = e.kind
JOIN cqrs_streams s ON s.stream = e.stream
JOIN cqrs_categories c ON c.category = s.category;
