"""The library, imported without the warning that its import gives on Python 3.11 and 3.12.

`discord.player` imports `audioop`, which is deprecated, and every warning is an error here.
"""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "'audioop' is deprecated", DeprecationWarning)
    import discord
    from discord import app_commands

__all__ = ["app_commands", "discord"]
