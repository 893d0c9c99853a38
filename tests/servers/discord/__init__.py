"""A Discord for tests: the REST API and the gateway on loopback, as strict as the real one.

`server.DiscordServer` is the whole; `fixture.discord_server` is how a test gets it. People write,
press and use commands; what the bot does comes back over real sockets, through the unmodified
library. Voice, threads, polls and moderation are not here: the bot has no use for them.
"""
