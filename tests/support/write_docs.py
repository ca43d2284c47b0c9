"""Makes docs/codes.md, and the table of docs/plugins/doctor.md, from the pages of the codes.

`python -m tests.support.generate` writes them.
"""

import re
from itertools import groupby

from aetherflow.core.diagnostics.pages import Page, all_pages
from tests.support.project import REPOSITORY

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
    "O": "Observers",
    "H": "Hooks",
    "C": "Compilers",
}
INTRODUCTION = """\
# The codes of findings

Every finding has a stable code. `aetherflow explain CODE` prints the same page in the terminal.

<!-- Generated from aetherflow/core/diagnostics/pages by `python -m tests.support.generate`; change it there. -->
"""

DOCTOR_PAGE = "docs/plugins/doctor.md"
#: What the hundreds of the codes of plugins are about.
PLUGIN_FAMILIES = {
    "1": "Finding and reading",
    "2": "What a plugin says of itself",
    "3": "What it needs, and what of ours it uses",
    "4": "Trust and the lock",
    "5": "Its code, and importing it",
    "6": "Names and order",
    "7": "Signatures and isolation",
}
#: How an example begins that is no YAML: a command line, code, a table of TOML, what a terminal shows.
_LANGUAGES = {
    "sh": r"aetherflow |AETHERFLOW_\w+=",
    "python": r"@register|(def|class|import|from|for|if|raise) |[\w.]+(\[.*\])? = |\w+(\.\w+)*\(",
    "toml": r"\[project\.",
    "text": r"\$ |(error|warning)\[|-rw|{$|\[aetherflow|# METADATA|[A-Z_ ]+=",
    "json": r"{\"",
    "sql": r"INSERT ",
}
_TABLE_BEGINS, _TABLE_ENDS = "<!-- codes -->\n", "<!-- /codes -->\n"


def codes_page() -> str:
    """Give the whole page: a section per family, a sub-section per code, in order of code."""
    pages = sorted(all_pages(), key=lambda page: (list(FAMILIES).index(_family(page)), page.code))
    sections = [_section(family, list(members)) for family, members in groupby(pages, key=_family)]
    return "\n".join([INTRODUCTION, *sections])


def doctor_page() -> str:
    """Give the page about `plugins doctor` with the table of its codes as they are now."""
    text = (REPOSITORY / DOCTOR_PAGE).read_text(encoding="utf-8")
    before, _, rest = text.partition(_TABLE_BEGINS)
    return f"{before}{_TABLE_BEGINS}{_plugin_codes()}{_TABLE_ENDS}{rest.partition(_TABLE_ENDS)[2]}"


def _plugin_codes() -> str:
    lines = ["| code | says |", "| --- | --- |"]
    for hundred, family in groupby(
        sorted((page for page in all_pages() if _is_doctors(page)), key=lambda page: page.code), key=_hundred
    ):
        lines.append(f"| **{hundred}xx** | **{PLUGIN_FAMILIES[hundred]}** |")
        lines += [f"| [{page.code}](../codes.md) | {page.title} |" for page in family]
    return "\n".join(lines) + "\n"


def _is_doctors(page: Page) -> bool:
    """Tell codes that reading and importing find; those in the nine hundreds are of `dev plugin-test`."""
    return _family(page) == "P" and _hundred(page) in PLUGIN_FAMILIES


def _hundred(page: Page) -> str:
    return page.code.removeprefix("AF-P")[0]


def _family(page: Page) -> str:
    return page.code.removeprefix("AF-")[0]


def _section(family: str, pages: list[Page]) -> str:
    return "\n".join([f"## {FAMILIES[family]} (AF-{family})\n", *map(_entry, pages)])


def _entry(page: Page) -> str:
    parts = [f"### {page.code}: {page.title}", page.meaning.strip()]
    if page.example.strip():
        parts += ["Wrong:", _fenced(page.example)]
    parts += [f"What to do: {page.fix.strip()}" if is_prose(page.fix) else "Right:\n\n" + _fenced(page.fix)]
    return "\n\n".join(parts) + "\n"


def is_prose(fix: str) -> bool:
    """Tell a sentence from a piece of YAML: a sentence begins with a capital letter, or with a command in backticks."""
    return fix.strip()[:1].isupper() or fix.strip().startswith("`")


def language_of(text: str) -> str:
    """Tell the language of an example by how it begins; most are pieces of YAML."""
    return next((language for language, begins in _LANGUAGES.items() if re.match(begins, text.strip())), "yaml")


def _fenced(text: str) -> str:
    return f"```{language_of(text)}\n{text.strip(chr(10))}\n```"
