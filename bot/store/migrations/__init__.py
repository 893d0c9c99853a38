"""The steps of the schema, one file each; `bot.store.schema` runs them in order."""
