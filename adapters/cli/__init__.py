"""The `redflag` command: the composition root, and what an operator does without a chat."""
