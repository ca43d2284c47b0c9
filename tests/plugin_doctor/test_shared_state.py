"""Module-level state that steps change."""

from pathlib import Path

import pytest

from tests.plugin_doctor.examining import API, IN_STEP, told

WORDS = (
    'warning AF-P532: the step type "load" changes "{}", a variable of the module: every step of the process shares it'
)


@pytest.mark.parametrize(
    ("head", "body", "place"),
    [
        ("SEEN = []", "SEEN.append(1)", "5:5 'SEEN.append'"),
        ("SEEN = {}", "SEEN['a'] = 1", "5:5 'SEEN'"),
        ("SEEN = {}", "SEEN['a']['b'] = 1", "5:5 \"SEEN['a']\""),
        ("SEEN = {}", "SEEN['a'].add(1)", "5:5 \"SEEN['a'].add\""),
        ("SEEN: dict = {}", "del SEEN['a']", "5:9 'SEEN'"),
        ("SEEN = {'a': 1}", "SEEN['a'] += 1", "5:5 'SEEN'"),
        ("SEEN = set()", "x = SEEN.add", None),
        ("SEEN = set()", "SEEN.add(1)", "5:5 'SEEN.add'"),
        ("SEEN = [x for x in ()]", "SEEN[:] = []", "5:5 'SEEN'"),
        ("from collections import defaultdict as d; SEEN = d(list)", "SEEN['a'].append(1)", "5:5 \"SEEN['a'].append\""),
        ("import collections; SEEN = collections.deque()", "SEEN.popleft()", "5:5 'SEEN.popleft'"),
        ("SEEN = None", "global SEEN; SEEN = 1", "5:18 'SEEN'"),
        ("SEEN = 0", "global SEEN; SEEN += 1", "5:18 'SEEN'"),
        ("SEEN = 0", "global SEEN; del SEEN", "5:22 'SEEN'"),
        ("", "global SEEN; SEEN = 1", "5:18 'SEEN'"),
    ],
)
def test_a_step_that_changes_a_variable_of_its_module_is_told(
    head: str, body: str, place: str | None, tmp_path: Path
) -> None:
    found = told(tmp_path, f"{API}{head}\n{IN_STEP}    {body}\n")
    assert found == ([f"steps.py:{place} {WORDS.format('SEEN')}"] if place else [])


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("SEEN = []", "SEEN = []; SEEN.append(1)"),
        ("SEEN = []", "x = SEEN[0]; y = len(SEEN); z = SEEN.copy()"),
        ("SEEN = []", "def f(SEEN): SEEN.append(1)"),
        ("SEEN = []", "[SEEN.append(1) for SEEN in inputs]"),
        ("SEEN = frozenset()", "SEEN.union([1])"),
        ("SEEN = {}", "ctx.state['SEEN'] = SEEN.get('a')"),
        ("class Thing: ...\nSEEN = Thing()", "x = SEEN; x = 1"),
        ("import log; SEEN = log.make()", "SEEN.update()"),
        ("SEEN = []", "'SEEN.append(1)'  # SEEN.append(1)"),
        ("SEEN = []; SEEN.append(1)", "pass"),
    ],
)
def test_reading_and_own_variables_are_fine(head: str, body: str, tmp_path: Path) -> None:
    assert told(tmp_path, f"{API}{head}\n{IN_STEP}    {body}\n") == []


def test_methods_of_a_step_class_and_its_bases_count(tmp_path: Path) -> None:
    text = """
    from aetherflow.core.api import Step, register_step
    SEEN = []
    class Base(Step):
        def _remember(self):
            SEEN.append(1)
    @register_step("load")
    class Load(Base):
        def run(self, ctx, inputs):
            self._remember()
    """
    assert told(tmp_path, text) == [f"steps.py:5:9 'SEEN.append' {WORDS.format('SEEN')}"]


def test_what_a_step_calls_counts_across_modules_and_what_nothing_calls_does_not(tmp_path: Path) -> None:
    files = {
        "steps.py": f"{API}from . import store\nfrom more import again\n{IN_STEP}    store.put(1); again()\n",
        "store.py": "ALL = []\ndef put(x): ALL.append(x)\ndef unused(x): ALL.clear()\n",
        "more.py": "import store\ndef again(): store.ALL.pop()\ndef never(): store.ALL.clear()\n",
    }
    # One variable is told once for the one step that changes it.
    assert told(tmp_path, files) == [f"more.py:2:14 'store.ALL.pop' {WORDS.format('ALL')}"]


def test_a_function_that_no_step_reaches_may_change_what_it_likes(tmp_path: Path) -> None:
    assert told(tmp_path, f"{API}SEEN = []\ndef unused(): SEEN.append(1)\n{IN_STEP}    pass\n") == []


def test_connectors_count_too(tmp_path: Path) -> None:
    text = """
    from aetherflow.core.api import ConnectorBase, register_connector
    OPEN = {}
    @register_connector(kind="db", driver="my")
    class My(ConnectorBase):
        def connect(self):
            OPEN["a"] = 1
        def close(self): ...
    """
    (line,) = told(tmp_path, text)
    assert line == (
        'steps.py:6:9 \'OPEN\' warning AF-P532: the connector "db:my" changes "OPEN", a variable of the module: '
        "every step of the process shares it"
    )
