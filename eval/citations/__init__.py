"""How far the check of citations can be trusted: pairs of sentence and paragraph, many altered in one detail."""
