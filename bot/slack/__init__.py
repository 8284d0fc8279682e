"""Slack: questions by command, mention and direct message, answered with numbered citations in Block Kit."""
