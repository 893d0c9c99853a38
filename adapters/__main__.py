"""`redflag`, as installed: says what is missing where only the detector was installed."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line, or say how to install what it needs."""
    try:
        from adapters.cli.main import main as command_line
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] in ("adapters", "bot", "knowledge"):
            raise
        sys.stderr.write(
            f"redflag: “{error.name}” is not installed. The detector alone needs no command; "
            "for the bot: pip install 'redflag[bot]'\n"
        )
        return 2
    return command_line()


if __name__ == "__main__":
    sys.exit(main())
