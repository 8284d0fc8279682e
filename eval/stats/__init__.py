"""Intervals, paired tests and detectable differences for a small set of questions."""
