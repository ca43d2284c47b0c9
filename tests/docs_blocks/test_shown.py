"""What pages only show, a folder, a table, the form of a JSON result, is held against the real thing."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.docs_blocks.frames import FLOW, MANIFEST, SMALL_FLOW, SMALL_PLUGIN
from tests.docs_blocks.page_blocks import PageBlock, page_blocks
from tests.docs_blocks.served import Folder
from tests.support.project import REPOSITORY

GIT = "git init -q -b main {0} && git -C {0} add . && git -C {0} -c user.name=a -c user.email=a commit -q -m first"
KEY = re.compile(r'"(\w+)"(?=\s*:)')
HELD_LOCK = """\
version: 1
flow: {id: load}
jobs:
  - id: load
    steps:
      - id: merge
        type: with_lock
        inputs:
          lock_key: warehouse/orders
          step:
            type: external.process
            inputs: {command: aetherflow locks list > "$AETHERFLOW_FLOW_DIR/held", shell: true}
"""
FAILS = """\
version: 1
flow: {id: daily}
params: {day: {type: string}}
jobs:
  - id: extract
    steps:
      - id: pull
        type: external.process
        inputs: {command: [echo, "3"], parse: json}
        outputs: {rows: "{{result.value}}"}
  - id: load
    depends_on: [extract]
    steps:
      - id: copy
        type: external.process
        retry: {max_attempts: 3, backoff_seconds: 0}
        inputs: {command: "exit 3", shell: true}
"""


def layers(shown: str, folder: Folder) -> None:
    """Every folder and module of the layers is there, and every folder of the core is told."""
    lines = [line.split()[0] for line in shown.splitlines()]
    package = REPOSITORY / "aetherflow"
    below = [name for line in shown.splitlines() for name in re.findall(r"\w+/|api\.py", line)]
    assert [name for name in below if not any((at / name).exists() for at in (package, package / "core"))] == []
    real = {path.name + "/" for path in (package / "core").iterdir() if (path / "__init__.py").is_file()}
    assert real - set(below) == set()
    assert lines[0] == "__main__"


def store(shown: str, folder: Folder) -> None:
    """Each place of the cache of a bundle is there once it was fetched, and there is no other."""
    folder.write(
        {
            MANIFEST: "version: 1\nbundle: {id: orders, source: {type: filesystem, location: ./orders}}\n",
            "orders/flows/main.yaml": SMALL_FLOW,
        }
    )
    assert folder.line(f"aetherflow bundle sync --bundle-manifest {MANIFEST}").exit_code == 0
    assert folder.line(f"aetherflow run flows/main.yaml --bundle-manifest {MANIFEST}").exit_code == 0
    kept = folder.above / "state/bundles/orders"
    names = [line.split()[0] for line in shown.splitlines()[1:]]
    assert [name for name in names if not any(kept.glob(re.sub("<.*?>", "*", name.rstrip("/"))))] == []
    assert {path.name for path in kept.iterdir()} == {name.split("/")[0] for name in names}


def status(shown: str, folder: Folder) -> None:
    """`bundle status --json` of a repository has these keys."""
    folder.write(
        {
            MANIFEST: "version: 1\nbundle: {id: orders, source: {type: git, location: ./orders, ref: main}}\n",
            "orders/flows/main.yaml": SMALL_FLOW,
        }
    )
    folder.line(GIT.format("orders"))
    folder.line(f"aetherflow bundle sync --bundle-manifest {MANIFEST}")
    real = json.loads(folder.line(f"aetherflow bundle status --bundle-manifest {MANIFEST} --json").said)
    assert shape(json.loads(shown)) == shape(real)


def event(shown: str, folder: Folder) -> None:
    """The command prints such lines: the keys that are shown, in that order."""
    command, line = shown.splitlines()
    folder.write({FLOW: SMALL_FLOW})
    folder.line(f"aetherflow run {FLOW} --run-id first")
    real = KEY.findall(folder.line(command.removeprefix("$ ")).said.splitlines()[0])
    assert in_order(KEY.findall(line), real), real


def lock_table(shown: str, folder: Folder) -> None:
    """While a lock is held, the table has these columns, and names the key, the holder and the run so."""
    folder.write({FLOW: HELD_LOCK})
    folder.line(f"aetherflow run {FLOW} --run-id 20260131-020000-5f1c2a")
    real = [
        re.split(r" {2,}", line.strip()) for line in (folder.root / "held").read_text(encoding="utf-8").splitlines()
    ]
    heads, row = (re.split(r" {2,}", line.strip()) for line in shown.splitlines())
    assert real[0] == heads
    assert (real[1][:3], len(real[1])) == (row[:3], len(row))


def shown_run(shown: str, folder: Folder) -> None:
    """`runs show` of such a run says these things in this order."""
    folder.write({FLOW: FAILS, "audit/steps.py": SMALL_PLUGIN, "audit/aetherflow-plugin.yaml": 'version: "1.2.0"\n'})
    folder.env["AETHERFLOW_PLUGIN_PATHS"] = "audit"
    folder.line(f"aetherflow run {FLOW} --run-id 20260131-060000-1f2e3d --param day=monday")
    command, *lines = shown.splitlines()
    real = folder.line(command.removeprefix("$ ")).said
    assert in_order([words(line) for line in lines if line], [words(line) for line in real.splitlines()]), real


def listing(shown: str, folder: Folder) -> None:
    """`plugins list --json` has these fields, at least."""
    folder.write({f"{name}/steps.py": SMALL_PLUGIN for name in ("one", "two")})
    listed = "aetherflow plugins list --json --plugin-path one --plugin-path two 2>/dev/null"
    real = [folder.line(line).said for line in (listed, f"AETHERFLOW_MODE=enterprise {listed}")]
    wanted = json.loads(re.sub(r'"(\w+)"(?!\s*:)', r'"\1": 0', shown))
    assert shape(wanted) - {path for each in real for path in shape(json.loads(each))} == set()


def drift(shown: str, folder: Folder) -> None:
    """`plugins sync --check --json` has these fields, at least, where a plugin has changed."""
    folder.write({"orders/steps.py": SMALL_PLUGIN})
    folder.line("aetherflow plugins sync --plugin-path orders")
    folder.write({"orders/steps.py": SMALL_PLUGIN + "# more\n"})
    real = json.loads(folder.line("aetherflow plugins sync --check --json --plugin-path orders 2>/dev/null").said)
    wanted = {path for path in shape(json.loads(shown)) if "…" not in path}
    assert wanted - shape(real) == set()


def shape(value: Any, path: str = "") -> set[str]:
    """Give the paths of all keys of a JSON value; items of a list count as one."""
    if isinstance(value, list):
        return {found for item in value for found in shape(item, f"{path}[]")}
    if not isinstance(value, dict):
        return set()
    return {f"{path}.{key}" for key in value} | {
        found for key, item in value.items() for found in shape(item, f"{path}.{key}")
    }


def in_order(wanted: list[str], real: list[str]) -> bool:
    """Tell whether all that is wanted stands among what is real, in the same order."""
    rest = iter(real)
    return all(any(each == other for other in rest) for each in wanted)


def words(line: str) -> str:
    """Give the words of a line that are the same in every run: not the values behind a label, nor times."""
    label = re.match(r"  (\w+|param \w+|plugin \w+) {2,}", line)
    return label[1] if label else re.sub(r"\d+(\.\d+)?(ms|s|min)|(?<=code 3): .*", "", line).strip()


def switches(shown: str, folder: Folder) -> None:
    """The file of the local switches looks so when these things were switched and set."""
    folder.write({"orders/steps.py": SMALL_PLUGIN, "mailer/steps.py": SMALL_PLUGIN.replace("load_orders", "mail")})
    paths = "--plugin-path orders --plugin-path mailer"
    folder.line(f"aetherflow plugins disable orders {paths}")
    folder.line(f"aetherflow plugins config set mailer 'to=[ann@example.com]' {paths}")
    assert json.loads(shown) == json.loads((folder.above / "state/plugins.json").read_text(encoding="utf-8"))


#: By page, language and number among the blocks of that language.
SHOWN: dict[tuple[str, str, int], Callable[[str, Folder], None]] = {
    ("CONTRIBUTING.md", "text", 1): layers,
    ("docs/bundles/cache.md", "text", 1): store,
    ("docs/bundles/cache.md", "json", 1): status,
    ("docs/events.md", "text", 1): event,
    ("docs/locks.md", "text", 1): lock_table,
    ("docs/plugins/listing.md", "text", 1): listing,
    ("docs/plugins/lock.md", "json", 1): drift,
    ("docs/plugins/switches.md", "json", 1): switches,
    ("docs/runs.md", "text", 1): shown_run,
}


@pytest.mark.parametrize(
    "each",
    [block for block in page_blocks() if block.place in SHOWN],
    ids=lambda each: f"{each.page}:{each.block.line}",
)
def test_what_a_page_shows_is_so(each: PageBlock, tmp_path: Path) -> None:
    SHOWN[each.place](each.block.text, Folder(tmp_path))
