"""Prompts as files: loads one, proves its variables, fills it in, and gives the version of all that were used."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from bot.errors import UsageError

FOLDER = Path(__file__).resolve().parents[2] / "prompts"
"""Where the prompt files are: beside the package, in a checkout and in an installation alike."""
Role = Literal["system", "user"]

_FILE = re.compile(r"\A---\n(?P<front>.*?)\n---\n# System\n(?P<system>.*?)\n# User\n(?P<user>.*?)\s*\Z", re.DOTALL)
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")
_CONTROL_TOKEN = re.compile(r"<(?=[|｜][^<>\n]{1,40}[|｜]>|/?(?:start_of_turn|end_of_turn|s)>)|\[(?=/?INST\])")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file, proved to use exactly the variables it declares."""

    name: str
    """File name without its ending."""
    description: str
    """What the prompt is for, one sentence."""
    variables: frozenset[str]
    """Names that must be given to `render`."""
    system: str
    """Template of the system message."""
    user: str
    """Template of the user message."""
    version: str
    """First 12 hex digits of the SHA-256 of the file."""

    def render(self, **values: str) -> list[tuple[Role, str]]:
        """Fill in the variables in one pass, so that braces inside a value stay as they are.

        Raises:
            UsageError: when a declared variable is missing or an undeclared one is given.
        """
        if missing := sorted(self.variables - values.keys()):
            raise UsageError(f"the prompt {self.name!r} needs the variable {missing[0]!r}; give it a value")
        if unknown := sorted(values.keys() - self.variables):
            raise UsageError(f"the prompt {self.name!r} has no variable {unknown[0]!r}; declare it in its front matter")
        return [("system", _fill(self.system, values)), ("user", _fill(self.user, values))]


def _fill(template: str, values: dict[str, str]) -> str:
    return _VARIABLE.sub(lambda match: values[match[1]], template)


def parse_prompt(name: str, source: str) -> Prompt:
    """Read a prompt from the text of its file.

    Raises:
        UsageError: when the file has not the form, or its text and its front matter name different variables.
    """
    source = source.replace("\r\n", "\n")
    match = _FILE.match(source)
    if match is None:
        raise UsageError(
            f"the prompt file {name!r} has not the form front matter, '# System', '# User'; compare prompts/answer.md"
        )
    front = dict(line.split(":", 1) for line in match["front"].splitlines() if ":" in line)
    declared = frozenset(re.findall(r"\w+", front.get("variables", "")))
    used = frozenset(_VARIABLE.findall(match["system"] + match["user"]))
    if unknown := sorted(used - declared):
        raise UsageError(f"the prompt file {name!r} uses the undeclared variable {unknown[0]!r}; declare or remove it")
    if unused := sorted(declared - used):
        raise UsageError(f"the prompt file {name!r} declares {unused[0]!r} and never uses it; use or remove it")
    return Prompt(
        name=name,
        description=front.get("description", "").strip(),
        variables=declared,
        system=match["system"],
        user=match["user"],
        version=hashlib.sha256(source.encode()).hexdigest()[:12],
    )


@cache
def load_prompt(name: str) -> Prompt:
    """Load `prompts/NAME.md`.

    Raises:
        UsageError: when there is no such file or it is not valid.
    """
    path = FOLDER / f"{name}.md"
    if not path.is_file():
        raise UsageError(f"there is no prompt file {name + '.md'!r}; put it into the folder prompts/")
    return parse_prompt(name, path.read_text(encoding="utf-8"))


def prompt_version(*names: str) -> str:
    """Hash of the named prompt files together: changes when any of them does."""
    joined = "".join(f"{name}:{load_prompt(name).version};" for name in sorted(names or ("answer", "standalone")))
    return hashlib.sha256(joined.encode()).hexdigest()[:12]


def make_nonce(texts: Iterable[str]) -> str:
    """A random word for the tags around untrusted text, such that no given text contains it."""
    joined = "\n".join(texts)
    while (nonce := secrets.token_hex(4)) in joined:
        pass
    return nonce


def neutralise(text: str) -> str:
    """Break up the control tokens of chat templates, which some servers obey inside a message."""
    return _CONTROL_TOKEN.sub(lambda match: match[0] + " ", text)
