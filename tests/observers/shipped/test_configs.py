"""What is wrong with the config of a shipped observer is said with what it takes."""

import subprocess
import sys
from typing import Any

import pytest

from aetherflow.core.api import EventType, ObserverPlugin
from aetherflow.core.builtins.observers.json_lines import JsonLinesObserver
from aetherflow.core.builtins.observers.junit import JUnitObserver
from aetherflow.core.builtins.observers.open_telemetry import OpenTelemetryObserver
from aetherflow.core.builtins.observers.prometheus import PrometheusObserver
from aetherflow.core.builtins.observers.webhook import WebhookObserver
from tests.observers.shipped.observed import observe, run
from tests.support.project import Project

_PATH = "the path of a file, relative to the current directory; {flow_id} and {run_id} in it are replaced"
_SECONDS = "a number of seconds, above 0 and at most 3600"
_URL = 'config "url" must be an http:// or https:// URL without credentials'


@pytest.mark.parametrize(
    ("observer", "config", "message"),
    [
        (JUnitObserver, {"pth": "x"}, 'config "pth" is no key; there are: path, log'),
        (JUnitObserver, {}, f'config "path" is missing: {_PATH}'),
        (JUnitObserver, {"path": ""}, f'config "path" must be {_PATH}'),
        (JUnitObserver, {"path": "out/"}, f'config "path" must be {_PATH}'),
        (JUnitObserver, {"path": 3}, f'config "path" must be {_PATH}'),
        (JUnitObserver, {"path": "{flow}.xml"}, f'config "path" must be {_PATH}'),
        (JUnitObserver, {"path": "x", "log": "some"}, 'config "log" must be "failed", "all" or "none"'),
        (JsonLinesObserver, {"path": "x", "mode": "w"}, 'config "mode" must be "append" or "replace"'),
        (
            JsonLinesObserver,
            {"path": "x", "types": ["stp"]},
            f'config "types" must be a list of types of events: {", ".join(EventType)}',
        ),
        (
            PrometheusObserver,
            {"path": "x.txt"},
            f'config "path" must be {_PATH}; it ends in ".prom", for nothing else is collected',
        ),
        (PrometheusObserver, {"path": "x.prom", "every_seconds": 0}, f'config "every_seconds" must be {_SECONDS}'),
        (
            PrometheusObserver,
            {"path": "x.prom", "every_seconds": "1"},
            f'config "every_seconds" must be {_SECONDS}, or null: at the end alone',
        ),
        (OpenTelemetryObserver, {"timeout_seconds": 0}, f'config "timeout_seconds" must be {_SECONDS}'),
        (
            OpenTelemetryObserver,
            {"endpoint": "localhost:4318"},
            'config "endpoint" must be the URL of a collector, such as http://localhost:4318',
        ),
        (WebhookObserver, {"url": "ftp://x/"}, _URL),
        (WebhookObserver, {"url": "https://user:word@x/"}, _URL),
        (WebhookObserver, {"url": "http://[x/"}, _URL),
        (
            WebhookObserver,
            {"url": "http://x/", "headers": {"A": 1}},
            'config "headers" must be a mapping of names of headers to texts',
        ),
        (
            WebhookObserver,
            {"url": "http://x/", "secret": "whsec_?"},
            'config "secret" begins with whsec_, and what follows is no base64',
        ),
        (
            WebhookObserver,
            {"url": "http://x/", "batch_events": 0},
            'config "batch_events" must be a whole number from 1 to 1000',
        ),
    ],
)
def test_a_wrong_config_is_told(observer: type[ObserverPlugin], config: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as raised:
        observer("it", config)
    assert str(raised.value) == message


FLOW = "{flow: {id: f}, jobs: [{id: j, steps: [{id: s, type: log, inputs: {message: x}}]}]}"


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"pth": "x"}, 'error[AF-O111]: observer "it": config "pth" is no key; there are: path, log'),
        (
            {"path": {"env": "NO_SUCH"}},
            'error[AF-O110]: observer "it": the environment variable "NO_SUCH" is not set',
        ),
    ],
)
def test_a_wrong_config_is_told_before_a_run_and_by_validate(
    project: Project, config: dict[str, object], told: str
) -> None:
    observe(project, "JUnitObserver", config)
    refused = run(project, FLOW)
    judged = project.aetherflow("validate", "flow.yaml")
    assert refused.exit_code == judged.exit_code == 2
    assert refused.stderr.splitlines()[:2] == judged.stdout.splitlines()[:2]
    assert refused.stderr.splitlines()[0] == told
    assert refused.stderr.splitlines()[1].startswith(" --> plugins.yaml:")


@pytest.mark.parametrize(
    ("module", "config", "marked"),
    [
        ("JUnitObserver", "{path: x, lgo: all}", "lgo"),
        ("JUnitObserver", "{path: x, log: some}", "some"),
        ("JsonLinesObserver", "{path: x, types: [stp]}", "[stp]"),
        ("WebhookObserver", "{retries: 3}", "{retries: 3}"),
    ],
)
def test_a_wrong_config_is_marked_at_its_key(project: Project, module: str, config: str, marked: str) -> None:
    project.write("flow.yaml", FLOW)
    line = f"plugins: [{{id: it, module: {module}, config: {config}}}]"
    project.write("plugins.yaml", f"{line}\n")
    told = project.aetherflow("validate", "flow.yaml").stdout.splitlines()
    caret = next(text for text in told if "^" in text).partition("| ")[2]
    assert line[caret.index("^") :].startswith(marked)
    assert caret.count("^") == len(marked)


def test_a_config_gets_variables_of_env_files_too(project: Project) -> None:
    observe(project, "JUnitObserver", {"path": {"env": "REPORT", "prefix": "out/"}})
    project.write("my.env", "REPORT=report.xml\n")
    assert run(project, FLOW, AETHERFLOW_ENV_FILES_JSON='["my.env"]').exit_code == 0
    assert "<testsuites" in project.read("out/report.xml")


@pytest.mark.parametrize(
    ("module", "name", "config", "message"),
    [
        (
            "prometheus",
            "PrometheusObserver",
            {"path": "x.prom"},
            "prometheus-client is not installed: pip install 'aetherflow[metrics]'",
        ),
        (
            "open_telemetry",
            "OpenTelemetryObserver",
            {},
            "opentelemetry-sdk is not installed: pip install 'aetherflow[otel]'",
        ),
        ("webhook", "WebhookObserver", {"url": "http://x/"}, "httpx is not installed: pip install 'aetherflow[http]'"),
    ],
)
def test_a_missing_library_is_named_with_the_extra_that_brings_it(
    module: str, name: str, config: dict[str, str], message: str
) -> None:
    program = f"""
import sys
from importlib.machinery import PathFinder

class Without:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("prometheus_client", "opentelemetry", "httpx"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Without())
from aetherflow.core.builtins.observers.{module} import {name}
try:
    {name}("it", {config!r})
except ModuleNotFoundError as error:
    print(error)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == message


def test_nothing_heavy_is_imported_before_it_is_wanted() -> None:
    program = """
import sys
from aetherflow.core.builtins.observers import json_lines, junit, open_telemetry, prometheus, webhook
print(sorted({name.partition(".")[0] for name in sys.modules} & {"httpx", "opentelemetry", "prometheus_client", "xml"}))
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
