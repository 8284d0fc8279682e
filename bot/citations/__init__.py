"""From a draft to checked sentences and citations that cannot lie."""

from __future__ import annotations

from bot.citations.check import Checked, check_draft
from bot.citations.stream import StreamChecker
from bot.citations.support import Checker, SupportChecker, Verdict

__all__ = ["Checked", "Checker", "StreamChecker", "SupportChecker", "Verdict", "check_draft"]
