"""Sharing a private answer in its channel, when the person who asked wants to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.slack.history import metadata
from bot.slack.render import plain, render
from bot.slack.trouble import Trouble
from bot.slack.words import say

if TYPE_CHECKING:
    from bot.slack.work import Work

USES = 3
"""Messages of a shared answer through a response URL, which then tells the person as well."""


async def share(work: Work) -> None:
    """Post the answer with its question to the channel, then tell the person.

    Where the app is no member, the press of the button still lets it answer there, without a thread.
    """
    from bot.slack.work import response

    job, client, worker = work.job, work.client, work.worker
    kept = (await worker.table(worker.store.answers, [job.answer])).get(job.answer)
    if kept is None:
        await client.respond(job.response_url, response(plain(say("gone", "en"))))
        return
    posts = render(kept, question=True, asked_by=job.name, public_url=worker.settings.public_url, most=USES)
    if work.taken.tries > 1 and not work.sent:
        await work.recover()
    try:
        for number, post in enumerate(posts):
            if str(number) not in work.sent:
                carried = metadata(job.key, str(number), kept.id)
                thread = work.sent.get("0", "")
                work.sent[str(number)] = await client.post(job.channel, post, thread=thread, metadata=carried)
                await worker.posted(work.taken)
    except Trouble as trouble:
        if trouble.sort == "later" or work.sent:
            raise
        if trouble.code not in {"not_in_channel", "channel_not_found", "missing_scope"}:
            said = say("not_shared", kept.language, reason=trouble.reason)
            await client.respond(job.response_url, response(plain(said)))
            raise
        for post in posts:
            await client.respond(job.response_url, response(post, public=True))
    else:
        await worker.table(worker.store.join, job.channel, work.sent["0"])
    await client.respond(job.response_url, response(plain(say("shared", kept.language))))
