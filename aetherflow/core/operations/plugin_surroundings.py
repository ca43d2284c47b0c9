"""Which plugins there are in some surroundings: the environment, the manifest, plugins.yaml and flags put together."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.operations.plugin_ground import PluginGround, masker_of, plugin_ground
from aetherflow.core.operations.requests import SurroundingsRequest
from aetherflow.core.plugins.builtin_index import builtin_registry
from aetherflow.core.plugins.catalogue import OverridePolicy
from aetherflow.core.plugins.compatibility import API_VERSION
from aetherflow.core.plugins.distribution_names import is_distribution_name, named_distributions
from aetherflow.core.plugins.distributions import InstalledDistribution, installed_distributions, site_folders
from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.gathering import PluginAsk, gather_plugins
from aetherflow.core.plugins.origins import OriginRequest
from aetherflow.core.plugins.plugin_index import PluginIndex, current_reader, read_index, write_index
from aetherflow.core.plugins.plugin_set import PluginSet

if TYPE_CHECKING:  # imported where there is a lock, and where something is disabled
    from aetherflow.core.plugins.local_switches import LocalSwitches
    from aetherflow.core.plugins.lock_file import LockReading

INDEX_NAME = "plugin-index.json"


def plugins_of(request: SurroundingsRequest) -> PluginSet:
    """Give the plugins of some surroundings; raises InputError or PluginRefused for what is no plugin's affair."""
    return gathered(plugin_ground(request))


def gathered(ground: PluginGround) -> PluginSet:
    """Find and read the plugins; what files say is kept in the index of the state folder."""
    readings = open_readings(ground)
    found = gathered_through(ground, readings, lock_of(ground))
    keep_readings(ground, readings)
    return found


def gathered_through(
    ground: PluginGround, readings: FileReadings, lock: "LockReading | None", *, as_installed: bool = False
) -> PluginSet:
    """Find the plugins, read them through the readings, and compare them with the lock, where there is one.

    ``as_installed`` leaves aside what is disabled on this machine. Raises InputError where that cannot be known.
    """
    switches, faults = (None, ()) if as_installed else switches_of(ground)
    sites = installed_distributions(site_folders(ground.mode), readings.site, _trusted_names(ground))
    ask = PluginAsk(
        origins=_origin_request(ground, sites.distributions),
        strict=ground.settings.plugin_strict or ground.mode == "enterprise",  # whoever starts a run leaves out no guard
        policy=override_policy(ground),
        lock=lock,
        builtins=builtin_registry().contributions(),
        api_version=API_VERSION,
        python_version=".".join(map(str, sys.version_info[:3])),
        switches=switches,
        embedded=ground.embedded,
        found_before=(*faults, *_untrustable(ground), *sites.diagnostics, *ground.bundle.findings),
    )
    return gather_plugins(ask, readings)


def switches_of(ground: PluginGround) -> "tuple[LocalSwitches | None, tuple[Diagnostic, ...]]":
    """Give what is disabled or set on this machine, None where nothing is, and what is to be said of it.

    Raises InputError where the file cannot be used: what it disables must not come back. In enterprise mode, where it
    counts for nothing, that is a warning.
    """
    try:
        os.lstat(ground.switches_file)
    except (FileNotFoundError, NotADirectoryError):
        return None, ()
    except OSError:
        pass  # there may be one: reading it says what is wrong
    # deferred: mostly there is none
    from aetherflow.core.plugins.switch_findings import unusable_and_without_effect
    from aetherflow.core.plugins.switches_file import read_switches

    reading = read_switches(ground.switches_file)
    if reading.fault and ground.mode == "internal_fast":
        raise InputError.of(reading.fault)
    return reading.switches, (unusable_and_without_effect(reading.fault),) if reading.fault else ()


def _trusted_names(ground: PluginGround) -> frozenset[str]:
    """Give the distributions that may load for their names alone: in enterprise those of the manifest."""
    manifest = ground.documents.manifest if ground.mode == "enterprise" else None
    return named_distributions(manifest.definition.trust.packages) if manifest else frozenset()


def _untrustable(ground: PluginGround) -> Iterator[Diagnostic]:
    """Say which of the manifest's trusted packages can be the name of none."""
    manifest = ground.documents.manifest
    for number, name in enumerate(manifest.definition.trust.packages if manifest else ()):
        if manifest and not is_distribution_name(name.strip()):
            yield Diagnostic(
                code="AF-P125",
                severity=Severity.WARNING,
                message=f"no distribution can be called {name!a}: it is trusted in vain",
                hint='a name is ASCII letters, digits, ".", "_" and "-", and no pattern',
                span=manifest.span("trust", "packages", number),
            )


def open_readings(ground: PluginGround) -> FileReadings:
    """Give the reader of plugin files, with what the index knows."""
    return FileReadings(_known(ground), time.time_ns)


def fresh_readings(ground: PluginGround) -> FileReadings:
    """Give a reader that trusts no earlier reading of a file; what loads have registered stays known."""
    return FileReadings(replace(_known(ground), files={}, sites={}, trees={}), time.time_ns)


def keep_readings(ground: PluginGround, readings: FileReadings) -> None:
    """Write the index where something new was read; where it cannot be written, the next start reads it again.

    What holds a secret of the environment is not written.
    """
    if readings.has_news and _may_use_index(ground):
        write_index(index_file(ground), readings.index, masker_of(ground).hides)


def _may_use_index(ground: PluginGround) -> bool:
    """Tell where an index counts: in enterprise the environment, which says where it is, must not say what loads."""
    return ground.mode == "internal_fast"


def _known(ground: PluginGround) -> PluginIndex:
    reader = current_reader()
    return read_index(index_file(ground), reader) if _may_use_index(ground) else PluginIndex(reader=reader)


def override_policy(ground: PluginGround) -> OverridePolicy:
    """Give who says which names may be taken over."""
    manifest, plugins_file = ground.documents.manifest, ground.documents.plugins_file
    return OverridePolicy(
        mode=ground.mode,
        allowed=frozenset(plugins_file.definition.allow_overrides if plugins_file else ()),
        trusted=frozenset(manifest.definition.trust.overrides if manifest else ()),
    )


def lock_of(ground: PluginGround) -> "LockReading | None":
    """Read the lock, where there is one."""
    try:
        os.lstat(ground.lock_file)
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        pass  # there may be one: reading it says what is wrong
    from aetherflow.core.plugins.lock_file import read_lock  # deferred: mostly there is none

    return read_lock(ground.lock_file, ground.lock_name)


def _origin_request(ground: PluginGround, distributions: tuple[InstalledDistribution, ...]) -> OriginRequest:
    settings = ground.settings
    return OriginRequest(
        mode=ground.mode,
        cwd=str(ground.cwd),
        manifest=ground.documents.origins(),
        environment_paths=settings.plugin_paths,
        flag_paths=ground.request.plugin_paths,
        bundle_plugins_dir=ground.bundle.plugins_dir,
        distributions=distributions,
        environment_secrets=settings.secrets_module or (str(settings.secrets_path) if settings.secrets_path else None),
        home=ground.snapshot.values.get("HOME"),
    )


def index_file(ground: PluginGround) -> Path:
    """Say where the index of plugin files is kept."""
    return ground.state_root / INDEX_NAME
