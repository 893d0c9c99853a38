"""The faces of the bot, one folder each, and `cli`, which puts everything together.

A platform's folder offers `parse` and `render` (pure) and a `connect` module with

    NAME: str
    def is_configured(settings: Settings) -> bool
    async def connect(app: App) -> None

`adapters.cli.run` discovers it by that. Platforms never import each other.
"""
