"""`python -m tests.benchmarks` prints the speed table; `crash`, `crash-bundles` and `mutate` run campaigns."""

import argparse
import random
import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

from tests.benchmarks.crash import CrashTest
from tests.benchmarks.crash_bundles import BundleCrashTest
from tests.benchmarks.measuring import table
from tests.benchmarks.mutate import campaign, summary
from tests.benchmarks.speed import rows


def main() -> int:
    """Read which benchmark is wanted, run it, and give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("benchmark", nargs="?", default="speed", choices=("speed", "crash", "crash-bundles", "mutate"))
    parser.add_argument("--instants", type=int, default=200, help="crash, crash-bundles: how many are killed")
    parser.add_argument("--count", type=int, default=2000, help="mutate: how many broken flows are tried")
    parser.add_argument("--seed", type=int, default=1, help="crash…, mutate: the same seed does the same again")
    options = parser.parse_args()
    if options.benchmark == "crash":
        return crash(options.instants, options.seed)
    if options.benchmark == "crash-bundles":
        return crash_bundles(options.instants, options.seed)
    if options.benchmark == "mutate":
        return mutate(options.count, options.seed)
    print(f"{date.today():%Y-%m-%d}, Python {sys.version.partition(' ')[0]}\n\n{table(list(rows()))}")
    return 0


def crash(instants: int, seed: int) -> int:
    """Kill so many runs, print what was found, give 1 if anything was done twice or came out otherwise."""
    chance = random.Random(seed)
    recorded: Counter[str] = Counter()
    repeated = problems = 0
    with tempfile.TemporaryDirectory(prefix="aetherflow-crash-") as folder:
        test = CrashTest(Path(folder))
        for number in range(instants):
            trial = test.trial(f"trial-{number}", chance.uniform(0, test.duration_seconds * 1.05))
            recorded[f"{len(trial.recorded):2} steps done" if trial.was_begun else "nothing recorded"] += 1
            repeated += bool(trial.repeated)
            for problem in trial.problems:
                problems += 1
                print(f"{trial.run_id}, killed after {trial.instant_seconds:.3f} s: {problem}")
    for state, count in sorted(recorded.items()):
        print(f"{count:4} killed with {state}")
    print(f"{instants} runs killed and resumed; the step in flight ran again in {repeated}; {problems} problems")
    return 1 if problems else 0


def crash_bundles(instants: int, seed: int) -> int:
    """Kill so many syncs, print what was found, give 1 if a bundle was ever anything but whole, old or new."""
    chance = random.Random(seed)
    active: Counter[str] = Counter()
    problems = 0
    with tempfile.TemporaryDirectory(prefix="aetherflow-crash-") as folder:
        test = BundleCrashTest(Path(folder))
        for _ in range(instants):
            trial = test.trial(test.instant(chance.random()))
            active["the new bundle" if trial.was_active else "the old bundle"] += 1
            for problem in trial.problems:
                problems += 1
                print(f"killed after {trial.instant_seconds:.3f} s: {problem}")
    for state, count in sorted(active.items()):
        print(f"{count:4} killed with {state} active")
    print(f"{instants} syncs killed; {problems} problems")
    return 1 if problems else 0


def mutate(count: int, seed: int) -> int:
    """Try so many broken flows, print what was found, give 1 if anything went wrong; bad ones are kept."""
    folder = Path(tempfile.mkdtemp(prefix="aetherflow-mutate-"))
    report = campaign(folder, count, seed)
    for problem in report.problems[:20]:
        print(problem)
    for name, value in summary(report).items():
        print(f"{name}: {value}")
    if report.problems:
        print(f"the flows with problems are kept in {folder}")
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
