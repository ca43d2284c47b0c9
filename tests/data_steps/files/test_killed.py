"""kill -9 in the middle of each kind of transfer, then a resume: no half file, and nothing done twice."""

import json
import os
import random
import resource
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast, get_args

import pytest

from aetherflow.core.api import StepContext, StepFailed
from aetherflow.core.builtins.files.manifest import Done, Line, Manifest
from tests.data_steps.files.place import OLD, Job, content, fill, read
from tests.support.project import REPOSITORY, Project, kill_tree
from tests.support.sftp_server import PASSWORD, USER, SftpServer, written

NAMES = tuple(f"{'sub/' if number % 3 == 0 else ''}file-{number}.bin" for number in range(12))
SIZE = 300_000

FLOW = """\
version: 1
flow: {id: killed}
resources:
  server:
    kind: files
    driver: sftp
    config: {host: 127.0.0.1, port: "{{env.SFTP_PORT}}", username: deploy, password: "{{env.SFTP_PASSWORD}}", root: /}
    options: {host_key: "{{env.SFTP_HOST_KEY}}", timeout_seconds: 20}
jobs:
  - id: move
    steps:
      - {id: move, type: STEP, inputs: INPUTS}
"""
INPUTS = {
    "files_download": "{resource: server, folder: in, recursive: true, parallel: 3}",
    "files_upload": "{resource: server, folder: '{{env.OUT}}', recursive: true, to: '{{env.ROUND}}', parallel: 3}",
    "files_copy": "{resource: server, folder: in, recursive: true, to: '{{env.ROUND}}', parallel: 3}",
    "files_delete": "{resource: server, folder: '{{env.ROUND}}', pattern: '*', recursive: true, parallel: 3}",
}
WHOLE = {name: content(name, SIZE) for name in NAMES}


class Rounds:
    """Runs of one flow, each killed at another instant of what the server sees of it."""

    def __init__(self, project: Project, server: SftpServer, step: str) -> None:
        self.project, self.server, self.step = project, server, step
        self.flow = project.write("flow.yaml", FLOW.replace("STEP", step).replace("INPUTS", INPUTS[step]))
        fill(server.root / "in", *NAMES, size=SIZE)
        fill(project.root / "out", *NAMES, size=SIZE)
        for folder in (server.root / "in", project.root / "out"):
            for path in folder.rglob("*.bin"):
                os.utime(path, (OLD, OLD))
        self.calls = 0
        self.last_call: int | None = None
        self.process: Any = None
        self._lock = threading.Lock()
        behaviour = server.behaviour
        behaviour.on_read = behaviour.on_write = behaviour.on_remove = self._called

    def _called(self, _where: object) -> None:
        time.sleep(0.001)
        with self._lock:
            self.calls += 1
            if self.calls == self.last_call:
                kill_tree(self.process)
        if self.last_call is not None and self.calls > self.last_call:
            raise OSError(5, "the client is gone")  # what was still on its way shall not count

    def environment(self, name: str) -> dict[str, str]:
        port, key = str(self.server.port), written(self.server.host_key)
        ours = {"SFTP_PORT": port, "SFTP_PASSWORD": PASSWORD, "SFTP_HOST_KEY": key}
        return {**ours, "ROUND": name, "OUT": str(self.project.root / "out")}

    def prepared(self, name: str) -> None:
        if self.step == "files_delete":
            fill(self.server.root / name, *NAMES, size=SIZE)
            for path in (self.server.root / name).rglob("*.bin"):
                os.utime(path, (OLD, OLD))

    def undisturbed(self) -> int:
        """Run to the end, and give how many calls the server sees."""
        self.prepared("undisturbed")
        outcome = self.project.aetherflow(
            "run", self.flow, "--run-id", "undisturbed", **self.environment("undisturbed")
        )
        assert outcome.exit_code == 0, outcome.stderr
        assert self.arrived("undisturbed") == self.wanted()
        return self.calls

    def killed(self, name: str, call: int) -> None:
        self.prepared(name)
        with self._lock:
            self.calls = 0
            self.process = self.project.start("run", self.flow, "--run-id", name, **self.environment(name))
            self.last_call = call
        _, errors = self.process.communicate(timeout=60)
        assert self.calls >= call, errors
        self.server.behaviour.drop()
        time.sleep(0.05)
        self.last_call = None

    def resumed(self, name: str) -> Any:
        outcome = self.project.aetherflow("runs", "resume", name, "--json", **self.environment(name))
        assert outcome.exit_code == 0, outcome.stderr + outcome.stdout
        return outcome.json["jobs"]["move"]["steps"]["move"]["outputs"]

    def folder(self, name: str) -> Path:
        """Give the folder that the files go to, or go from."""
        if self.step == "files_download":
            return self.project.root / "work/killed/move" / name / "artifacts"
        return self.server.root / name

    def arrived(self, name: str) -> dict[str, bytes]:
        return read(self.folder(name)) if self.folder(name).exists() else {}

    def wanted(self) -> dict[str, bytes]:
        return {} if self.step == "files_delete" else WHOLE

    def recorded(self, name: str) -> set[str]:
        """Give what the manifest says was done."""
        found: set[str] = set()
        for path in (self.project.root / "work/killed/move" / name / "manifests").glob("*.jsonl"):
            for line in path.read_bytes().splitlines(keepends=True):
                values = json.loads(line) if line.endswith(b"\n") else {}
                if values.get("line") in ("done", "removed"):
                    found.add(values["path"].removeprefix(f"{self.project.root}/out/"))
        return found

    def done_since(self, name: str) -> list[str]:
        """Give what the server was asked to do, since it was last asked here, as the manifest would say it."""
        behaviour = self.server.behaviour
        seen = {
            "files_download": [path.removeprefix("/") for path in behaviour.opened],
            "files_copy": [path.removeprefix("/") for path in behaviour.opened],
            "files_upload": [path.removeprefix(f"/{name}/") for path in behaviour.renamed],
            "files_delete": [path.removeprefix("/") for path in behaviour.removed],
        }[self.step]
        for log in (behaviour.opened, behaviour.renamed, behaviour.removed):
            log.clear()
        return seen


@pytest.fixture
def chance() -> Iterator[random.Random]:
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")  # pytest shows it where the test fails
    yield random.Random(seed)


@pytest.mark.parametrize("step", sorted(INPUTS))
def test_after_a_kill_no_half_file_is_seen_and_nothing_recorded_is_done_again(
    project: Project, server: SftpServer, step: str, chance: random.Random, instants: Callable[[int, int], int]
) -> None:
    assert USER == "deploy"
    rounds = Rounds(project, server, step)
    calls = rounds.undisturbed()
    kills = instants(5, 15)
    for number in range(kills):
        name = f"round-{number}"
        rounds.done_since(name)
        rounds.killed(name, 1 + int(calls * (number + chance.random()) / kills))
        visible = {path: data for path, data in rounds.arrived(name).items() if not path.endswith(".part")}
        assert visible.items() <= WHOLE.items()
        recorded = rounds.recorded(name)
        first = rounds.done_since(name)
        assert len(first) == len(set(first))
        outputs = rounds.resumed(name)
        again = rounds.done_since(name)
        assert recorded.isdisjoint(again), (recorded, again)
        assert len(again) == len(set(again))
        assert rounds.arrived(name) == rounds.wanted()
        assert rounds.recorded(name) >= recorded
        if step != "files_delete":
            assert (outputs["count"], outputs["resumed"]) == (len(NAMES), len(recorded))
        else:
            assert outputs["count"] + len(outputs["gone"]) == len(NAMES)
            assert outputs["changed"] == []


def test_the_docs_name_every_line_of_a_manifest_and_all_that_it_has() -> None:
    page = (REPOSITORY / "docs/files.md").read_text(encoding="utf-8")
    for kind in get_args(Line):
        fields = ", ".join(f"`{field}`" for field in kind.__struct_fields__)
        assert f"| `{kind.__struct_config__.tag}` | {fields} |".replace("|  |", "| |") in page


def test_a_manifest_that_ends_in_the_middle_of_a_line_is_gone_on_with(job: Any, served: Path) -> None:
    fill(served, "a", "b")
    got = job.download(resource="server")
    manifest = Path(got["manifest"])
    lines = manifest.read_bytes().splitlines(keepends=True)
    manifest.write_bytes(b"".join(lines[:-1]) + lines[-1][:20])
    again = job.download(resource="server")
    assert (again["transferred"], again["resumed"]) == (1, 1)
    assert job.download(resource="server")["resumed"] == 2


def test_a_line_that_the_disk_has_no_room_for_does_not_spoil_the_next(job: Job) -> None:
    done = [Done(f"{number}", f"{number}", 1, "0" * 64) for number in range(3)]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Manifest(cast("StepContext", job), "files_download", {}) as manifest:
        manifest.add(done[0])
        resource.setrlimit(resource.RLIMIT_FSIZE, (manifest.path.stat().st_size + 20, before[1]))
        try:
            with pytest.raises(StepFailed, match="file too large"):
                manifest.add(done[1])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        manifest.add(done[2])
    with Manifest(cast("StepContext", job), "files_download", {}) as manifest:
        assert manifest.lines == [done[0], done[2]]


def test_a_thread_that_was_left_behind_writes_into_nobody_elses_file(job: Job, tmp_path: Path) -> None:
    with Manifest(cast("StepContext", job), "files_download", {}) as manifest:
        pass
    with (tmp_path / "other").open("wb", buffering=0) as other:  # which has the number that the manifest had
        with pytest.raises(StepFailed):
            manifest.add(Done("a", "a", 1, "0" * 64))
        assert other.tell() == 0
    assert (tmp_path / "other").read_bytes() == b""


def test_other_inputs_begin_anew(job: Any, served: Path) -> None:
    fill(served, "in/a", "other/a")
    job.download(resource="server", folder="in")
    assert job.download(resource="server", folder="other")["transferred"] == 1
    assert (job.artifacts_dir / "a").read_bytes() == content("other/a")


def test_what_has_changed_on_either_side_is_downloaded_again(job: Any, served: Path) -> None:
    fill(served, "a", "b", "c")
    job.download(resource="server")
    (served / "a").write_bytes(b"newer")
    (job.artifacts_dir / "b").write_bytes(b"spoilt")
    (served / "c").unlink()
    got = job.download(resource="server")
    assert (got["count"], got["transferred"], got["resumed"]) == (3, 2, 1)
    assert read(job.artifacts_dir) == {"a": b"newer", "b": content("b"), "c": content("c")}


def test_what_somebody_has_taken_from_the_server_is_not_uploaded_again(job: Any, served: Path) -> None:
    fill(job.artifacts_dir, "a", "b")
    job.upload(resource="server", to="in")
    (served / "in/a").unlink()
    (job.artifacts_dir / "b").write_bytes(b"newer")
    again = job.upload(resource="server", to="in")
    assert (again["count"], again["transferred"], again["resumed"]) == (2, 1, 1)
    assert read(served) == {"in/b": b"newer"}
