"""Passages to draft: the standalone question, the prompt and its budget, writing by a model, quoting without one."""
