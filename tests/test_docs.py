"""The documentation says what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.conftest import REPOSITORY

PAGES = [REPOSITORY / "README.md", REPOSITORY / "CHANGELOG.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]


def test_every_setting_stands_in_the_table_with_its_default() -> None:
    text = (REPOSITORY / "docs" / "operations.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| `?([^|`]*)`? \|", text, re.MULTILINE))
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or f"PINPOINT_{name.upper()}")
        assert rows[variable].strip() == ("" if field.default is None else str(field.default))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"


def test_the_readme_reaches_every_page() -> None:
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    for page in (REPOSITORY / "docs").glob("*.md"):
        assert f"docs/{page.name}" in readme, f"README.md does not link to docs/{page.name}"
