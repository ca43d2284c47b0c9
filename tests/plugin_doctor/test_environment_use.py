"""The environment of the process, read or written past `ctx.env`."""

from pathlib import Path

import pytest

from tests.plugin_doctor.examining import examined, told, write

WRITTEN = "written: every step and plugin of the process shares it"
READ = "read past the run's own snapshot"


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("import os\nos.environ['A'] = '1'", "2:1 'os.environ'", 'the environment variable "A" is'),
        ("import os as o\ndel o.environ['A']", "2:5 'o.environ'", 'the environment variable "A" is'),
        ("from os import environ as e\ne['A'] += '1'", "2:1 'e'", 'the environment variable "A" is'),
        ("import os\nos.environ |= {}", "2:1 'os.environ'", "the environment is"),
        ("import os\nos.environ = {}", "2:1 'os.environ'", "the environment is"),
        ("import os\nos.environ.update(A='1')", "2:1 'os.environ.update'", "the environment is"),
        ("import os\nos.environ.pop('A')", "2:1 'os.environ.pop'", 'the environment variable "A" is'),
        ("import os\nN = 'A'\nos.putenv(N, '1')", "3:1 'os.putenv'", 'the environment variable "A" is'),
        ("from os import *\nputenv('A', '1')", "2:1 'putenv'", 'the environment variable "A" is'),
        ("import os\ndef f():\n    os.environb[b'A'] = b''", "3:5 'os.environb'", "the environment is"),
        ("from dotenv import load_dotenv\nload_dotenv()", "2:1 'load_dotenv'", "the environment is"),
    ],
)
def test_a_write_is_an_error(text: str, place: str, what: str, tmp_path: Path) -> None:
    assert told(tmp_path, text + "\n") == [f"steps.py:{place} error AF-P530: {what} {WRITTEN}"]


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("import os\nx = os.environ['A']", "2:5 'os.environ'", 'the environment variable "A" is'),
        ("import os\nx = os.environ.get('A').lower()", "2:5 'os.environ.get'", 'the environment variable "A" is'),
        ("from os import getenv\nx = getenv('A', 'b')", "2:5 'getenv'", 'the environment variable "A" is'),
        ("import os\nx = dict(os.environ)", "2:10 'os.environ'", "the environment is"),
        ("import os\nx = 'A' in os.environ", "2:12 'os.environ'", "the environment is"),
        ("import os\nx = {**os.environ}", "2:8 'os.environ'", "the environment is"),
        ("import os\nx = lambda: os.environ.copy()", "2:13 'os.environ.copy'", "the environment is"),
        ("import os\nx = f\"{os.environ['A']}\"", "2:8 'os.environ'", 'the environment variable "A" is'),
        ("import os\nx = 'ä', os.environ['A']", "2:10 'os.environ'", 'the environment variable "A" is'),
        ("from os import environ\nclass A:\n    def f(s, e=environ): ...", "3:16 'environ'", "the environment is"),
    ],
)
def test_a_read_is_a_warning(text: str, place: str, what: str, tmp_path: Path) -> None:
    assert told(tmp_path, text + "\n") == [f"steps.py:{place} warning AF-P531: {what} {READ}"]


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.path.join('a', 'b')",
        "from os import environ",
        "def f(ctx, inputs):\n    return ctx.env['A'], ctx.env.get('B')",
        "def f(os):\n    os.environ['A'] = '1'",
        "class os:\n    environ = {}\nos.environ['A'] = '1'",
        "import os\ndef f():\n    os = g()\n    return os.environ",
        "x = 'os.environ[1]'  # os.environ['A'] = '1'",
        "import os\nif __name__ == '__main__':\n    os.environ['A'] = '1'",
        "from os import environ\nfor environ in []: pass",
        "from .settings import environ\nenviron['A']",
    ],
)
def test_what_only_looks_so_is_fine(text: str, tmp_path: Path) -> None:
    assert told(tmp_path, {"steps.py": text + "\n", "settings.py": ""}) == []


def test_an_alias_is_followed(tmp_path: Path) -> None:
    found = told(tmp_path, "import os\nenv = os.environ\ndef f():\n    env['A'] = '1'\n")
    assert [line.partition(":")[2] for line in found] == [
        f"2:7 'os.environ' warning AF-P531: the environment is {READ}",
        f"4:5 'env' error AF-P530: the environment variable \"A\" is {WRITTEN}",
    ]


def test_the_hints_say_what_to_do(tmp_path: Path) -> None:
    path = write(tmp_path / "p", {"a.py": "import os\nos.environ['A'] = os.environ['B']"})
    assert [(finding.code, finding.hint) for finding in examined(path)] == [
        (
            "AF-P530",
            "hand a child its own with `ctx.run_process(argv, env={…})`, and values from step to step as outputs",
        ),
        ("AF-P531", "read `ctx.env` in the step, or give the value as an input or a connector's config"),
    ]
