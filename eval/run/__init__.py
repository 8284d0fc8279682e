"""Asking the golden questions: records, cache, resumable runs."""
