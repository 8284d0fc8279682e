"""Golden questions: the schema, the checker, and the set about the seeds."""

from eval.golden.load import DEFAULT_GOLDEN, load_golden
from eval.golden.models import Fact, Question, Ref, Turn, split_of
from eval.golden.text import contains, normalise

__all__ = ["DEFAULT_GOLDEN", "Fact", "Question", "Ref", "Turn", "contains", "load_golden", "normalise", "split_of"]
