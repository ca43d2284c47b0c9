"""A machine of another kind: a package is missing, nobody may do everything, a disk is small, time is short."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from tests.docs_blocks import in_child
from tests.docs_blocks.around import Replaced
from tests.docs_blocks.served import Folder


@contextmanager
def without(folder: Folder, package: str) -> Iterator[Replaced]:
    """Be an installation that lacks a package."""
    folder.at_start.append(partial(in_child.lack, package))
    yield {}


@contextmanager
def soon_tired_of_silence(folder: Folder, seconds: str, told: str, others: str) -> Iterator[Replaced]:
    """Wait only so long for a web server, and say the other words where the example tells of a longer time."""
    folder.at_start.append(partial(in_child.soon_tire_of_silence, float(seconds)))
    yield {told: others}


@contextmanager
def giving_bundles(folder: Folder, limit: str, most: str, told: str, others: str) -> Iterator[Replaced]:
    """Give the fetching of a bundle less than it has, and say the other words where the example tells of more."""
    folder.at_start.append(partial(in_child.give_bundles, limit, int(most) if most.isdigit() else float(most)))
    yield {told: others}


@contextmanager
def giving_plugins(folder: Folder, seconds: str) -> Iterator[Replaced]:
    """Give the import of a plugin only so long."""
    folder.at_start.append(partial(in_child.give_plugins, float(seconds)))
    yield {}


@contextmanager
def obeying(folder: Folder) -> Iterator[Replaced]:
    """Be a user who may do what the rights of files say, and no more: root may do all."""
    folder.at_start.append(in_child.be_nobody_special)
    yield {}


@contextmanager
def with_small_disk(folder: Folder, place: str, options: str) -> Iterator[Replaced]:
    """Have an empty disk, as small as tmpfs is told to be, at a place beside the folder of flows."""
    if not _may_mount(folder):
        pytest.skip("this system lets nobody have a disk of their own")
    folder.at_start.append(partial(in_child.have_small_disk, str(folder.above / place), options))
    yield {}


@contextmanager
def in_place_of(folder: Folder, words: str, others: str) -> Iterator[Replaced]:
    """Have a folder of the test where the example names one of the whole machine."""
    yield {words: str(folder.above / others)}


@contextmanager
def hiding(folder: Folder, package: str) -> Iterator[Replaced]:
    """Be an installation without a package, for processes that the command starts too."""
    hidden = folder.above / "hidden"
    hidden.mkdir()
    (hidden / f"{package}.py").write_text(f"raise ModuleNotFoundError('no', name={package!r})\n")
    folder.env["PYTHONPATH"] = str(hidden)
    folder.is_served = False  # a new interpreter reads that variable
    yield {}


def _may_mount(folder: Folder) -> bool:
    become_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    mount = ["mount", "-t", "tmpfs", "none", str(folder.above)]  # seen by that process alone
    return (
        subprocess.run(["unshare", *become_root, "--mount", *mount], capture_output=True, check=False).returncode == 0
    )
