"""The examples of the pages of codes, each with what has to be there and be typed for the code to come up."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, convert, field

from aetherflow.core.diagnostics.pages import Page, all_pages
from tests.docs_blocks.frames import (
    FLOW,
    PLUGIN,
    SMALL_FLOW,
    SMALL_PLUGIN,
    Placed,
    placed_package,
    placed_python,
    placed_yaml,
)
from tests.support.write_docs import is_prose, language_of

_CASES = tomllib.loads((Path(__file__).parent / "code_cases.toml").read_text(encoding="utf-8"))
_COMMENT = re.compile(r"\s+#.*$", re.MULTILINE)


class Case(Struct, frozen=True, forbid_unknown_fields=True):
    """What a code's example needs besides its frame; code_cases.toml says what each key means."""

    file: str | None = None
    line: str | None = None
    before: str | list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    document: str | None = None
    right: str | None = None
    around: str | list[str] = field(default_factory=list)
    together: str = ""


class Example(Struct, frozen=True):
    """A block of docs/codes.md: what is wrong, or under ``is_right`` what is right in its place.

    ``exit_code`` is the one that the page tells of what is wrong, where it tells one.
    """

    code: str
    text: str
    is_right: bool
    exit_code: int | None = None

    @property
    def case(self) -> Case:
        """What code_cases.toml says about the code."""
        return convert(_CASES.get(self.code, {}), Case)

    @property
    def shown(self) -> str | None:
        """The finding that the block shows as a terminal does, if it does."""
        return next((line for line in self.text.splitlines() if line.startswith(("error[", "warning["))), None)

    @property
    def around(self) -> list[str]:
        """The surroundings that a wrong example needs; what is right in its place is right anywhere."""
        around = [] if self.is_right else self.case.around
        return [around] if isinstance(around, str) else around

    def __str__(self) -> str:
        return f"{self.code}{' right' if self.is_right else ''}"


def examples() -> list[Example]:
    """Give every block of docs/codes.md."""
    return [each for page in all_pages() for each in _of_page(page)]


def codes_with_cases() -> set[str]:
    """Name the codes that code_cases.toml has."""
    return set(_CASES)


def placed(example: Example) -> Placed:
    """Put an example and what it needs into files, and name the lines that are typed."""
    case = example.case
    frame = _in_file(case.file, example.text) if case.file else _framed(example.text, case.document)
    lines = frame.lines
    line = case.right if example.is_right and case.right else case.line
    if line:
        lines = (line.format(example=_COMMENT.sub("", example.text).strip()),)
    before = [case.before] if isinstance(case.before, str) else case.before
    return Placed({FLOW: SMALL_FLOW, **frame.files, **case.files}, (*before, *lines))


def changed(text: str, replaced: Mapping[str, str]) -> str:
    """Put other words in the place of some of a text."""
    for words, others in replaced.items():
        text = text.replace(words, others)
    return text


def _of_page(page: Page) -> list[Example]:
    right = [] if is_prose(page.fix) else [Example(page.code, page.fix, is_right=True)]
    told = re.search(r"exit code is (\d+)", page.meaning)
    wrong = Example(page.code, page.example, is_right=False, exit_code=int(told[1]) if told else None)
    return [wrong, *right] if page.example.strip() else right


def _framed(text: str, document: str | None) -> Placed:
    if document:
        frame = placed_yaml(document)
        typed = tuple(line.removeprefix("$ ") for line in text.splitlines() if line.startswith("$ "))
        is_last = any("aetherflow " in line for line in typed)
        return Placed(frame.files, typed if is_last else (*typed, *frame.lines))
    place = _FRAMES.get(language_of(text))
    return place(text) if place else Placed({}, ())


def _placed_lines(text: str) -> Placed:
    """Take each line as it is typed; variables alone are given to a run."""
    lines = [_COMMENT.sub("", line).strip() for line in text.strip().splitlines()]
    return Placed({}, tuple(line if "aetherflow " in line else f"{line} aetherflow run {FLOW}" for line in lines))


_FRAMES = {"yaml": placed_yaml, "python": placed_python, "sh": _placed_lines, "toml": placed_package}


def _in_file(name: str, text: str) -> Placed:
    if name.startswith(PLUGIN):
        files = {f"{PLUGIN}/steps.py": SMALL_PLUGIN, name: text + "\n"}
        return Placed(files, (f"aetherflow plugins doctor --plugin-path {PLUGIN} --verbose",))
    return Placed({name: text + "\n"}, (f"aetherflow validate {FLOW}",))


def is_shown(shown: str, said: str, above: Path) -> bool:
    """Tell whether a finding is said as the page shows it: `/srv` stands for some folder, `…` for anything."""
    pattern = re.escape(shown).replace("…", "[^\\n]*").replace("/srv", f"(/srv|{re.escape(str(above))})")
    return re.search(pattern, said) is not None
