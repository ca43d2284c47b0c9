"""Params, settings, folders and env files: who decided what."""

from tests.explain.explaining import Bench

JOBS = "jobs:\n  - id: j\n    steps: [{id: s, type: log, inputs: {message: hi}}]\n"


def test_params_tell_their_values(bench: Bench) -> None:
    flow = "params:\n  a: {default: x}\n  b: {type: integer}\n  c: {}\n" + JOBS
    told = {
        param.name: (param.origin, param.value, param.site.line) for param in bench.explain(flow, {"b": "5"}).params
    }
    assert told == {"a": ("its default", "x", 4), "b": ("given", 5, 5), "c": ("required and not given", None, 6)}


def test_settings_that_differ_tell_their_variable(bench: Bench) -> None:
    settings = bench.explain(JOBS, AETHERFLOW_STRICT_TEMPLATES="false", AETHERFLOW_PLUGIN_STRICT="true").settings
    told = [(setting.name, setting.value, setting.default, setting.set_by) for setting in settings]
    assert told == [("AETHERFLOW_STRICT_TEMPLATES", False, True, "process")]


def test_profiles_in_a_variable_are_not_printed(bench: Bench) -> None:
    (setting,) = bench.explain(JOBS, AETHERFLOW_PROFILES_JSON='{"p": {"config": {"key": "a-secret"}}}').settings
    assert setting.value == "JSON, 38 characters"


def test_what_the_flow_sets_tells_its_line(bench: Bench) -> None:
    told = bench.explain(f'version: 1\nflow:\n  id: f\n  state: {{path: "{{{{env.S:s.db}}}}"}}\n{JOBS}')
    (setting,) = told.settings
    assert (setting.name, setting.value, setting.set_by) == ("flow.state.path", "s.db", "flow")
    assert setting.site and setting.site.line == 4
    assert [token.origin for token in setting.tokens] == ["the default in the token: variable S is not set"]
    assert [folder.set_by for folder in told.folders] == ["flow.state.path", "default"]


def test_folders_tell_the_variable_that_decides(bench: Bench) -> None:
    (state, work) = bench.explain(JOBS, AETHERFLOW_STATE_ROOT="/s", AETHERFLOW_WORK_ROOT="/w").folders
    assert (state.path, state.set_by) == ("/s/state.db", "AETHERFLOW_STATE_ROOT")
    assert (work.path, work.set_by) == ("/w", "AETHERFLOW_WORK_ROOT")


def test_env_files_tell_how_much_they_decide(bench: Bench) -> None:
    bench.write("a.env", "X=1\nY=1\n")
    bench.write("b.env", "Y=2\n")
    files = '["a.env", {"path": "b.env", "prefix": ""}, {"path": "c.env", "optional": true, "prefix": "C_"}]'
    told = bench.explain(JOBS, AETHERFLOW_ENV_FILES_JSON=files).env_files
    assert [(file.path, file.variables, file.is_there) for file in told] == [
        ("a.env", 1, True),
        ("b.env", 1, True),
        ("c.env", 0, False),
    ]
