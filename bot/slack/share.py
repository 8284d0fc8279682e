"""Sharing a private answer in its channel, when the person who asked wants to."""

from __future__ import annotations

from bot.slack.history import metadata
from bot.slack.render import plain, render, response
from bot.slack.trouble import Trouble
from bot.slack.words import say
from bot.slack.work import Work

USES = 3
"""Messages of a shared answer through a response URL, which then tells the person as well."""


class Share(Work):
    """Does one job of sharing; raises `Trouble` when Slack does not let it."""

    async def run(self) -> None:
        """Post the answer with its question to the channel, then tell the person.

        Where the app is no member, the press of the button still lets it answer there, without a thread.
        """
        self.check_token()
        job, client, desk = self.job, self.client, self.desk
        kept = (await desk.table(desk.store.answers, [job.answer])).get(job.answer)
        if kept is None:
            await client.respond(job.response_url, response(plain(say("gone", "en"))))
            return
        posts = render(kept, question=True, asked_by=job.name, public_url=desk.settings.public_url, most=USES)
        if self.taken.tries > 1 and not self.sent:
            await self.recover()
        try:
            for number, post in enumerate(posts):
                if str(number) not in self.sent:
                    carried = metadata(job.key, str(number), kept.id)
                    thread = self.sent.get("0", "")
                    self.sent[str(number)] = await client.post(job.channel, post, thread=thread, metadata=carried)
                    await desk.posted(self.taken)
        except Trouble as trouble:
            if trouble.sort == "later" or self.sent:
                raise
            if trouble.code not in {"not_in_channel", "channel_not_found", "missing_scope"}:
                said = say("not_shared", kept.language, reason=trouble.reason)
                await client.respond(job.response_url, response(plain(said)))
                raise
            for post in posts:
                await client.respond(job.response_url, response(post, public=True))
        else:
            await desk.table(desk.store.join, job.channel, self.sent["0"])
        await client.respond(job.response_url, response(plain(say("shared", kept.language))))
