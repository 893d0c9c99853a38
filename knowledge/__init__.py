"""Redflag's knowledge: a message's text in, what it is and whom it names out.

A pure library: no network, clock, database, environment or chat platform. `load()` reads the pack,
`Knowledge.examine(text)` reads a message. What must be remembered between messages lives in `bot`.
"""

from knowledge.examine import Findings, Found, Knowledge, RoutineMatch, Sign, load

__all__ = ["Findings", "Found", "Knowledge", "RoutineMatch", "Sign", "load"]
