"""What importing a plugin does beside defining things, as far as its text tells: effects, and large imports."""

from collections.abc import Iterator, Mapping

from aetherflow.core.contracts.diagnostic import Diagnostic, Severity
from aetherflow.core.plugins.doctor.definition_reach import calls_at_import, runs_in
from aetherflow.core.plugins.doctor.file_uses import file_reaches
from aetherflow.core.plugins.doctor.module_code import ModuleCode
from aetherflow.core.plugins.doctor.name_uses import Imported, Use, is_within
from aetherflow.core.plugins.doctor.network_uses import request_reach
from aetherflow.core.plugins.doctor.plugin_code import PluginCode
from aetherflow.core.plugins.doctor.process_uses import process_reach
from aetherflow.core.plugins.doctor.reflection import IMPORTING
from aetherflow.core.plugins.doctor.seen_uses import Seen, seen_uses
from aetherflow.core.plugins.doctor.words import words

_IN_A_STEP = "do it in the step, when it is needed"
_THREAD = ("starts a thread", "start it when a step first needs it")
_PRINT = ("prints", "use `ctx.log` in the step")
_FOLDER = ("changes the current directory", "write paths relative to `__file__`")
_SEARCH = ("changes sys.path", "modules of the plugin import each other by name, wherever the plugin lies")

_EFFECTS: Mapping[str, tuple[str, str]] = {
    "threading.Thread().start": _THREAD,
    "threading.Timer().start": _THREAD,
    "_thread.start_new_thread": _THREAD,
    "concurrent.futures.ThreadPoolExecutor().submit": _THREAD,
    "concurrent.futures.ThreadPoolExecutor().map": _THREAD,
    "sys.stdout.write": _PRINT,
    "sys.stderr.write": _PRINT,
    "os.chdir": _FOLDER,
    "os.fchdir": _FOLDER,
    "site.addsitedir": _SEARCH,
    "signal.signal": ("changes what a signal does", "leave signals to whoever runs the process"),
    "locale.setlocale": ("changes the locale of the process", _IN_A_STEP),
    "os.umask": ("changes the umask of the process", "give modes where files are made"),
    "logging.basicConfig": ("sets up logging for the whole process", "use `ctx.log` in the step"),
    "time.sleep": ("waits", _IN_A_STEP),
}
_LIST_METHODS = frozenset({"append", "insert", "extend", "remove", "pop", "clear"})

#: Libraries that take a good part of a second to import.
_HEAVY = words(
    """boto3 botocore cv2 dask databricks fastai google.cloud jax keras langchain lightgbm matplotlib nltk numba numpy
    pandas plotly polars pyarrow pyspark scipy seaborn skimage sklearn snowflake spacy sqlalchemy statsmodels sympy
    tensorflow torch torchvision transformers xgboost"""
)


def import_effects(code: PluginCode) -> Iterator[Diagnostic]:
    """Say what happens when the plugin is loaded: at module level, or in a function that is called there."""
    called = calls_at_import(code)
    for seen in seen_uses(code):
        module, use = seen.module, seen.use
        happens = module.name in code.at_import if use.where.at_import else runs_in(module, use) in called
        if happens and (effect := _effect(seen)):
            yield _side_effect(code.source.name, module, use, effect)


def heavy_imports(code: PluginCode) -> Iterator[Diagnostic]:
    """Say which large libraries the plugin imports when it is loaded."""
    for module in code.modules.values():
        for each in module.found.imports if module.name in code.at_import else ():
            library = next((library for library in _HEAVY if is_within(each.name, library)), None)
            if library and each.is_first and each.where.at_import and not each.where.is_dead:
                yield _heavy(library, module, each)


def _effect(seen: Seen) -> tuple[str, str] | None:
    """Give the words for what a use does to the process; the environment has findings of its own."""
    use = seen.use
    if use.name == "sys.path" and use.how in ("set", "set item", "delete item"):
        return _SEARCH
    if use.how != "call":
        return None
    if use.name == "builtins.print":
        return _PRINT if _is_to_the_terminal(use) else None
    owner, _, method = use.name.rpartition(".")
    if owner == "sys.path" and method in _LIST_METHODS:
        return _SEARCH
    return _EFFECTS.get(use.name) or _outside_effect(seen)


def _outside_effect(seen: Seen) -> tuple[str, str] | None:
    if process_reach(seen):
        return ("starts a process", _IN_A_STEP)
    if request_reach(seen) and seen.name not in IMPORTING:
        return ("goes to the network", "connect in `connect` of a connector, or in the step")
    writes = any(reach.resource == "write" and reach.is_certain for reach in file_reaches(seen))
    return ("writes files", _IN_A_STEP) if writes else None


def _is_to_the_terminal(use: Use) -> bool:
    files = [keyword.value for keyword in use.call.keywords if keyword.arg == "file"] if use.call else []
    return all(use.where.scope.name_of(file) in ("sys.stdout", "sys.stderr") for file in files)


def _side_effect(plugin: str, module: ModuleCode, use: Use, effect: tuple[str, str]) -> Diagnostic:
    words, hint = effect
    return Diagnostic(
        code="AF-P534",
        severity=Severity.WARNING,
        message=f'importing the plugin "{plugin}" {words}',
        hint=hint,
        span=module.span_of(use.node),
    )


def _heavy(library: str, module: ModuleCode, imported: Imported) -> Diagnostic:
    return Diagnostic(
        code="AF-P535",
        severity=Severity.NOTE,
        message=f'"{library}" is imported when the plugin is loaded: every run that uses it waits for that',
        hint="import it inside the functions that need it",
        span=module.span_of_module(imported),
    )
