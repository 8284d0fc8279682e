"""How far the check of citations can be trusted: pairs of sentence and paragraph, half of them altered in one detail."""
