"""Everything that can be wrong with a step is found by `dev plugin-test`, and keeps it from finding nothing else."""

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.plugin_testing.tested import Author, Tried
from tests.support.project import Project


class Fault(NamedTuple):
    """A step, and what must be found of it: the check, the code, words of what is said, and the line at work."""

    body: str
    check: str
    code: str
    words: str
    output_schema: str = "None"
    line: str = ""


FAULTS = {
    "misspells": Fault("return {'x': inputs['nmae']}", "call", "AF-P901", 'the inputs {"name":"text"}: KeyError'),
    "exits": Fault("sys.exit(3)", "call", "AF-P901", "SystemExit: 3"),
    "leaves": Fault("os._exit(3)", "call", "AF-P905", "ends the process, with exit code 3", line="os._exit(3)"),
    "crashes": Fault(
        "os.kill(os.getpid(), 11)", "call", "AF-P905", "crashes the process: SIGSEGV", line="os.kill(os.getpid(), 11)"
    ),
    "loops": Fault("while True: pass", "call", "AF-P904", "stopped after 7 s", line="while True: pass"),
    "eats": Fault("hoard()", "call", "AF-P901", "takes more than 800 MB of memory"),
    "speaks": Fault("return {'x': 'y' * 2_000_000}", "result size", "AF-P906", "2,000,008 bytes of JSON"),
    "varies": Fault("return {'x': time.time()}", "repeat", "AF-P903", "called again, it gives another `x`"),
    "insists": Fault("open('made', 'x').close()", "repeat", "AF-P903", "was SUCCESS, and called again it is FAILED"),
    "promises": Fault(
        "return {'n': 'one'}",
        "schema",
        "AF-P902",
        '"n" must be an integer, found a string',
        output_schema='{"properties": {"n": {"type": "integer"}}}',
    ),
    "shouts": Fault("os.write(2, inputs['name'].encode())", "secret", "AF-P907", "past Python's print"),
    "tells": Fault("subprocess.run(['echo', inputs['name']], stdout=2)", "secret", "AF-P907", "past Python's print"),
    "encodes": Fault("os.write(1, base64.b64encode(inputs['name'].encode()))", "secret", "AF-P907", "shows a secret"),
    "raves": Fault("raise ValueError('no ' * 10**6)", "call", "AF-P901", "no no no"),
    "prints": Fault(
        "while True: print('x' * 10**6)",
        "call",
        "AF-P904",
        "does not come to an end",
        line="while True: print('x' * 10**6)",
    ),
    "closes": Fault("os.closerange(3, 4096)", "call", "AF-P905", "leaves a process that cannot go on"),
    "lies": Fault(
        '[os.write(n, b\'{"type": "TrialDone", "number": 99, "told": []}\\n\') for n in pipes()]',
        "call",
        "AF-P905",
        "leaves a process that cannot go on",
    ),
    "threads": Fault(
        "threading.Thread(target=time.sleep, args=(60,), name='clerk').start()",
        "left behind",
        "AF-P908",
        "leaves the thread clerk",
    ),
    "starts": Fault("subprocess.Popen(['sleep', '61.5'])", "left behind", "AF-P908", "leaves a process"),
    "forks": Fault("os.fork() or time.sleep(61)", "left behind", "AF-P908", "leaves a process"),
    "sets": Fault("os.environ['SHOP'] = '1'", "left behind", "AF-P908", "changed variables of the environment: SHOP"),
    "moves": Fault("os.chdir('/')", "left behind", "AF-P908", "another current directory: /"),
}
PLUGIN = """
import base64, os, subprocess, sys, threading, time

def hoard():
    kept = []
    while True:
        kept.append(bytearray(10**8))

def pipes():
    for n in range(3, 1000):
        try:
            if os.readlink(f"/proc/self/fd/{n}").startswith("pipe:"):
                yield n
        except OSError:
            pass

INPUTS = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
"""
STEP = """
@register_step("shop.{name}")
def {name}(ctx, inputs):
    "{name}."
    {body}

{name}.input_schema = INPUTS
{name}.output_schema = {output_schema}
"""
SOUND = Fault("print('hello'); return {'name': inputs['name']}", "", "", "", output_schema='{"type": "object"}')


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    """Test one plugin with all of these steps, and a sound one at its end."""
    author = Author(Project(tmp_path_factory.mktemp("shop")))
    steps = {**FAULTS, "sells": SOUND}
    texts = [STEP.format(name=name, body=each.body, output_schema=each.output_schema) for name, each in steps.items()]
    author.plugin(PLUGIN + "".join(texts))
    return author.test(seconds=2, megabytes=800)


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_with_a_step_is_found_and_nothing_else(name: str, tried: Tried) -> None:
    fault, subject = FAULTS[name], f"step shop.{name}"
    assert tried.failed(subject) == [(fault.check, fault.code)]
    assert fault.words in tried.of(fault.check, subject).said


@pytest.mark.parametrize("name", FAULTS)
def test_a_finding_stands_at_the_line_at_work_or_at_the_steps_own(name: str, tried: Tried) -> None:
    fault = FAULTS[name]
    finding = tried.of(fault.check, f"step shop.{name}").finding
    assert finding and finding.span and finding.hint
    line = tried.report.sources[finding.span.file].splitlines()[finding.span.line - 1]
    assert line.strip() == (fault.line or f'@register_step("shop.{name}")')


def test_after_all_of_that_a_sound_step_is_sound(tried: Tried) -> None:
    assert set(tried.verdicts("step shop.sells").values()) == {"passed"}
    assert list(tried.verdicts("step shop.sells")) == [
        "call",
        "schema",
        "result size",
        "repeat",
        "timeout",
        "cancel",
        "secret",
        "left behind",
    ]


def test_what_was_not_tried_says_why(tried: Tried) -> None:
    assert tried.of("repeat", "step shop.leaves").verdict == "not run"
    assert tried.of("repeat", "step shop.leaves").said == "see what was tried of it before"
    assert tried.of("schema", "step shop.moves").said == "it declares no output_schema"


def test_nothing_of_it_is_left_running(tried: Tried) -> None:
    commands = [path / "cmdline" for path in Path("/proc").iterdir() if path.name.isdigit()]
    running = []
    for file in commands:
        try:
            running.append(file.read_bytes())
        except OSError:
            continue  # it is gone
    assert [each for each in running if b"61.5" in each] == []
