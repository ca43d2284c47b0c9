"""JSON on stdout can always be written, and never steers a terminal."""

import json
import os

import pytest

from aetherflow.cli.render.json_text import json_line, json_text
from tests.support.project import Project

STEP = "from aetherflow.core.api import register_step\n@register_step({!r})\ndef f(ctx, inputs): ...\n"
STEERING = "\x7f\x80\x9b\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069"


def test_what_steers_a_terminal_is_escaped_and_the_value_the_same() -> None:
    value = {STEERING: [STEERING, "ä\u00a0\u2027\u202f\u2065 →", "\ud7ff\ue000\U0001f600"]}
    written = json_text(value)
    assert json.loads(written) == value
    assert not any(sign in written.decode() for sign in STEERING)
    assert "ä\u00a0\u2027\u202f\u2065 →" in written.decode()


def test_undecodable_bytes_are_written_as_escapes() -> None:
    assert json.loads(json_line({"a\udcff": ["\udc80"]})) == {"a\\udcff": ["\\udc80"]}


@pytest.mark.parametrize(
    "words",
    [
        ("plugins", "list", "--json"),
        ("plugins", "list", "--loaded", "--json"),
        ("plugins", "why", "one", "--json"),
        ("plugins", "doctor", "--json"),
        ("plugins", "doctor", "--format", "sarif"),
        ("plugins", "sync", "--json"),
        ("schema", "flow"),
    ],
)
def test_a_folder_whose_name_is_no_text_breaks_no_json(project: Project, words: tuple[str, ...]) -> None:
    folder = project.root / os.fsdecode(b"plug\xffins")
    folder.mkdir()
    (folder / "m.py").write_text(STEP.format("one") + "open('x')\n")
    (folder / "broken.py").write_text("def (\n")
    outcome = project.aetherflow(*words, "--plugin-path", folder)
    assert outcome.exit_code in (0, 3), outcome.stderr
    assert outcome.json
