"""Makes docs/codes.md from the pages of the codes; `python -m tests.support.generate` writes it."""

from itertools import groupby

from aetherflow.core.diagnostics.pages import Page, all_pages

FAMILIES = {
    "Y": "YAML",
    "S": "Structure",
    "F": "Flow",
    "T": "Templates",
    "W": "Conditions",
    "E": "Environment",
    "R": "Run time",
    "B": "Bundles",
    "P": "Plugins",
}
INTRODUCTION = """\
# The codes of findings

Every finding has a stable code. `aetherflow explain CODE` prints the same page in the terminal.

<!-- Generated from aetherflow/core/diagnostics/pages by `python -m tests.support.generate`; change it there. -->
"""


def codes_page() -> str:
    """Give the whole page: a section per family, a sub-section per code, in order of code."""
    pages = sorted(all_pages(), key=lambda page: (list(FAMILIES).index(_family(page)), page.code))
    sections = [_section(family, list(members)) for family, members in groupby(pages, key=_family)]
    return "\n".join([INTRODUCTION, *sections])


def _family(page: Page) -> str:
    return page.code.removeprefix("AF-")[0]


def _section(family: str, pages: list[Page]) -> str:
    return "\n".join([f"## {FAMILIES[family]} (AF-{family})\n", *map(_entry, pages)])


def _entry(page: Page) -> str:
    parts = [f"### {page.code}: {page.title}", page.meaning.strip()]
    if page.example.strip():
        parts += ["Wrong:", _fenced(page.example)]
    parts += [f"What to do: {page.fix.strip()}" if _is_prose(page.fix) else "Right:\n\n" + _fenced(page.fix)]
    return "\n\n".join(parts) + "\n"


def _is_prose(fix: str) -> bool:
    """Tell a sentence from a piece of YAML: a sentence begins with a capital letter."""
    return fix.strip()[:1].isupper()


def _fenced(text: str) -> str:
    language = "text" if text.strip().startswith("aetherflow ") else "yaml"
    return f"```{language}\n{text.strip(chr(10))}\n```"
