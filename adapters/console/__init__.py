"""The bot as a chat in the terminal: no token, no network, the same pipeline as everywhere."""
