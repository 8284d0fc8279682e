"""Whether a run may pass: floors, a paired comparison with the baseline, and what to do when neither can be told."""
