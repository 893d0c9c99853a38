"""The settings, read once from the environment and `.env`, then passed down as a frozen value.

A setting is one field: its name, what it does when absent, and a sentence of help; `.env.example`
and `redflag doctor` are made from these. Importing this module reads nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from platformdirs import user_data_path

from bot.errors import SettingsError

PREFIX = "REDFLAG_"


class Secret(str):
    """A string that neither prints nor logs itself. Use `reveal()` where it is handed over."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(…)" if self.reveal() else "Secret()"

    def __str__(self) -> str:
        return repr(self)

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def reveal(self) -> str:
        """The string itself."""
        return str.__str__(self)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every knob. The environment name is the field's name in capitals behind REDFLAG_."""

    telegram_token: Secret = field(
        default=Secret(""), metadata={"help": "the bot's token from BotFather"}
    )
    telegram_api_url: str = field(
        default="", metadata={"help": "a self-hosted Telegram Bot API server"}
    )
    telegram_webhook_url: str = field(
        default="",
        metadata={"help": "the public https address at which Telegram delivers; default: we ask"},
    )
    telegram_webhook_secret: Secret = field(
        default=Secret(""),
        metadata={"help": "what Telegram shows with each delivery: 16 to 256 of A-Z a-z 0-9 _ -"},
    )
    telegram_webhook_listen: str = field(
        default="127.0.0.1:8443",
        metadata={"help": "host:port behind that address, where a reverse proxy passes it on"},
    )
    discord_token: Secret = field(
        default=Secret(""), metadata={"help": "the bot's token from the Discord developer portal"}
    )
    discord_api_url: str = field(
        default="", metadata={"help": "another address of the Discord API"}
    )
    database_url: Secret = field(
        default=Secret(""),
        metadata={
            "help": "sqlite:///path or postgresql://user:password@host/name; default: in the data "
            "folder"
        },
    )
    data_dir: str = field(
        default="",
        metadata={"help": "folder of the database and its key; default: the user's data folder"},
    )
    routines: str = field(
        default="", metadata={"help": "a folder of your own routines, added to ours"}
    )
    language: str = field(
        default="", metadata={"help": "language of answers where nobody has chosen one: en or zh"}
    )
    checks_per_minute: str = field(
        default="30", metadata={"help": "messages one asker may have checked in a minute"}
    )

    @property
    def data_path(self) -> Path:
        """The data folder; it need not exist yet."""
        return Path(self.data_dir).expanduser() if self.data_dir else user_data_path("redflag")

    @property
    def database(self) -> Path | Secret:
        """The SQLite file, or the address of a PostgreSQL database.

        Raises: SettingsError where REDFLAG_DATABASE_URL names another kind of database.
        """
        url = self.database_url.reveal()
        if not url:
            return self.data_path / "redflag.sqlite3"
        return database_at(url)

    @property
    def routine_folders(self) -> tuple[Path, ...]:
        """The operator's own folders of routines."""
        return (Path(self.routines).expanduser(),) if self.routines else ()

    @property
    def check_limit(self) -> int:
        """Checks per minute and asker, at least 1.

        Raises: SettingsError where the setting is no whole number.
        """
        try:
            return max(1, int(self.checks_per_minute))
        except ValueError as error:
            raise SettingsError("REDFLAG_CHECKS_PER_MINUTE must be a whole number.") from error


def database_at(url: str) -> Path | Secret:
    """The SQLite file or the PostgreSQL database that an address names.

    Raises: SettingsError where it names neither.
    """
    if url.startswith(("postgresql://", "postgres://")):
        return Secret(url)
    scheme, found, path = url.partition(":///")
    if not found or scheme != "sqlite":
        raise SettingsError(
            "A database is named sqlite:///path (four slashes for an absolute path) or "
            "postgresql://user:password@host/name."
        )
    return Path(path).expanduser()


def read(environment: Mapping[str, str], env_file: Path | None = None) -> Settings:
    """The settings of an environment; `env_file` fills in what the environment does not name.

    Raises: SettingsError for a REDFLAG_ name that is no setting, with the names there are.
    """
    values = dict(environment)
    if env_file is not None and env_file.is_file():
        try:
            from_file = dotenv_values(env_file, interpolate=False, encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{env_file.name} cannot be read: {error}") from error
        values = {name: text or "" for name, text in from_file.items()} | values
    known = {PREFIX + one.name.upper(): one for one in fields(Settings)}
    unknown = sorted(
        name
        for name in values
        if name.startswith(PREFIX) and name not in known and not name.startswith("REDFLAG_TEST_")
    )
    if unknown:
        raise SettingsError(
            f"{', '.join(unknown)}: no such setting. There are: {', '.join(known)}."
        )
    chosen: dict[str, Any] = {
        one.name: Secret(values[name].strip()) if one.type == "Secret" else values[name].strip()
        for name, one in known.items()
        if values.get(name, "").strip()
    }
    return Settings(**chosen)
