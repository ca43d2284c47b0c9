"""Several runs in one process: code runs once for as long as it is the same code."""

from pathlib import Path
from typing import Any

from aetherflow.core.api import run_flow
from tests.plugin_runs.plugins import flow_of, write_plugin
from tests.support.project import clean_environment

COUNTING = """
import sys
from aetherflow.core.api import register_step

sys.counted = getattr(sys, "counted", 0) + 1

@register_step("count")
def count(ctx, inputs):
    return {"word": "one", "imports": sys.counted}
"""


def outputs(folder: Path, **given: Any) -> dict[str, Any]:
    """Run the flow and give what its step gave."""
    result = run_flow(folder / "flow.yaml", plugin_paths=[folder / "plugins"], env=clean_environment(folder), **given)
    return dict(result.jobs["main"].steps["s0"].outputs)


def test_a_second_run_has_the_same_step_types_and_imports_nothing_again(tmp_path: Path) -> None:
    write_plugin(tmp_path / "plugins", counting=COUNTING)
    (tmp_path / "flow.yaml").write_text(flow_of("count"))
    first = outputs(tmp_path)
    assert outputs(tmp_path) == first


def test_an_edited_plugin_is_another_one(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path / "plugins", counting=COUNTING)
    (tmp_path / "flow.yaml").write_text(flow_of("count"))
    first = outputs(tmp_path)
    write_plugin(folder, counting=COUNTING.replace('"one"', '"two"'))
    second = outputs(tmp_path)
    assert (first["word"], second["word"]) == ("one", "two")
    assert second["imports"] == first["imports"] + 1
    write_plugin(folder, counting=COUNTING)
    assert outputs(tmp_path) == {"word": "one", "imports": second["imports"]}
