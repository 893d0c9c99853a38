-- The first schema. Times are epoch milliseconds, UTC; every row of a community names it in its key.
-- What is personal (askers, asked, actions, questions) lies apart from what is said of identifiers.

CREATE TABLE communities (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    bloc        TEXT NOT NULL,      -- communities under common control share it
    made_at     INTEGER NOT NULL,
    admitted_at INTEGER             -- NULL: what it reports stays its own
);

-- Append-only: what happened, by whom (a random pseudonym) and where. States follow from it.
-- kind: reported, withdrawn, confirmed, rejected, disputed, cleared, restored, claimed, admitted,
-- dismissed, linked, imported.
CREATE TABLE events (
    seq              INTEGER PRIMARY KEY AUTOINCREMENT,
    at               INTEGER NOT NULL,
    kind             TEXT NOT NULL,
    community        TEXT NOT NULL,
    actor            TEXT NOT NULL,
    identifier_kind  TEXT,
    identifier_value TEXT,
    routine          TEXT,
    detail           TEXT NOT NULL DEFAULT '{}',
    effect           TEXT NOT NULL UNIQUE   -- platform, event, action: done once
);

CREATE INDEX events_of_identifier ON events (identifier_kind, identifier_value, seq);

-- Derived from events: one row for each reporter, community and identifier.
CREATE TABLE reports (
    identifier_kind  TEXT NOT NULL,
    identifier_value TEXT NOT NULL,
    community        TEXT NOT NULL REFERENCES communities (id),
    reporter         TEXT NOT NULL,
    routine          TEXT,
    at               INTEGER NOT NULL,
    withdrawn_at     INTEGER,
    PRIMARY KEY (identifier_kind, identifier_value, community, reporter)
);

CREATE INDEX reports_of_reporter ON reports (reporter, at);

-- Who a pseudonym is. `mark` is a keyed hash of the platform's own id; the key lies in a file.
CREATE TABLE askers (
    mark      TEXT PRIMARY KEY,
    pseudonym TEXT NOT NULL UNIQUE,
    language  TEXT,
    since     INTEGER NOT NULL
);

-- Which texts were asked about and what was said, as fingerprints, never the text.
CREATE TABLE asked (
    fingerprint TEXT NOT NULL,
    pseudonym   TEXT NOT NULL,
    level       TEXT NOT NULL,
    routine     TEXT,
    at          INTEGER NOT NULL,
    PRIMARY KEY (fingerprint, pseudonym)
);

-- Buttons: what an opaque id stands for, and for whom.
CREATE TABLE actions (
    id         TEXT PRIMARY KEY,
    command    TEXT NOT NULL,
    step       TEXT NOT NULL,
    data       TEXT NOT NULL,
    pseudonym  TEXT NOT NULL,
    community  TEXT,
    expires_at INTEGER NOT NULL
);

CREATE INDEX actions_by_expiry ON actions (expires_at);

-- Answers that an asker called wrong: what was said, never the text.
CREATE TABLE corrections (
    fingerprint TEXT NOT NULL,
    pseudonym   TEXT NOT NULL,
    level       TEXT NOT NULL,
    said        TEXT,
    meant       TEXT NOT NULL,      -- a routine's slug, `harmless` or `unknown`
    at          INTEGER NOT NULL,
    PRIMARY KEY (fingerprint, pseudonym)
);

-- Put to a community's moderators, with the asker's consent; the text goes when it is answered.
CREATE TABLE questions (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    community   TEXT NOT NULL REFERENCES communities (id),
    pseudonym   TEXT NOT NULL,
    language    TEXT NOT NULL,
    text        TEXT,
    level       TEXT NOT NULL,
    routine     TEXT,
    at          INTEGER NOT NULL,
    answer      TEXT,
    answered_at INTEGER,
    seen_at     INTEGER,
    effect      TEXT NOT NULL UNIQUE
);
