"""Every line that cannot be understood is answered with exit code 2, what is wrong, and what to write."""

import pytest

from aetherflow.cli.app import run_command_line
from tests.support.project import Project

WRONG_LINES = [
    (["validat", "f"], 'no such command "validat"', 'did you mean "validate"?'),
    (["plugins", "lst"], 'no such command "lst"', 'did you mean "list"?'),
    (["flow.yaml"], 'no such command "flow.yaml"', "to run a flow: aetherflow run flow.yaml"),
    (["run", "f", "--resme"], 'no such option "--resme"', 'did you mean "--resume"?'),
    (["run", "f", "-z"], 'no such option "-z"', None),
    (["--json", "run", "f"], 'no such option "--json"', "options stand behind the command: aetherflow COMMAND --json"),
    (["--versio"], 'no such option "--versio"', 'did you mean "--version"?'),
    (["run"], "FLOW is missing", None),
    (
        ["dev", "plugin-new", "orders"],
        "--kind is missing: it takes step, connector, compiler, observer, hook, tool or command",
        None,
    ),
    (
        ["run", "--resume", "flow.yaml"],
        "FLOW is missing",
        "the word after --resume is taken as its value: put FLOW before --resume",
    ),
    (["run", "a.yaml", "b.yaml"], "one word too many: b.yaml", "a text with spaces or signs is put in quotes"),
    (["run", "f", "--run-id"], "--run-id needs a value", None),
    (["run", "f", "--quiet=1"], 'option "--quiet" does not take a value', None),
    (
        ["run", "f", "--run-id", "a/../b"],
        '--run-id: "a/../b" is no run id',
        "a run id begins with a letter or digit and has up to 64 letters, digits, `.`, `_` or `-`",
    ),
    (
        ["run", "f", "--resume="],
        '--resume: "" is no run id',
        "a run id begins with a letter or digit and has up to 64 letters, digits, `.`, `_` or `-`",
    ),
    (
        ["run", "f", "--resume", "a", "--run-id", "b"],
        "--resume and --run-id exclude each other",
        "--resume RUN_ID continues that run",
    ),
    (["run", "f", "--param", "day"], '--param: "day" is not NAME=VALUE', "for example --param day=2026-01-31"),
    (["run", "f", "--param", "x=1", "--param", "x=2"], '--param: "x" is given twice', "give each parameter once"),
    (
        ["run", "f", "--accept-changes"],
        "--accept-changes stands with --resume or --run-key",
        "it lets a resume go on after changes",
    ),
    (
        ["run", "f", "--redo", "a.b"],
        "--redo stands with --resume or --run-key",
        "it decides about a step of an earlier run",
    ),
    (
        ["run", "f", "--assume-done", "a.b"],
        "--assume-done stands with --resume or --run-key",
        "it decides about a step of an earlier run",
    ),
    (
        ["run", "f", "--resume", "--dry-run"],
        "--resume and --dry-run exclude each other",
        "a dry run shows what a new run would do",
    ),
    (["run", "f", "--only"], "--only stands with --job", "it leaves out what the chosen jobs depend on"),
    (["run", "f", "-q", "-v"], "--quiet and --verbose exclude each other", "give one of the two"),
    (["run", "f", "--json", "--format", "text"], "--json and --format text exclude each other", "give one of the two"),
    (
        ["validate", "f", "--format", "jsn"],
        '--format takes text, json, sarif or github, not "jsn"',
        'did you mean "json"?',
    ),
    (
        ["schema", "flw"],
        'DOCUMENT takes flow, profiles, manifest, plugins or plugin, not "flw"',
        'did you mean "flow"?',
    ),
    (["explain", "AF-F9999"], 'no such code "AF-F9999"', ...),
    (
        ["explain", "AF-Y999"],
        'no such code "AF-Y999"',
        "codes that begin with AF-Y go from AF-Y001 to AF-Y306: docs/codes.md has them all",
    ),
]


@pytest.mark.parametrize(("line", "message", "hint"), WRONG_LINES, ids=[" ".join(line) for line, _, _ in WRONG_LINES])
def test_a_wrong_line_is_answered(
    line: list[str], message: str, hint: object, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_command_line(line) == 2
    said = capfd.readouterr()
    assert said.out == ""
    first, *notes = said.err.splitlines()
    assert first == f"error: {message}"
    if hint is not ...:
        assert notes[:-1] == ([f"  = {hint}"] if hint else [])
    assert notes[-1].endswith("--help` shows how it is used")


@pytest.mark.parametrize("line", [[], ["plugins"]])
def test_a_bare_noun_prints_its_help_to_stderr(line: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(line) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert "Commands:" in said.err


@pytest.mark.parametrize(
    ("line", "path"),
    [
        (["run"], "aetherflow run"),
        (["run", "f", "--run-id"], "aetherflow run"),
        (["run", "f", "--only"], "aetherflow run"),
        (["plugins", "list", "--verbos"], "aetherflow plugins list"),
        (["plugins", "lst"], "aetherflow plugins"),
        (["plugins", "--json"], "aetherflow plugins"),
        (["bogus"], "aetherflow"),
    ],
)
def test_the_last_line_points_to_the_commands_own_help(
    line: list[str], path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_command_line(line) == 2
    assert capfd.readouterr().err.endswith(f"\n  = `{path} --help` shows how it is used\n")


def test_hostile_words_do_not_steer_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(["run", "f", "--\x1b[2Jx"]) == 2
    assert "\x1b" not in capfd.readouterr().err


def test_an_undecodable_word_is_answered(project: Project) -> None:
    outcome = project.aetherflow("validate", "b\udcffd.yaml")
    assert outcome.exit_code == 2
    assert "Traceback" not in outcome.stderr
