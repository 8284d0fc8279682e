"""Ask several questions at once from coroutines; cancelling a task stops its request to the model."""

import asyncio

from bot import Pinpoint, Settings

QUESTIONS = [
    "When did the ministers' roundtable take place?",
    "How many languages does the translation system support?",
]


async def main() -> None:
    """Ask them all."""
    pinpoint = Pinpoint(Settings.load())
    for answer in await asyncio.gather(*(pinpoint.aask(question) for question in QUESTIONS)):
        print(answer.question, "→", answer.status)


asyncio.run(main())
