"""What a module registers, as far as its text tells, and what that makes its plugin provide."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.effects import Effects
from aetherflow.core.contracts.registry import Kind
from aetherflow.core.plugins.tool_names import tool_step_type


class StaticRegistration(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that a module registers. ``line`` is that of the first decorator, as `inspect` gives it.

    ``effects`` is None where the text does not say; ``unread`` names attributes that are there, or may be inherited,
    and whose values are only known when the code runs. ``owner`` is the name of the plugin with a life of its own that
    lists a tool; without one, the name of a tool is not yet that of its step type.
    """

    kind: Kind
    name: str
    line: int
    target: str = ""
    summary: str = ""
    effects: Effects | None = None
    input_schema: dict[str, Any] | None = None
    output_schema: dict[str, Any] | None = None
    typed_inputs: bool = False
    unread: tuple[str, ...] = ()
    owner: str = ""


def in_plugin(plugin: str, found: StaticRegistration) -> StaticRegistration:
    """Give a registration under the name that it has in a plugin of this name."""
    if found.kind != "tool" or found.owner:
        return found
    return replace(found, name=tool_step_type(plugin, found.name))


class Unread(Struct, frozen=True):
    """A place where something is registered that only running the code can name, and why."""

    line: int
    column: int
    end_column: int
    reason: str


class ImportedModule(Struct, frozen=True, array_like=True):
    """An import at module level: the module as written, the dots before it, and the names taken from it."""

    module: str
    level: int
    names: tuple[str, ...] = ()


class WrittenMetadata(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a `PluginMetadata` in a module says. ``required_permissions`` is None where it says nothing of them.

    ``unread`` names fields whose values are only known when the code runs; ``file`` is below the plugin's root, and
    empty as long as that does not matter.
    """

    line: int
    required_permissions: tuple[str, ...] | None = None
    compatible_versions: str = ""
    unread: tuple[str, ...] = ()
    file: str = ""


class ModuleReading(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the text of a module says. ``is_read`` is false where it could not be parsed.

    ``compilers`` are classes that say which schemes they compile: they are registered where an entry point names them.
    ``observers`` are classes that nothing registers: plugins.yaml names them by module and class.
    ``metadata`` is what registered classes with a life of their own say of themselves.
    """

    registrations: tuple[StaticRegistration, ...] = ()
    unread: tuple[Unread, ...] = ()
    imports: tuple[ImportedModule, ...] = ()
    compilers: tuple[StaticRegistration, ...] = ()
    observers: tuple[StaticRegistration, ...] = ()
    metadata: tuple[WrittenMetadata, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    is_read: bool = True


class Provided(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that a plugin registers. ``file`` is below the plugin's root; ``module`` and ``target`` may be empty.

    ``unread`` names attributes whose values are only known when the code runs. ``owner`` is the name of the plugin with
    a life of its own that lists a tool, empty for a function.
    """

    kind: Kind
    name: str
    file: str
    line: int
    module: str = ""
    target: str = ""
    summary: str = ""
    effects: Effects | None = None
    input_schema: dict[str, Any] | None = None
    output_schema: dict[str, Any] | None = None
    typed_inputs: bool = False
    unread: tuple[str, ...] = ()
    owner: str = ""
