"""Plugins on disk and what a lock says of them, for tests."""

from pathlib import Path

from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.plugins.digests import bytes_digest, tree_digest
from aetherflow.core.plugins.distributions import installed_distributions
from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.inventory import KnownPlugin, read_plugins
from aetherflow.core.plugins.lock_comparison import lock_drift
from aetherflow.core.plugins.lock_file import LockedPlugin, PluginLock, lock_bytes
from aetherflow.core.plugins.locking import locking_of
from aetherflow.core.plugins.origins import OriginRequest, resolve_origins
from aetherflow.core.plugins.plugin_index import PluginIndex
from aetherflow.core.plugins.site_scan import scan_site
from tests.plugins.installing import install

STEP = (
    "from aetherflow.core.api import register_step\n\n\n@register_step('{}')\ndef step(ctx, inputs):\n    return {{}}\n"
)
MANIFEST = (
    "name: {name}\nversion: '{version}'\nauthor: Ann\ndescription: Orders.\nrequired_permissions: {permissions}\n"
)


def write(root: Path, files: dict[str, str]) -> None:
    """Write files below a folder."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def known(root: Path, *paths: str, environment: str = "", site: Path | None = None) -> list[KnownPlugin]:
    """Read the plugins at these paths below a folder, in their order, and what is installed in a site folder."""
    readings = FileReadings(PluginIndex(reader="1"), lambda: 0)
    distributions = installed_distributions([str(site)] if site else [], scan_site).distributions
    request = OriginRequest(
        mode="internal_fast",
        cwd=str(root),
        environment_paths=environment,
        flag_paths=paths,
        distributions=distributions,
    )
    return read_plugins(resolve_origins(request).accepted, readings)


def orders(root: Path, text: str = STEP.format("load_orders")) -> KnownPlugin:
    """Write and read a folder plugin with a module and a data file."""
    write(root / "orders", {"steps.py": text, "data/rates.csv": "a,1\n"})
    (plugin,) = known(root, "orders")
    return plugin


def installed(site: Path, version: str = "1.2") -> KnownPlugin:
    """Install a distribution and read its plugin."""
    install(site, version=version, files={"orders_plugin/__init__.py": STEP.format("load_orders")})
    (plugin,) = known(site, site=site)
    return plugin


def lock_of(*plugins: KnownPlugin) -> PluginLock:
    """Give a lock of plugins as they are."""
    return PluginLock(plugins=locking_of(plugins).plugins, file="aetherflow.plugins.lock")


def bytes_of(*plugins: KnownPlugin) -> bytes:
    """Give the content of a lock of plugins as they are."""
    return lock_bytes(locking_of(plugins).plugins)


def drift(lock: PluginLock, *plugins: KnownPlugin) -> list[str]:
    """Give what has changed, each with its code and the plugin it is about."""
    found = lock_drift(lock, locking_of(plugins).entries, _nowhere)
    return [f"{each.diagnostic.code} {each.plugin}: {each.diagnostic.message}" for each in found]


def locked(name: str = "orders", *, files: dict[str, str] | None = None, **other: object) -> LockedPlugin:
    """Make a locked plugin up; ``files`` are texts by path."""
    digests = {
        path: bytes_digest(text.encode()) for path, text in (files or {"steps.py": "", "ü/data.csv": ""}).items()
    }
    values = {"version": "1", "origin": "flag", "permissions": ["read:/data"], "load_order": 1, **other}
    return LockedPlugin(name=name, files=digests, digest=tree_digest(digests), **values)  # type: ignore[arg-type]  # made up


def _nowhere(place: DocumentPath) -> None:
    """Find nothing."""
