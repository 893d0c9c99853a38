"""Patterns of paths: `/channels/{channel_id}/messages`, `/channels/*/messages`, `/webhooks/**`.

A name in braces or `*` stands for one segment, `**` for any number of them.
"""

from __future__ import annotations

import re


class Pattern:
    """One pattern. The more of it is literal, the more `weight` it has."""

    def __init__(self, text: str) -> None:
        self.text = text
        expression, self.weight = "", 0
        for segment in text.strip("/").split("/"):
            if segment == "**":
                expression += "(?:/.*)?"
            elif segment == "*":
                expression += "/[^/]+"
            elif segment.startswith("{"):
                expression += f"/(?P<{segment.strip('{}')}>[^/]+)"
            else:
                expression += "/" + re.escape(segment)
                self.weight += 1
        self._expression = re.compile(expression)

    def match(self, path: str) -> dict[str, str] | None:
        """The named segments of a path that fits."""
        found = self._expression.fullmatch(path)
        return found.groupdict() if found else None
