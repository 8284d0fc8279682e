"""Ask a question and use the answer's parts."""

from bot import Pinpoint, Settings

pinpoint = Pinpoint(Settings.load())
answer = pinpoint.ask("What share of AI patents does China hold?")

print(answer.status, answer.language, answer.model)
print(answer.text)
for citation in answer.citations:
    print(f"[{citation.n}] {citation.file} ¶{citation.paragraph}: {citation.quote}")
