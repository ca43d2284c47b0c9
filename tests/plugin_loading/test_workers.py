"""A spawned worker process knows the plugins of the process that started it."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from aetherflow.core.plugins.loading.worker import call_in_worker, mount_in_worker, worker_plugins
from tests.plugin_loading.plugin_files import load_files, module, write

FILES = {
    "steps.py": """
        from dataclasses import dataclass
        import util

        print("noise of an import")

        @dataclass
        class Order:
            number: int

        def double(order):
            from util import twice
            return Order(twice(order.number))

        def code():
            return Order.__module__, util.WHERE
    """,
    "util.py": "WHERE = 'hashed'\ndef twice(number): return 2 * number\n",
}
SPAWN = multiprocessing.get_context("spawn")


def test_a_call_of_a_plugins_function_runs_in_a_spawned_process_from_the_hashed_bytes(tmp_path: Path) -> None:
    steps = module(load_files(tmp_path, FILES), "steps")
    write(tmp_path, {"util.py": "raise SystemError('this was not hashed')\n"})
    with ProcessPoolExecutor(1, mp_context=SPAWN) as pool:
        assert pool.submit(call_in_worker(steps.double, steps.Order(4))).result() == steps.Order(8)
        assert pool.submit(call_in_worker(steps.code)).result() == (steps.__name__, "hashed")


def test_a_pool_that_is_told_of_the_plugins_takes_their_functions(tmp_path: Path) -> None:
    steps = module(load_files(tmp_path, FILES), "steps")
    with ProcessPoolExecutor(1, mp_context=SPAWN, initializer=mount_in_worker, initargs=(worker_plugins(),)) as pool:
        assert list(pool.map(steps.double, [steps.Order(1), steps.Order(2)])) == [steps.Order(2), steps.Order(4)]


def test_what_a_plugin_prints_in_a_worker_goes_to_stderr(tmp_path: Path, capfd: object) -> None:
    steps = module(load_files(tmp_path, FILES), "steps")
    process = SPAWN.Process(target=call_in_worker(steps.code))
    process.start()
    process.join()
    out, err = capfd.readouterr()  # type: ignore[attr-defined]
    assert (process.exitcode, out, "noise of an import" in err) == (0, "", True)
