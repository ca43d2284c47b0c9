"""Where a plugin goes past `ctx.env` to the environment of the process."""

from collections.abc import Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.name_uses import Use
from aetherflow.core.plugins.doctor.plugin_code import PluginCode

ENVIRONMENTS = ("os.environ", "os.environb")
_WRITING_METHODS = ("update", "setdefault", "pop", "popitem", "clear", "__setitem__", "__delitem__", "__ior__")
_WRITING_CALLS = frozenset(
    {f"{environment}.{method}" for environment in ENVIRONMENTS for method in _WRITING_METHODS}
    | {"os.putenv", "os.unsetenv", "dotenv.load_dotenv"}
)
READING_FUNCTIONS = frozenset({"os.getenv", "os.getenvb"})
_NAMING_METHODS = frozenset({f"{environment}.get" for environment in ENVIRONMENTS})


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
