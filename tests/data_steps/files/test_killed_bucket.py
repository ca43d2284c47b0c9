"""kill -9 while files go into a bucket, then a resume: no object is seen that is not whole."""

import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.data_steps.files.conftest import BUCKET
from tests.data_steps.files.place import fill
from tests.support.project import Project, kill_tree
from tests.support.s3_server import KEY, SECRET

NAMES = tuple(f"file-{number}.bin" for number in range(24))
LARGE = 9_000_000  # more than one piece

FLOW = """
version: 1
flow: {id: fill}
resources:
  bucket:
    kind: files
    driver: fs
    config: {protocol: s3, root: incoming, endpoint_url: "{{env.URL}}", key: "{{env.KEY}}", secret: "{{env.SIGN}}"}
jobs:
  - id: fill
    steps:
      - {id: fill, type: files_upload, inputs: {resource: bucket, folder: "{{env.OUT}}", to: "{{run_id}}", parallel: 2}}
"""


@pytest.fixture
def whole(project: Project) -> dict[str, bytes]:
    files = fill(project.root / "out", *NAMES, size=200_000)
    return files | fill(project.root / "out", "large.bin", size=LARGE)


def objects(bucket: Any, run: str) -> dict[str, bytes]:
    """Give what everybody sees."""
    found = bucket.list_objects_v2(Bucket=BUCKET, Prefix=f"{run}/", MaxKeys=1000).get("Contents", ())
    return {
        item["Key"].removeprefix(f"{run}/"): bucket.get_object(Bucket=BUCKET, Key=item["Key"])["Body"].read()
        for item in found
    }


def test_after_a_kill_no_half_object_is_seen_and_a_resume_ends_the_rest(
    project: Project, bucket: Any, s3_endpoint: str, whole: dict[str, bytes], instants: Callable[[int, int], int]
) -> None:
    env = {"URL": s3_endpoint, "KEY": KEY, "SIGN": SECRET, "OUT": str(project.root / "out")}
    flow = project.write("flow.yaml", FLOW)
    began = time.monotonic()
    assert project.aetherflow("run", flow, "--run-id", "undisturbed", process="new", **env).exit_code == 0
    duration = time.monotonic() - began
    assert objects(bucket, "undisturbed") == whole
    chance, kills = random.Random(), instants(3, 6)
    for number in range(kills):
        run = f"round-{number}"
        process = project.start("run", flow, "--run-id", run, **env)
        time.sleep(duration * (0.3 + 0.6 * (number + chance.random()) / kills))
        kill_tree(process)
        process.communicate()
        assert objects(bucket, run).items() <= whole.items()
        manifests = list((project.root / "work/fill/fill" / run / "manifests").glob("*.jsonl"))
        recorded = sum(path.read_text().count('{"line":"done"') for path in manifests)
        how = ("runs", "resume", run) if manifests else ("run", flow, "--run-id", f"{run}-anew")
        outcome = project.aetherflow(*how, "--json", **env)
        assert outcome.exit_code == 0, outcome.stderr
        outputs = outcome.json["jobs"]["fill"]["steps"]["fill"]["outputs"]
        was_over = recorded == len(whole) and outputs["transferred"] == recorded  # the step itself was on record
        assert (outputs["count"], outputs["resumed"]) == (len(whole), 0 if was_over else recorded)
        assert objects(bucket, outcome.json["run_id"]) == whole
