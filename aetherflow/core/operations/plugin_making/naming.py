"""Which names a new plugin may have: those of Python modules that nobody else has."""

import keyword
import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from string import Template

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.contracts.registry import Kind
from aetherflow.core.operations.plugin_making.kinds import BEGINNINGS, PluginKind
from aetherflow.core.plugins.builtin_index import builtin_registry
from aetherflow.core.plugins.plugin_ids import RESERVED_NAMES
from aetherflow.core.plugins.reserved_names import CORE_COMMANDS, OWN_SCHEMES

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST = 64
#: What YAML reads as another value than a text.
_NO_TEXTS = frozenset({"true", "false", "null"})
#: What a folder of a plugin cannot be called, since it would not be loaded.
_NEVER_LOADED = re.compile(r"tests?|conftest|test_.*")


def check_name(name: str, kind: PluginKind, *, is_package: bool) -> None:
    """Raise InputError where no plugin of this kind can be called so."""
    found = next(_problems(name, kind, is_package=is_package), None)
    if found is None:
        return
    why, hint = found
    raise InputError.of(Diagnostic(code="AF-R603", message=f'no plugin can be called "{name}": {why}', hint=hint))


def dashed(name: str) -> str:
    """Give the form of a name that commands, URI schemes and distributions have."""
    return name.replace("_", "-")


def _problems(name: str, kind: PluginKind, *, is_package: bool) -> Iterator[tuple[str, str]]:
    """Give what is wrong with a name, and which one would do."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        why = "it must be lower-case letters, digits and _, and begin with a letter"
        yield why if len(name) <= _LONGEST else f"it is longer than {_LONGEST} characters", _instead(name)
    if keyword.iskeyword(name) or name in _NO_TEXTS:
        yield "it is a word of Python or YAML", f"{name}_plugin would do"
    if name in sys.stdlib_module_names or name in RESERVED_NAMES or _NEVER_LOADED.fullmatch(name):
        yield "modules of that name are never a plugin's", f"my_{name} would do"
    if taken := _taken(name, kind):
        yield f"{taken} is AetherFlow's own", f"my_{name} would do"
    if is_package and find_spec(name) is not None:
        yield "a package of that name is installed here", f"my_{name} would do, or remove that one first"


def _instead(name: str) -> str:
    """Correct a name as far as that can be done."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    corrected = re.sub(r"[^a-z0-9]+", "_", words).strip("_0123456789")[:_LONGEST].strip("_")
    return f"{corrected} would do" if _NAME.fullmatch(corrected) else "name it after what it is for, such as orders"


def _taken(name: str, kind: PluginKind) -> str | None:
    """Name what a plugin of this kind would register, where that is taken."""
    registers = BEGINNINGS[kind].registers
    if registers is None:
        return None
    registered = Template(registers[1]).substitute(name=name, dashed=dashed(name))
    return f'the {registers[0]} "{registered}"' if registered in _own(registers[0]) else None


def _own(kind: Kind) -> frozenset[str]:
    registry = builtin_registry()
    names: dict[Kind, frozenset[str]] = {
        "connector": frozenset(registry.connectors),
        "compiler": OWN_SCHEMES | frozenset(registry.compilers),
        "command": CORE_COMMANDS,
    }
    return names.get(kind, frozenset())
