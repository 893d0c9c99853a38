"""What is found but never offered for report: well-known services that others misuse.

The list is `protected.yaml`, by category with its reason. A marketplace's or courier's domain
protects its subdomains, addresses on it and mail from it; a free mail service's domain is
protected, but an address there is somebody's own. A look-alike of a protected name is not
protected.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

_FILE = Path(__file__).parent / "protected.yaml"
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@cache
def _list() -> Mapping[str, frozenset[str]]:
    """Domains whose addresses are protected too, domains alone, Telegram names and numbers."""
    data = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - BaseLoader makes strings only
    whole: set[str] = set()
    alone: set[str] = set()
    names: set[str] = set()
    numbers: set[str] = set()
    for category in data.values():
        (alone if category.get("mail") == "own" else whole).update(category.get("domains", ()))
        names.update(category.get("telegram", ()))
        numbers.update(category.get("telegram-id", ()))
    return MappingProxyType(
        {
            "whole": frozenset(whole),
            "alone": frozenset(alone),
            "telegram": frozenset(names),
            "telegram-id": frozenset(numbers),
        }
    )


def is_protected(kind: str, value: str) -> bool:
    """Whether an identifier, given canonically, belongs to a well-known service."""
    known = _list()
    if kind == "domain":
        return value in known["whole"] or value in known["alone"]
    if kind == "url":
        return _is_below(value.split("/", 1)[0].split(":", 1)[0], known["whole"]) or (
            value.rstrip("/") in known["alone"]
        )
    if kind in ("email", "paypal") and "@" in value[1:]:
        return _is_below(value.rpartition("@")[2], known["whole"])
    return kind in ("telegram", "telegram-id") and value in known[kind]


def _is_below(host: str, domains: frozenset[str]) -> bool:
    labels = host.split(".")
    return any(".".join(labels[start:]) in domains for start in range(len(labels) - 1))
