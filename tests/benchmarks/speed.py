"""The speed table: what AetherFlow takes, as ratios to reference programs in the same run."""

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.benchmarks import flows
from tests.benchmarks.database_rows import extracted_rows
from tests.benchmarks.measuring import Comparison, Row, compare, seconds_of
from tests.benchmarks.observers import ObservedRuns
from tests.benchmarks.plugins import write_plugins
from tests.benchmarks.reference import IMPORTS, just_program, load_yaml, run_quietly
from tests.benchmarks.step_commits import StepRuns
from tests.support.project import COMMAND, clean_environment


class Workbench:
    """A folder to measure in; its environment lets Python keep its compiled files, as installed programs do."""

    def __init__(self, folder: Path, env: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.env: Mapping[str, str] = {**clean_environment(folder), **(env or {})}

    def write(self, name: str, text: str) -> Path:
        """Write a file into the folder."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def seconds(self, *command: str) -> float:
        """Give the seconds that a command takes, from its start to its end."""
        return seconds_of(lambda: run_quietly(command, self.folder, self.env))


def cold_run(bench: Workbench) -> Row:
    """Compare a flow of one step with importing the libraries."""
    flow = bench.write("one.yaml", flows.one_step())
    measured = compare(lambda: bench.seconds(COMMAND, "run", str(flow)), lambda: bench.seconds(*IMPORTS), pairs=15)
    return Row("`run` of a one-step flow, cold", "`import typer, yaml, sqlite3`", 2.0, measured, "ms")


def thousand_processes(bench: Workbench) -> Row:
    """Compare 1,000 durable steps of `/bin/true` with 1,000 recipes of just."""
    flow = bench.write("true.yaml", flows.true_steps(1000))
    bench.write("justfile", flows.justfile(1000))
    just = just_program()
    measured = compare(lambda: bench.seconds(COMMAND, "run", str(flow)), lambda: bench.seconds(just, "all"), pairs=5)
    return Row("`run` of 1,000 steps of `/bin/true`", "`just all`", 1.0, measured)


def plugin_steps(bench: Workbench) -> Iterator[Row]:
    """Compare in-process steps with bare commits of their rows, and 10,000 of them with 1,000."""
    runs = StepRuns(bench.folder, bench.env)
    measured = compare(lambda: runs.run_steps(10_000), runs.commit_rows, pairs=3)
    yield Row("10,000 plugin steps, per step", "one commit of the same row", 2.0, measured, "µs")
    measured = compare(lambda: runs.run_steps(10_000), lambda: runs.run_steps(1_000), pairs=3)
    yield Row("10,000 plugin steps, per step: flat", "1,000 steps, per step", 1.1, measured, "µs")


def large_validation(bench: Workbench) -> Row:
    """Compare the validation of 20,000 steps with loading the file."""
    flow = bench.write("large.yaml", flows.large_flow(20_000))
    measured: Comparison = compare(
        lambda: bench.seconds(COMMAND, "validate", str(flow)), lambda: bench.seconds(*load_yaml(flow)), pairs=5
    )
    return Row("`validate` of 20,000 steps", "`yaml.load(CSafeLoader)`, gc off", 1.5, measured)


def plugin_listing(bench: Workbench) -> Row:
    """Compare the listing of 50 plugins, whose files the index knows, with the shortest command and 15 ms."""
    plugins = write_plugins(bench.folder / "plugins", 50)
    listing = Workbench(bench.folder, {"AETHERFLOW_PLUGIN_PATHS": ",".join(map(str, plugins))})
    for _ in range(2):
        listing.seconds(COMMAND, "plugins", "list")
        time.sleep(2.1)  # nothing vouches for files that are younger than that
    measured = compare(
        lambda: listing.seconds(COMMAND, "plugins", "list"),
        lambda: listing.seconds(COMMAND, "--version") + 0.015,
        pairs=25,
    )
    return Row("`plugins list`, 50 plugins, warm index", "`--version` + 15 ms", 1.0, measured, "ms")


def observed_steps(bench: Workbench) -> Row:
    """Compare a run that five observers are told of with the same run alone: 2,000 plugin steps, 10,000 events."""
    runs = ObservedRuns(bench.folder, bench.env)
    measured = compare(runs.with_observers, runs.without, pairs=9)
    return Row("10,000 events to 5 observers", "2,000 plugin steps alone", 1.2, measured)


def rows() -> Iterator[Row]:
    """Measure every row of the table."""
    with tempfile.TemporaryDirectory(prefix="aetherflow-speed-") as folder:
        bench = Workbench(Path(folder))
        print("measuring: about three minutes on two cores", file=sys.stderr)
        yield cold_run(bench)
        yield thousand_processes(bench)
        yield from plugin_steps(bench)
        yield large_validation(bench)
        yield plugin_listing(bench)
        yield observed_steps(bench)
        yield from extracted_rows(bench.folder)
