"""Compilers and compiled flows from programs: created, run, streamed and drawn, many at once."""

import asyncio
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest

from aetherflow.core.api import (
    CompiledFlow,
    FlowInvalid,
    FlowNotFound,
    InputError,
    LazyFlow,
    RemoteText,
    RunResult,
    SourceUnavailable,
    WorkflowCompilerPlugin,
    WorkflowCompilerRegistry,
    compile_document,
    create_compiler,
    fetch_text,
    register_step,
    run_flow,
    validate_flow,
)
from tests.bundles_archives.web import Web, status
from tests.compilers.flows import FLOW, database, serve
from tests.support.project import Project, clean_environment

LONG = """\
flow: {id: long}
params: {who: {type: string, default: nobody}}
jobs:
  - id: work
    steps:
      - {id: a, type: note, inputs: {who: "{{params.who}}"}}
      - {id: b, type: note, inputs: {who: "{{steps.a.who}}"}}
      - {id: c, type: external.process, inputs: {command: [echo, "{{steps.b.who}}"]}}
      - {id: d, type: note, inputs: {who: "{{steps.b.who}}"}, outputs: {who: "{{result.who}}"}}
"""


@register_step("note")
def note(ctx: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    """Remember who asked, in the run's own state."""
    ctx.state.setdefault("seen", []).append(inputs["who"])
    return {"who": inputs["who"], "seen": list(ctx.state["seen"])}


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Keep state and workspaces below the test's folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return clean_environment(tmp_path)


class Mine(WorkflowCompilerPlugin):
    """Makes a flow of a word."""

    def __init__(self, greeting: str = "hello") -> None:
        self.greeting = greeting

    def compile(self, source: str, *, workflow_name: str | None = None, validate: bool = True) -> CompiledFlow:
        """Greet it."""
        return compile_document(FLOW.replace("orders of", f"{self.greeting} {source} of"), source=f"mine://{source}")


MINE_LINE = Mine.compile.__code__.co_firstlineno


def test_a_compiler_of_each_built_in_scheme_can_be_created(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "flow.yaml").write_text(FLOW)
    database(tmp_path / "flows.db", orders=FLOW)
    for uri, source in (
        ("flow.yaml", "flow.yaml"),
        ("file://", f"file://{tmp_path}/flow.yaml"),
        ("yaml://", "flow.yaml"),
        ("yaml://", FLOW),
        ("sqlite://", "flows.db?name=orders"),
        ("sqlite://flows.db", "sqlite://flows.db?name=orders"),
        ("db+sqlite://", "db+sqlite:///flows.db?name=orders"),
    ):
        flow = create_compiler(uri, env=env).compile(source)
        graph = flow.get_graph(env=env)
        assert [(edge.before, edge.after) for edge in graph.edges] == [("load", "tell")]
        assert flow.invoke({"day": "Monday"}, env=env).jobs["tell"].outputs == {"said": "orders of Monday!"}


def test_errors_are_those_that_python_has(env: dict[str, str], tmp_path: Path, site: Web) -> None:
    compiler = create_compiler("yaml://", env=env)
    with pytest.raises(FileNotFoundError) as absent:
        compiler.compile("nowhere.yaml")
    assert isinstance(absent.value, FlowNotFound)
    assert str(absent.value) == 'there is no file "yaml://nowhere.yaml"'
    with pytest.raises(ValueError) as invalid:
        compiler.compile("{flow: {id: 1}, jobs: []}")
    assert isinstance(invalid.value, FlowInvalid)
    assert [finding.code for finding in invalid.value.diagnostics] == ["AF-S103", "AF-S104"]
    assert compiler.compile("{flow: {id: 1}, jobs: []}", validate=False).flow_text().name == "<yaml>"
    with pytest.raises(InputError, match='nothing here reads flows from "htps://"'):
        create_compiler("htps://x", env=env)
    site.answers["/flow.yaml"] = status(503)
    with pytest.raises(SourceUnavailable, match="the server answers 503"):
        create_compiler("http://", env=env).compile(f"{site.url}/flow.yaml")


def test_a_registry_knows_its_own_classes_before_all_others(env: dict[str, str], tmp_path: Path) -> None:
    registry = WorkflowCompilerRegistry()
    registry.register("MINE://", Mine)
    registry.register("yaml", Mine)
    compiler = registry.create("mine://x", greeting="bye")
    assert isinstance(compiler, Mine)
    assert "bye you of" in compiler.compile("you").flow_text().text
    assert isinstance(registry.create("yaml://"), Mine)
    assert not isinstance(registry.create("json://"), Mine)
    with pytest.raises(InputError, match="is no scheme of a URI"):
        registry.register("my scheme", Mine)
    with pytest.raises(InputError, match="no sub-class of WorkflowCompilerPlugin"):
        registry.register("my", str)  # type: ignore[arg-type]  # on purpose


def test_a_class_is_created_with_its_options_for_any_uri(env: dict[str, str]) -> None:
    compiler = create_compiler("my-scheme://my-source", plugin_class=Mine, plugin_options={"greeting": "hi"})
    assert isinstance(compiler, Mine)
    assert compiler.greeting == "hi"
    with pytest.raises(InputError, match="cannot be created with its options: TypeError: "):
        create_compiler("my://", plugin_class=Mine, plugin_options={"greetings": "hi"})


def test_options_that_a_class_does_not_take_are_told_with_its_place(env: dict[str, str]) -> None:
    lines = ["", "class Typed(Mine):", "    def compile(self, source, **others): ..."]
    namespace: dict[str, Any] = {"Mine": Mine}
    exec("\n".join(lines), namespace)  # as at a prompt: its source is in no file
    for kind, file, line in ((Mine, __file__, MINE_LINE), (namespace["Typed"], "<string>", 3)):
        with pytest.raises(InputError) as told:
            create_compiler("my://", plugin_class=kind, plugin_options={"greetings": "hi"})
        (found,) = told.value.diagnostics
        assert found.span is not None
        assert (found.span.file, found.span.line) == (file, line)
        assert str(found.hint).startswith(f'did you mean "greeting"? it is made in {file}:{line}; options stand')


def test_options_of_a_program_lie_over_those_of_plugins_yaml(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "plugins.yaml").write_text("workflow_plugins: {http: {options: {timeout_seconds: 3, headers: {A: b}}}}")
    compiler = create_compiler("https://", plugin_options={"timeout_seconds": 5}, env=env)
    assert (vars(compiler)["_timeout_seconds"], vars(compiler)["_headers"]) == (5, {"A": "b"})


@pytest.mark.parametrize("document", [FLOW, FLOW.encode(), RemoteText(content=FLOW.encode())])
def test_a_document_in_any_form_is_a_flow(document: Any, env: dict[str, str]) -> None:
    flow = compile_document(document, source="desk")
    assert flow.flow_text().name == "<desk>"
    assert flow.invoke(env=env).status == "SUCCESS"


def test_a_mapping_is_a_flow_and_findings_point_into_its_json(env: dict[str, str]) -> None:
    with pytest.raises(FlowInvalid) as invalid:
        compile_document({"flow": {"id": "a"}, "jobs": [{"id": "b", "stepps": []}]}, source="my://x")
    (unknown, missing) = invalid.value.diagnostics
    assert unknown.span is not None and unknown.span.file == "my://x"
    assert invalid.value.sources["my://x"].splitlines()[unknown.span.line - 1].strip() == '"stepps": []'
    assert missing.code == "AF-S104"


def test_run_flow_and_validate_flow_take_uris(env: dict[str, str], site: Web) -> None:
    url = serve(site)
    assert validate_flow(url, env=env) == []
    assert run_flow(url, params={"day": "Monday"}, env=env).jobs["load"].outputs == {"said": "orders of Monday"}
    (finding,) = validate_flow(f"{site.url}/none", env=env)
    assert finding.code == "AF-C104"


def test_a_lazy_flow_fetches_nothing_until_it_is_needed_and_then_once(env: dict[str, str], site: Web) -> None:
    url = serve(site)
    flow = LazyFlow(lambda: compile_document(fetch_text(url), source=url))
    assert site.asked == []
    assert not flow.is_loaded
    with ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(lambda _: flow.flow_text(), range(8)))
    assert {text.text for text in texts} == {FLOW}
    assert flow.invoke(env=env).status == "SUCCESS"
    assert len(site.asked) == 1
    assert flow.is_loaded


def test_a_lazy_flow_that_could_not_be_loaded_is_tried_again(env: dict[str, str], site: Web) -> None:
    flow = LazyFlow(lambda: compile_document(fetch_text(f"{site.url}/flow.yaml"), source="x"))
    with pytest.raises(FileNotFoundError):
        flow.get_graph(env=env)
    serve(site)
    assert flow.get_graph(env=env).flow_id == "orders"
    assert asyncio.run(flow.ainvoke(env=env)).status == "SUCCESS"


def test_what_was_fetched_before_comes_back_where_nothing_has_changed(site: Web, tmp_path: Path) -> None:
    url = serve(site, ETag='"1"')
    first = fetch_text(url)
    assert first.validators == {"etag": '"1"'}
    site.answers["/flow.yaml"] = status(304)
    assert fetch_text(url, known=first) is first


def test_a_graph_is_drawn_of_a_flow_that_could_run(env: dict[str, str]) -> None:
    flow = compile_document(FLOW, source="desk")
    assert flow.get_graph(env=env).to_mermaid().startswith("flowchart")
    assert "load" in flow.get_graph(env=env).to_dot()
    broken = compile_document(FLOW.replace("type: log", "type: lgo"), source="desk")
    with pytest.raises(InputError):
        broken.get_graph(env=env)


def test_events_come_as_they_happen(env: dict[str, str], tmp_path: Path) -> None:
    waits = threading.Event()

    @register_step("wait")
    def wait(ctx: Any, inputs: dict[str, Any]) -> None:
        assert waits.wait(20)

    flow = compile_document("{flow: {id: a}, jobs: [{id: b, steps: [{id: c, type: wait}]}]}", source="desk")
    seen = []
    for event in flow.stream(env=env, plugins=[wait]):
        seen.append(str(event.type))
        if event.type == "step_started":
            waits.set()  # the run goes on only once its event was read
    assert (seen[0], seen[-1]) == ("run_started", "run_finished")
    assert seen.index("step_started") < seen.index("step_finished")


def test_a_refusal_is_raised_where_the_first_event_would_be(env: dict[str, str]) -> None:
    flow = compile_document(FLOW.replace("type: log", "type: lgo"), source="desk")
    with pytest.raises(InputError, match="the flow cannot run"):
        next(iter(flow.stream(env=env)))

    async def first() -> None:
        async for _ in flow.astream(env=env):
            return

    with pytest.raises(InputError, match="the flow cannot run"):
        asyncio.run(first())
    for use in (flow.invoke, flow.get_graph):
        with pytest.raises(FlowInvalid, match="the flow cannot run") as raised:
            use(env=env)
        assert isinstance(raised.value, ValueError)
        assert {found.code for found in raised.value.diagnostics} == {"AF-F204"}
    with pytest.raises(TypeError, match="colour"):
        flow.invoke(env=env, colour="red")


def test_who_stops_reading_ends_the_run_which_can_be_resumed(env: dict[str, str], tmp_path: Path) -> None:
    flow = compile_document(LONG, source="desk")
    for event in flow.stream({"who": "ann"}, env=env, plugins=[note], run_id="one"):
        if event.type == "step_finished":
            break
    project = Project(tmp_path, env)
    assert project.aetherflow("runs", "show", "one", "--json").json["status"] == "INTERRUPTED"
    resumed = flow.invoke(env=env, plugins=[note], run_id="one", resume=True)
    assert resumed.status == "SUCCESS"
    assert resumed.jobs["work"].outputs == {"who": "ann"}


def test_a_cancelled_task_ends_the_run(env: dict[str, str], tmp_path: Path) -> None:
    started, goes_on = threading.Event(), threading.Event()

    @register_step("wait")
    def wait(ctx: Any, inputs: dict[str, Any]) -> None:
        started.set()
        goes_on.wait(20)

    steps = "[{id: a, type: wait}, {id: b, type: fail, inputs: {message: never}}]"
    flow = compile_document(f"{{flow: {{id: a}}, jobs: [{{id: b, steps: {steps}}}]}}", source="desk")

    async def cancelled() -> None:
        task = asyncio.create_task(flow.ainvoke(env=env, plugins=[wait], run_id="one"))
        await asyncio.to_thread(started.wait, 20)
        task.cancel()
        asyncio.get_running_loop().call_later(0.2, goes_on.set)
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
    assert Project(tmp_path, env).aetherflow("runs", "show", "one", "--json").json["status"] == "INTERRUPTED"


SLEEPING = """\
flow: {id: asleep}
jobs:
  - {id: a, steps: [{id: b, type: external.process, inputs: {command: [sleep, "60"]}}]}
"""


def test_who_stops_reading_ends_the_process_of_the_step_that_is_running(env: dict[str, str], tmp_path: Path) -> None:
    flow = compile_document(SLEEPING, source="desk")
    began = time.monotonic()
    for event in flow.stream(env=env, run_id="read"):
        if event.type == "step_started":
            time.sleep(0.5)  # for the process to be there
            break

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(asyncio.wait_for(flow.ainvoke(env=env, run_id="awaited"), 1))
    assert time.monotonic() - began < 30
    for run_id in ("read", "awaited"):
        assert Project(tmp_path, env).aetherflow("runs", "show", run_id, "--json").json["status"] == "INTERRUPTED"


FIFTY = range(50)
NOTE = """\
from aetherflow.core.api import register_step


@register_step("note")
def note(ctx, inputs):
    ctx.state.setdefault("seen", []).append(inputs["who"])
    return {"who": inputs["who"], "seen": list(ctx.state["seen"])}
"""


def told(result: Any) -> Any:
    """Give what a run came to, without moments, and with one name for all runs."""
    plain = msgspec.to_builtins(result)
    kept = {key: plain[key] for key in ("status", "flow_id", "jobs", "handlers", "plugins", "diagnostics")}
    return json.loads(json.dumps(_without_times(kept)).replace(plain["run_id"], "RUN"))


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_times(item) for key, item in value.items() if key != "duration_seconds"}
    return [_without_times(item) for item in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def fifty_processes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, list[Any]]:
    """Run fifty processes; gives their project and results."""
    project = Project(tmp_path_factory.mktemp("fifty"))
    project.write("flow.yaml", LONG)
    project.write("plugins/note.py", NOTE)

    def run(number: int) -> Any:
        options = ("--param", f"who=nr {number}", "--plugin-path", "plugins", "--json", "-q")
        return msgspec.convert(project.aetherflow("run", "flow.yaml", *options).json, RunResult)

    with ThreadPoolExecutor(4) as pool:
        return project, list(pool.map(run, FIFTY))


def check(results: list[RunResult], processes: list[RunResult]) -> None:
    assert [told(result) for result in results] == [told(result) for result in processes]
    assert len({result.run_id for result in results}) == 50
    seen = [result.jobs["work"].steps["d"].outputs["seen"] for result in results]
    assert seen == [[f"nr {number}"] * 3 for number in FIFTY]


def test_fifty_flows_in_threads_are_as_fifty_processes(fifty_processes: tuple[Project, list[Any]]) -> None:
    project, processes = fifty_processes
    flow = compile_document(LONG, source="desk")
    options: Any = {"env": project.env, "plugin_paths": [project.root / "plugins"]}
    with ThreadPoolExecutor(50) as pool:
        results = list(pool.map(lambda number: flow.invoke({"who": f"nr {number}"}, **options), FIFTY))
    check(results, processes)


def test_fifty_flows_in_asyncio_are_as_fifty_processes(fifty_processes: tuple[Project, list[Any]]) -> None:
    project, processes = fifty_processes
    flow = compile_document(LONG, source="desk")
    options: Any = {"env": project.env, "plugin_paths": [project.root / "plugins"]}

    async def fifty() -> list[RunResult]:
        return await asyncio.gather(*(flow.ainvoke({"who": f"nr {number}"}, **options) for number in FIFTY))

    check(asyncio.run(fifty()), processes)


def test_fifty_flows_from_uris_are_as_fifty_processes(fifty_processes: tuple[Project, list[Any]], site: Web) -> None:
    project, processes = fifty_processes
    url = serve(site, LONG, ETag='"1"')
    options: Any = {"env": project.env, "plugin_paths": [project.root / "plugins"]}
    with ThreadPoolExecutor(50) as pool:
        results = list(pool.map(lambda number: run_flow(url, params={"who": f"nr {number}"}, **options), FIFTY))
    check(results, processes)


def test_streams_side_by_side_never_mix(env: dict[str, str]) -> None:
    flow = compile_document(LONG, source="desk")

    async def read(number: int) -> set[str]:
        options: Any = {"env": env, "plugins": [note], "run_id": f"run-{number}"}
        return {event.run_id async for event in flow.astream({"who": f"nr {number}"}, **options)}

    async def ten() -> list[set[str]]:
        return await asyncio.gather(*(read(number) for number in range(10)))

    assert asyncio.run(ten()) == [{f"run-{number}"} for number in range(10)]
