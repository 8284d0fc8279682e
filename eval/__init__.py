"""Measuring Pinpoint: golden questions, measures, the gate, benchmarks."""
