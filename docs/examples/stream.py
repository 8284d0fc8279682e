"""Show an answer while it is made. The last event holds the checked answer and replaces what was shown before."""

from bot import Pinpoint, Settings
from bot.types import AnswerDone, CitationChecked, PassagesFound, TextDelta

for event in Pinpoint(Settings.load()).stream("Who warned that some countries risk being left behind?"):
    if isinstance(event, PassagesFound):
        print("found", len(event.retrieval.passages), "passages")
    elif isinstance(event, TextDelta):
        print(event.text, end="", flush=True)
    elif isinstance(event, CitationChecked):
        print(" ✓" if event.sentence.supported else " ✗")
    elif isinstance(event, AnswerDone):
        print(event.answer.text)
