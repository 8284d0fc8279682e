"""From a recorded answer to figures: every measure is decided here, without a model."""
