"""The bot: a platform-neutral message in, platform-neutral cards out. Start at `bot.pipeline`."""
