-- Chats on platforms, the communities they speak for, and what arrives from them.

-- A chat that the bot is or was in. The title is nobody's proof: only the operator admits.
CREATE TABLE chats (
    platform  TEXT NOT NULL,
    chat      TEXT NOT NULL,
    community TEXT NOT NULL REFERENCES communities (id),
    since     INTEGER NOT NULL,
    left_at   INTEGER,
    PRIMARY KEY (platform, chat)
);

CREATE INDEX chats_of_community ON chats (community);

-- In which communities an asker has spoken to the bot, as a pseudonym.
CREATE TABLE members (
    community TEXT NOT NULL REFERENCES communities (id),
    pseudonym TEXT NOT NULL,
    first_at  INTEGER NOT NULL,
    last_at   INTEGER NOT NULL,
    PRIMARY KEY (community, pseudonym)
);

-- What a reporter wrote beside a report; apart from the log, so that it can be erased.
CREATE TABLE notes (
    identifier_kind  TEXT NOT NULL,
    identifier_value TEXT NOT NULL,
    community        TEXT NOT NULL REFERENCES communities (id),
    reporter         TEXT NOT NULL,
    note             TEXT NOT NULL,
    at               INTEGER NOT NULL,
    PRIMARY KEY (identifier_kind, identifier_value, community, reporter)
);

-- What arrived, as it came, before the platform was told that it did. `raw` is erased once handled;
-- the row stays a while, so that the same event is not handled twice.
CREATE TABLE inbox (
    platform   TEXT NOT NULL,
    event      TEXT NOT NULL,
    at         INTEGER NOT NULL,
    raw        TEXT,
    PRIMARY KEY (platform, event)
);

ALTER TABLE communities ADD COLUMN language TEXT;
ALTER TABLE actions ADD COLUMN audience TEXT NOT NULL DEFAULT 'asker';
ALTER TABLE actions ADD COLUMN replaces INTEGER NOT NULL DEFAULT 0;
