"""What can go wrong in the bot, as one small tree.

BotError
 |- SettingsError       a setting cannot be used
 |- StoreError          the database did not do what was asked
 |   |- StoreUnusableError   it cannot be opened: not ours, newer, damaged
 |   |- StoreReadOnlyError   it can be read but not written
 |   `- StoreBusyError       another process holds it; the same call may work later
 |- RosterError         a platform does not tell who somebody is
 `- LocaleError         a language folder is incomplete

Each carries a sentence for the operator: what went wrong, what to do. Bugs are not wrapped.
"""

from __future__ import annotations


class BotError(Exception):
    """The root; never raised itself."""


class SettingsError(BotError):
    """A setting cannot be used; the message names it and the way out."""


class StoreError(BotError):
    """The database did not do what was asked."""


class StoreUnusableError(StoreError):
    """The database cannot be opened: not one of ours, newer than this program, or damaged."""


class StoreReadOnlyError(StoreError):
    """The database can be read but not written."""


class StoreBusyError(StoreError):
    """Another process holds the database; the same call may work later."""


class RosterError(BotError):
    """A platform does not tell whether somebody belongs to a chat; the message says why."""


class LocaleError(BotError):
    """A language folder lacks a text, or has one whose placeholders differ."""
