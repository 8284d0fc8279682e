"""Every prompt, one file each: readable and editable without touching code; loaded by `bot.answering.prompts`."""
