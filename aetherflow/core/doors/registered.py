"""The doors to what a flow may name here, and to the plugins it comes from; see `running` on what doors cost."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from aetherflow.core.contracts.metadata import PluginMetadata
from aetherflow.core.contracts.registry import Contribution


def list_steps(*, env: Mapping[str, str] | None = None, plugin_paths: Sequence[str | Path] = ()) -> list[str]:
    """Give the names of the step types that a flow may use here, sorted; no plugin's code is run to know them.

    Here is the current directory and ``env`` (default: the process's own environment), with ``plugin_paths`` as
    `--plugin-path` names them. A name that is only known when its plugin runs is not among them.

    Example::

        print([name for name in list_steps() if name.startswith("db_")])
    """
    from aetherflow.core.operations import registered  # deferred: a door

    return sorted(registered.step_types(registered.surroundings(env, plugin_paths)))


def get_step(
    name: str, *, env: Mapping[str, str] | None = None, plugin_paths: Sequence[str | Path] = ()
) -> Contribution:
    """Give what is known of a step type: its plugin, file and line, its schemas, and ``load()``, which runs the plugin.

    Raises InputError, which is a KeyError too, for a name that is not registered.

    Example::

        print(get_step("log").input_schema)
    """
    from aetherflow.core.operations import registered  # deferred: a door

    return registered.named("step type", name, registered.step_types(registered.surroundings(env, plugin_paths)))


def list_connectors(*, env: Mapping[str, str] | None = None, plugin_paths: Sequence[str | Path] = ()) -> list[str]:
    """Give the connectors that a flow may use here, as ``"KIND:DRIVER"``, sorted; see `list_steps`.

    Example::

        print([name for name in list_connectors() if name.startswith("db:")])
    """
    from aetherflow.core.operations import registered  # deferred: a door

    return sorted(registered.connectors(registered.surroundings(env, plugin_paths)))


def get_connector(
    name: str, *, env: Mapping[str, str] | None = None, plugin_paths: Sequence[str | Path] = ()
) -> Contribution:
    """Give what is known of a connector by its ``"KIND:DRIVER"``; see `get_step`.

    Example::

        print(get_connector("db:sqlite3").input_schema)
    """
    from aetherflow.core.operations import registered  # deferred: a door

    return registered.named("connector", name, registered.connectors(registered.surroundings(env, plugin_paths)))


def list_plugins(
    *, env: Mapping[str, str] | None = None, plugin_paths: Sequence[str | Path] = ()
) -> list[PluginMetadata]:
    """Give the plugins that may load here, in load order, the built-ins first; see `list_steps`.

    A plugin that does not say its author or description has "unknown" and what it registers in their place.

    Example::

        print([f"{plugin.name} {plugin.version}" for plugin in list_plugins()])
    """
    from aetherflow.core.operations import registered  # deferred: a door

    return registered.plugins(registered.surroundings(env, plugin_paths))


def get_plugin(
    name: str, *, env: Mapping[str, str] | None = None, plugin_paths: Sequence[str | Path] = ()
) -> PluginMetadata:
    """Give one plugin by its name, or by the id that ``Contribution.plugin`` is; see `list_plugins`.

    Raises InputError, which is a KeyError too, for a name that no plugin has, and for a plugin that may not load.

    Example::

        print(get_plugin("aetherflow").description)
    """
    from aetherflow.core.operations import registered  # deferred: a door

    return registered.plugin(registered.surroundings(env, plugin_paths), name)
