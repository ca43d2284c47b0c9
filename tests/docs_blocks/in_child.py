"""What makes of the child that runs a command one of another machine: less is installed, allowed, or free on its disk.

Nothing of this is seen by the process of the tests. Imports are deferred: every child would pay for them.
"""

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace


def lack(package: str) -> None:
    """Be an installation without a package."""
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]
    sys.modules[package] = None  # type: ignore[assignment]  # what the import system takes for "there is none"


def be_nobody_special() -> None:
    """Obey the rights of files even as root, here and in what is started from here."""
    import ctypes

    if os.geteuid() != 0:
        return
    system = ctypes.CDLL(None, use_errno=True)
    _done(system.prctl(38, 1, 0, 0, 0))  # PR_SET_NO_NEW_PRIVS
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this thread
    _done(system.capset(header, (ctypes.c_uint32 * 6)()))


def have_small_disk(folder: str, options: str) -> None:
    """Mount an empty disk, as small as tmpfs is told to be; nobody else sees it, and it goes with the process."""
    import ctypes

    system = ctypes.CDLL(None, use_errno=True)
    Path(folder).mkdir(parents=True, exist_ok=True)
    user, group = os.geteuid(), os.getegid()
    new_mounts, new_user = 0x00020000, 0x10000000
    _done(system.unshare(new_mounts if user == 0 else new_mounts | new_user))
    if user != 0:  # in the new world the files of this user stay this user's
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    private, everything = 1 << 18, 1 << 14  # MS_PRIVATE, MS_REC
    _done(system.mount(None, b"/", None, private | everything, None))
    _done(system.mount(b"none", os.fsencode(folder), b"tmpfs", 0, f"mode=700,{options}".encode()))


def soon_tire_of_silence(seconds: float) -> None:
    """Wait only so long for a web server that has an archive."""
    from aetherflow.core.bundles.sources.archive import ArchiveFetcher

    _default(ArchiveFetcher.__init__, stall_seconds=seconds)


def give_bundles(limit: str, most: float) -> None:
    """Give the fetching of a bundle only so much: of time, of files, of bytes."""
    from aetherflow.core.bundles.fetching import SyncJob
    from aetherflow.core.bundles.values import Limits
    from aetherflow.core.operations import bundle_cache

    vars(bundle_cache)[SyncJob.__name__] = partial(SyncJob, limits=replace(Limits(), **{limit: most}))


def give_plugins(seconds: float) -> None:
    """Give the import of a plugin only so long."""
    from aetherflow.core.operations.doctor_plugins import doctor

    _default(doctor, seconds_per_plugin=seconds)


def try_in_haste() -> None:
    """Let `dev plugin-test` measure only what it can compare, and give a step whose time is over a moment alone."""
    from aetherflow.cli import plugin_test_options
    from aetherflow.core.operations.plugin_trial.sandbox import Limits

    vars(plugin_test_options)[Limits.__name__] = partial(Limits, grace_seconds=0.5)
    _default(plugin_test_options.asked_test, measures="with baseline")


def _default(function: Callable[..., Any], **values: object) -> None:
    function.__kwdefaults__ = {**(function.__kwdefaults__ or {}), **values}


def _done(result: int) -> None:
    import ctypes

    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
