"""`aetherflow dev watch`: a line a run, again at every change, until somebody ends it."""

import os
import re
import selectors
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aetherflow.core.operations.plugin_trial.watching import changes, look
from tests.plugin_testing.tested import Author
from tests.support.project import kill_tree

STEP = """
@register_step("shop.sell")
def sell(ctx, inputs):
    "Sells."
    return {"sold": inputs["name"]}

sell.input_schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
"""
LINE = re.compile(r"^\d\d:\d\d:\d\d (?P<sign>[✓✗]) (?P<rest>.*)$")


class Watched:
    """A running `dev watch`, read line by line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        assert process.stdout is not None
        self._file = process.stdout.fileno()
        self._pending = b""
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._file, selectors.EVENT_READ)

    def line(self, seconds: float = 60) -> tuple[str, str]:
        """Wait for the next line; gives its sign and what follows."""
        until = time.monotonic() + seconds
        while b"\n" not in self._pending:
            assert self._selector.select(max(0.0, until - time.monotonic())), "no line came"
            data = os.read(self._file, 65536)
            assert data, "it has ended"
            self._pending += data
        line, _, self._pending = self._pending.partition(b"\n")
        found = LINE.match(line.decode())
        assert found, line
        return found["sign"], found["rest"]


@pytest.fixture
def watched(shop: Author) -> Iterator[Watched]:
    """Watch a sound plugin."""
    shop.plugin(STEP)
    process = shop.project.start("dev", "watch", "shop")
    try:
        yield Watched(process)
    finally:
        if process.poll() is None:
            kill_tree(process)
        process.communicate()


def test_a_change_makes_a_run_and_a_failing_one_does_not_end_it(watched: Watched, shop: Author) -> None:
    assert watched.line()[0] == "✓"
    shop.plugin(STEP.replace('inputs["name"]', 'inputs["nmae"]'))
    sign, rest = watched.line()
    assert sign == "✗"
    assert rest.startswith("1 failed, 2 passed")
    assert "s: step shop.sell: call: fails with the inputs" in rest
    shop.plugin("def broken(:\n")
    assert watched.line()[0] == "✗"
    (shop.project.root / "shop/main.py").unlink()
    assert watched.line() == ("✗", 'there is no module to load in "shop"')
    shop.plugin(STEP)
    assert watched.line()[0] == "✓"
    assert watched.process.poll() is None


def test_ctrl_c_ends_it_cleanly(watched: Watched) -> None:
    watched.line()
    watched.process.send_signal(signal.SIGINT)
    stdout, stderr = watched.process.communicate(timeout=20)
    assert (watched.process.returncode, stdout, stderr) == (130, "", "error: interrupted\n")


def test_ctrl_c_in_the_middle_of_a_run_ends_it_cleanly(watched: Watched) -> None:
    time.sleep(1.0)
    watched.process.send_signal(signal.SIGINT)
    _, stderr = watched.process.communicate(timeout=20)
    assert (watched.process.returncode, stderr) == (130, "error: interrupted\n")


def test_where_there_is_nothing_to_watch_the_exit_code_is_2(shop: Author) -> None:
    outcome = shop.project.aetherflow("dev", "watch", "nowhere")
    assert (outcome.exit_code, outcome.stderr.splitlines()[0]) == (2, 'error: "nowhere" does not exist')


def test_the_verbose_see_all_checks_of_each_run(shop: Author) -> None:
    shop.plugin(STEP)
    process = shop.project.start("dev", "watch", "shop", "--verbose")
    try:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(6)]
    finally:
        kill_tree(process)
        process.communicate()
    assert LINE.match(told[0])
    assert re.match(r"  passed +plugin +doctor: ", told[3]), told


def test_changes_are_told_once_each_and_what_tools_write_is_none(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("one")
    steps = iter(
        [
            lambda: None,
            lambda: (tmp_path / "__pycache__").mkdir(),
            lambda: (tmp_path / "__pycache__" / "main.pyc").write_text("x"),
            lambda: (tmp_path / ".aetherflow-baseline.json").write_text("x"),
            lambda: (tmp_path / "main.py").write_text("two, longer"),
            lambda: None,
            lambda: (tmp_path / "new.py").write_text("x"),
            lambda: (tmp_path / "new.py").write_text("x, and more"),  # an editor, still at it
            lambda: None,
        ]
    )

    def sleep(seconds: float) -> None:
        next(steps)()

    told = changes([tmp_path], sleep)
    assert [Path(next(told)).name for _ in range(2)] == ["main.py", "new.py"]


def test_a_change_before_the_first_question_counts(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("one")
    told = changes([tmp_path], lambda seconds: None)
    (tmp_path / "main.py").write_text("two, longer")
    assert Path(next(told)).name == "main.py"


def test_environments_and_hidden_folders_are_not_looked_into(tmp_path: Path) -> None:
    for name in ("main.py", ".venv/lib.py", "env/lib.py", "sub/more.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "env" / "pyvenv.cfg").write_text("")
    assert sorted(Path(path).name for path in look([tmp_path])) == ["main.py", "more.py"]
