"""Where a plugin goes past `ctx.env` to the environment of the process."""

from collections.abc import Iterator

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.name_uses import Use
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.doctor.resource_use import Reach
from aetherflow.core.plugins.doctor.seen_uses import Seen, is_alias

ENVIRONMENTS = ("os.environ", "os.environb")
_WRITING_METHODS = ("update", "setdefault", "pop", "popitem", "clear", "__setitem__", "__delitem__", "__ior__")
_WRITING_CALLS = frozenset(
    {f"{environment}.{method}" for environment in ENVIRONMENTS for method in _WRITING_METHODS}
    | {"os.putenv", "os.unsetenv", "dotenv.load_dotenv"}
)
READING_FUNCTIONS = frozenset({"os.getenv", "os.getenvb"})
_NAMING_METHODS = frozenset({f"{environment}.get" for environment in ENVIRONMENTS})
#: What tells the variable by its first argument, and what is the run's own snapshot.
_NAMING_ALL = READING_FUNCTIONS | _NAMING_METHODS | _WRITING_CALLS | {"ctx.env.get"}
_SNAPSHOT = frozenset({"ctx.env", "ctx.env.get"})


def environment_findings(code: PluginCode) -> Iterator[Diagnostic]:
    """Say where a plugin writes or reads the environment of the process."""
    for module in code.modules.values():
        for use in module.found.uses:
            if use.where.is_dead:
                continue
            if writes_environment(use):
                yield _written(module, use)
            elif reads_environment(use):
                yield _read(module, use)


def writes_environment(use: Use) -> bool:
    """Tell a use that changes the environment of the process."""
    if use.how in ("set", "delete", "set item", "delete item"):
        return use.name in ENVIRONMENTS
    return use.how == "call" and use.name in _WRITING_CALLS


def reads_environment(use: Use) -> bool:
    """Tell a use that reads the environment of the process, or hands it on."""
    owner = use.name.rpartition(".")[0]  # what is done with the value is no use of the environment
    return use.name in READING_FUNCTIONS or use.name in ENVIRONMENTS or owner in ENVIRONMENTS


def environment_reach(seen: Seen) -> Reach | None:
    """Say which variable a use reads or writes, of the process or of the run's snapshot."""
    use = replace(seen.use, name=seen.name)
    if not (seen.name in _SNAPSHOT or reads_environment(use) or writes_environment(use)):
        return None
    if use.call is None and use.how == "read" and is_alias(use):
        return None
    is_named = use.call is not None and seen.name in _NAMING_ALL
    name = seen.argument(0, "key", "varname") if is_named else use.item
    return Reach(resource="env", span=seen.span, detail=seen.spelled(name).whole or None)


def variable_read(module: ModuleCode, use: Use) -> str | None:
    """Give the name of the variable that is read or written, where the text tells."""
    if use.item is not None:
        return module.literal_text(use.item)
    is_named = use.name in READING_FUNCTIONS | _NAMING_METHODS | _WRITING_CALLS
    return module.literal_text(use.call.args[0]) if is_named and use.call and use.call.args else None


def _written(module: ModuleCode, use: Use) -> Diagnostic:
    variable = variable_read(module, use)
    what = f'the environment variable "{variable}" is' if variable else "the environment is"
    return Diagnostic(
        code="AF-P530",
        message=f"{what} written: every step and plugin of the process shares it",
        hint="hand a child its own with `ctx.run_process(argv, env={…})`, and values from step to step as outputs",
        span=module.span_of(use.node),
    )


def _read(module: ModuleCode, use: Use) -> Diagnostic:
    variable = variable_read(module, use)
    what = f'the environment variable "{variable}" is' if variable else "the environment is"
    return Diagnostic(
        code="AF-P531",
        severity=Severity.WARNING,
        message=f"{what} read past the run's own snapshot",
        hint="read `ctx.env` in the step, or give the value as an input or a connector's config",
        span=module.span_of(use.node),
    )
