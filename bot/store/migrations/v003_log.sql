-- The log becomes a chain of hashes over random ids; what an id stands for lies apart and can be
-- erased. What was done once is known by a keyed hash. What cannot be handled, and what is to be
-- sent, has its place.

CREATE TABLE subjects (
    id    TEXT PRIMARY KEY,     -- random
    kind  TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (kind, value)
);

-- Append-only: what happened, by whom (a random pseudonym) and where. States follow from it.
-- kind: reported, withdrawn, confirmed, rejected, disputed, cleared, restored, claimed, admitted,
-- dismissed, linked, imported. `hash` is made of the row and of the hash before it.
CREATE TABLE log (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    community TEXT NOT NULL,
    actor     TEXT NOT NULL,
    subject   TEXT,
    routine   TEXT,
    detail    TEXT NOT NULL,
    hash      TEXT NOT NULL UNIQUE
);

CREATE INDEX log_of_subject ON log (subject, seq);
CREATE INDEX log_of_actor ON log (actor, at);

CREATE TABLE effects (
    key TEXT PRIMARY KEY,
    at  INTEGER NOT NULL
);

CREATE INDEX effects_by_age ON effects (at);

-- A dead letter is what failed too often; its content is kept a while, to be tried again.
ALTER TABLE inbox ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE inbox ADD COLUMN dead_at INTEGER;
ALTER TABLE inbox ADD COLUMN reason TEXT;
ALTER TABLE inbox ADD COLUMN revived INTEGER NOT NULL DEFAULT 0;

-- What is to be sent: put here with the erasure of what it answers, erased when it was sent.
CREATE TABLE outbox (
    platform TEXT NOT NULL,
    event    TEXT NOT NULL,
    number   INTEGER NOT NULL,
    chat     TEXT NOT NULL,
    content  TEXT NOT NULL,
    at       INTEGER NOT NULL,
    resent   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (platform, event, number)
);
