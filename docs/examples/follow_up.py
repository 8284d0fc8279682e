"""Ask a follow-up: the history says what it refers to."""

from bot import Message, Pinpoint, Settings

pinpoint = Pinpoint(Settings.load())
first = "Which model did AI Singapore release?"
history = [Message("user", first), Message("assistant", pinpoint.ask(first).text)]
answer = pinpoint.ask("And what is it built on?", history=history)

print(answer.standalone_question)
print(answer.text)
