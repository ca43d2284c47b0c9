"""`run --debug-plugins` tells each operation of a plugin, on stderr and in plugins.log, and changes nothing else."""

import json

from tests.plugin_debug.traces import PASSWORD, REGISTERED, log_file, log_of, trace_in, with_plugin
from tests.support.project import Project

ONE_OF_EACH = """
      - {id: a, type: as_class}
      - {id: b, type: as_function}
      - {id: c, type: as_coroutine, inputs: {seconds: 0.2}}
      - {id: d, type: log, inputs: {message: hello}}
"""
FAILING = "      - {id: a, type: failing, inputs: {until: 9}}\n"
FAILED = (
    "step  TIME  steps         failing at main.a, attempt 1: "
    "raised ValueError: cannot log in with ***\\nnor without (plugins/steps.py:20)\n"
)


def test_loads_registrations_and_steps_of_every_kind_are_traced(project: Project) -> None:
    outcome = with_plugin(project, ONE_OF_EACH).aetherflow("run", "flow.yaml", "--debug-plugins", "--run-id", "r1")
    assert (outcome.exit_code, outcome.stdout) == (0, "")
    assert log_of(project) == (
        "load  TIME  steps         loaded DIGEST\n"
        + REGISTERED
        + "step  TIME  steps         as_class at main.a, attempt 1: returned StepResult SUCCESS\n"
        "step  TIME  steps         as_function at main.b, attempt 1: returned dict\n"
        "step  TIME  steps         as_coroutine at main.c, attempt 1: returned None\n"
        "step  TIME  aetherflow    log at main.d, attempt 1: returned StepResult SUCCESS\n"
    )


def test_stderr_has_the_same_lines_among_those_of_progress(project: Project) -> None:
    outcome = with_plugin(project, ONE_OF_EACH).aetherflow("run", "flow.yaml", "--debug-plugins", "--run-id", "r1")
    assert trace_in(project, outcome.stderr) == log_of(project)
    assert outcome.stderr.index("as_class at main.a") < outcome.stderr.index("✓ main.a")


def test_the_time_of_an_async_step_is_that_of_its_end(project: Project) -> None:
    with_plugin(project, ONE_OF_EACH)
    project.aetherflow("run", "flow.yaml", "--debug-plugins", "--run-id", "r1", AETHERFLOW_LOG_FORMAT="json")
    objects = [json.loads(line) for line in log_file(project).read_text().splitlines()]
    assert next(each["seconds"] for each in objects if each["name"] == "as_coroutine") >= 0.2


def test_each_attempt_of_a_failing_step_is_a_line_without_its_secret(project: Project) -> None:
    steps = FAILING.replace("9}", "2}, retry: {max_attempts: 2, backoff_seconds: 0.01}")
    outcome = with_plugin(project, steps).aetherflow("run", "flow.yaml", "--debug-plugins", "--run-id", "r1")
    assert outcome.exit_code == 0
    assert log_of(project).removeprefix("load  TIME  steps         loaded DIGEST\n" + REGISTERED) == (
        FAILED + "step  TIME  steps         failing at main.a, attempt 2: returned dict\n"
    )
    assert PASSWORD not in outcome.stderr + log_file(project).read_text()


def test_a_loop_names_the_item(project: Project) -> None:
    with_plugin(project, "      - {id: a, type: as_function}\n", "for_each: [x, y]")
    project.aetherflow("run", "flow.yaml", "--debug-plugins", "--run-id", "r1")
    assert log_of(project).endswith(
        "step  TIME  steps         as_function at main[0].a, attempt 1: returned dict\n"
        "step  TIME  steps         as_function at main[1].a, attempt 1: returned dict\n"
    )


def test_a_step_inside_a_step_has_a_line_of_its_own(project: Project) -> None:
    steps = "      - {id: a, type: with_lock, inputs: {lock_key: k, step: {type: as_function}}}\n"
    outcome = with_plugin(project, steps).aetherflow("run", "flow.yaml", "--debug-plugins", "--run-id", "r1")
    assert outcome.exit_code == 0, outcome.stderr
    assert log_of(project).endswith(
        "step  TIME  steps         as_function at main.a, attempt 1: returned dict\n"
        "step  TIME  aetherflow    with_lock at main.a, attempt 1: returned StepResult SUCCESS\n"
    )


def test_a_resume_appends(project: Project) -> None:
    with_plugin(project, FAILING).aetherflow("run", "flow.yaml", "--debug-plugins", "--run-id", "r1")
    first = log_of(project)
    outcome = project.aetherflow("runs", "resume", "r1", "--debug-plugins")
    assert outcome.exit_code == 1
    assert log_of(project) == first + first
    assert trace_in(project, outcome.stderr) == first


def test_a_resume_without_the_option_adds_nothing(project: Project) -> None:
    with_plugin(project, FAILING).aetherflow("run", "flow.yaml", "--debug-plugins", "--run-id", "r1")
    first = log_file(project).read_bytes()
    project.aetherflow("run", "flow.yaml", "--resume", "r1")
    assert log_file(project).read_bytes() == first


def test_json_is_an_object_a_line_in_the_file_and_among_the_events(project: Project) -> None:
    with_plugin(project, FAILING)
    outcome = project.aetherflow(
        "run", "flow.yaml", "--debug-plugins", "--run-id", "r1", "--json", AETHERFLOW_LOG_FORMAT="json"
    )
    lines = log_file(project).read_text().splitlines()
    assert [line for line in outcome.stderr.splitlines() if "operation" in json.loads(line)] == lines
    load, *_, step = map(json.loads, lines)
    assert outcome.json["plugins"][0]["digest"].startswith(load.pop("outcome").removeprefix("loaded "))
    assert load == {
        "timestamp": load["timestamp"],
        "operation": "load",
        "plugin": "steps",
        "name": "",
        "failed": False,
        "seconds": load["seconds"],
        "job_id": None,
        "item": None,
        "step_id": None,
        "attempt": None,
    }
    assert (step["operation"], step["name"], step["failed"]) == ("step", "failing", True)
    assert (step["job_id"], step["item"], step["step_id"], step["attempt"]) == ("main", None, "a", 1)


def test_who_is_quiet_finds_the_trace_in_the_file_alone(project: Project) -> None:
    with_plugin(project, ONE_OF_EACH)
    outcome = project.aetherflow("run", "flow.yaml", "--debug-plugins", "--run-id", "r1", "--quiet")
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert log_of(project).startswith("load  TIME  steps")


def test_without_the_option_there_is_no_trace(project: Project) -> None:
    outcome = with_plugin(project, ONE_OF_EACH).aetherflow("run", "flow.yaml", "--run-id", "r1")
    assert "plugins |" not in outcome.stderr
    assert not log_file(project).exists()


def test_without_the_option_nothing_of_it_is_imported(project: Project) -> None:
    with_plugin(project, ONE_OF_EACH)
    plain = project.aetherflow("run", "flow.yaml", PYTHONPROFILEIMPORTTIME="1").stderr
    debugged = project.aetherflow("run", "flow.yaml", "--debug-plugins", PYTHONPROFILEIMPORTTIME="1").stderr
    modules = ("runner.traced_calls", "operations.plugin_log", "plugins.trace_lines", "render.trace")
    assert [name for name in modules if f"{name}\n" in plain] == []
    assert [name for name in modules if f"{name}\n" not in debugged] == []


def test_a_flow_of_built_in_steps_is_traced_too(project: Project) -> None:
    with_plugin(project, "      - {id: a, type: log, inputs: {message: hello}}\n")
    project.aetherflow("run", "flow.yaml", "--debug-plugins", "--run-id", "r1", AETHERFLOW_PLUGIN_PATHS="")
    assert log_of(project) == "step  TIME  aetherflow    log at main.a, attempt 1: returned StepResult SUCCESS\n"


def test_a_dry_run_has_nothing_to_trace(project: Project) -> None:
    outcome = with_plugin(project, ONE_OF_EACH).aetherflow("run", "flow.yaml", "--debug-plugins", "--dry-run")
    assert outcome.exit_code == 2
    assert outcome.stderr.startswith("error: --debug-plugins and --dry-run exclude each other\n")


def test_a_prune_removes_the_trace_with_its_run(project: Project) -> None:
    with_plugin(project, ONE_OF_EACH).aetherflow("run", "flow.yaml", "--debug-plugins", "--run-id", "r1")
    project.aetherflow("runs", "prune", "--keep", "0", "--yes")
    assert not log_file(project).parent.exists()
