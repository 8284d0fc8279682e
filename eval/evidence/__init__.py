"""Fits when quoting declines: evidence of the kind a question asks for, on questions with and without answers."""
