"""Reads the samples and commands out of the plugin guide, by section, as they are printed there."""

import re
import textwrap
from pathlib import Path

GUIDE = (Path(__file__).parent / "plugin_guide.md").read_text(encoding="utf-8")

_BLOCK = re.compile(r"(?:^   +\S.*\n+)+", re.MULTILINE)


def samples(section: str) -> list[str]:
    """Give the indented blocks of a section (``3.1``, ``4``…), in order, without their indentation."""
    return [textwrap.dedent(block).strip() + "\n" for block in _BLOCK.findall(_text_of(section))]


def sample(section: str, beginning: str) -> str:
    """Give the one block of a section that begins so."""
    (found,) = [block for block in samples(section) if block.startswith(beginning)]
    return found


def bullets(section: str) -> list[str]:
    """Give the items of a section's lists."""
    return re.findall(r"^- (.*)$", _text_of(section), re.MULTILINE)


def _text_of(section: str) -> str:
    (text,) = re.findall(rf"^#+ {re.escape(section)}\)? .*\n((?:(?!#).*\n)*)", GUIDE, re.MULTILINE)
    return str(text)
