"""Changes the file of local switches: one writer after the other, each change whole or not at all."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError, system_reason
from aetherflow.core.plugins.local_switches import LocalSwitches, PluginSwitch
from aetherflow.core.plugins.switches_file import read_switches, switches_bytes
from aetherflow.core.state.durable_names import make_durable
from aetherflow.core.state.private_files import exclusive, make_private_folder, replace_through

#: Gives what is said of plugins now, by their names, from what was said before.
Change = Callable[[LocalSwitches], Mapping[str, PluginSwitch]]


def change_switches(path: Path, change: Change) -> bool:
    """Change what is said of plugins; false where it is said already.

    Raises InputError where the file is damaged, which is left as it is, or cannot be written, and what ``change``
    raises: nothing is written then.
    """
    try:
        make_private_folder(path.parent)
        with exclusive(path.with_name(f"{path.name}.lock")):
            return _changed(path, change)
    except (OSError, ValueError) as error:
        why = system_reason(error) if isinstance(error, OSError) else str(error)
        raise InputError.of(_not_written(path, why)) from None


def _changed(path: Path, change: Change) -> bool:
    reading = read_switches(path)
    if reading.fault:
        raise InputError.of(reading.fault)
    before = reading.switches or LocalSwitches(file=str(path))
    plugins = change(before)
    if plugins == before.plugins:
        return False
    if all(switch.is_empty for switch in plugins.values()):
        path.unlink(missing_ok=True)  # nothing to look into: every start is a little faster
    else:
        _replace(path, switches_bytes(plugins))
    with suppress(OSError):  # the file stands in its place whether or not this file system can
        make_durable(path.parent)
    return True


def _replace(path: Path, content: bytes) -> None:
    """Put the content in the file's place; whoever is killed on the way leaves what the next one clears away."""
    temporary = path.with_name(f".{path.name}.new")  # one name: whoever is here has the lock
    temporary.unlink(missing_ok=True)
    replace_through(temporary, path, content, is_durable=True)


def _not_written(path: Path, why: str) -> Diagnostic:
    return Diagnostic(
        code="AF-P154",
        message=f'the local switches of plugins, "{path}", cannot be written: {why}',
        hint="nothing was changed; they stand in the state root, which AETHERFLOW_STATE_ROOT names",
    )
