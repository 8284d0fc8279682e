"""Proof that the gate bites: faults planted in the real product, and harmless changes that must pass."""
