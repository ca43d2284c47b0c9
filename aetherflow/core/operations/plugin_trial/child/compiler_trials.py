"""Trials of a workflow compiler: of the source of its example, and of one that is not there."""

from collections.abc import Callable, Iterator, Mapping

from aetherflow.core.contracts.compiler import WorkflowCompilerPlugin
from aetherflow.core.contracts.errors import AetherFlowError
from aetherflow.core.operations.compiled_document import compile_document
from aetherflow.core.operations.compiling.doors import create_compiler
from aetherflow.core.operations.plugin_trial.child.ground import TrialGround
from aetherflow.core.operations.plugin_trial.child.leftovers import leftover_trial
from aetherflow.core.operations.plugin_trial.values import Told, failed, not_run, passed
from aetherflow.core.runner.foreign_error import described

CODE = "AF-P910"


def compile_source(ground: TrialGround) -> Iterator[Told]:
    """Compile the example's source, and look whether that is a flow."""
    if ground.sample.is_made_up:
        yield not_run("compile", _NO_SOURCE)
        return
    try:
        text = made_compiler(ground).compile(source_for(ground, ground.sample.source)).flow_text()
        compile_document(text.text, source=text.name, workflow_name=text.workflow_name, validate=True)
    except AetherFlowError as error:
        yield failed("compile", CODE, f"its example gives no flow: {error.message}")
    except BaseException as error:  # noqa: BLE001  # foreign code, which may raise what it likes
        yield failed("compile", CODE, f"cannot compile its example: {described(error, ground.contribution())}")
    else:
        yield passed("compile", f"{len(text.text):,} characters, a flow")


_NO_SOURCE = "there is no sample of a source: give one as `source` under `examples` in aetherflow-plugin.yaml"


def repeat(ground: TrialGround) -> Iterator[Told]:
    """Compile it twice: what is kept under one key must be the same."""
    compiler, source = made_compiler(ground), source_for(ground, ground.sample.source)
    try:
        keys = [compiler.get_cache_key(source) for _ in range(2)]
        texts = [made_compiler(ground).compile(source).flow_text().text for _ in range(2)]
    except BaseException as error:  # noqa: BLE001  # as above
        yield failed("repeat", CODE, f"cannot compile twice: {described(error, ground.contribution())}")
        return
    if not all(isinstance(key, str) for key in keys):
        yield failed("repeat", CODE, f"get_cache_key gives a {type(keys[0]).__name__}, and must give a text")
    elif keys[0] != keys[1]:
        yield failed("repeat", CODE, "get_cache_key gives another key each time", "let the same source have one key")
    elif texts[0] != texts[1]:
        yield failed("repeat", CODE, "gives another flow each time", "leave out times and random ids")
    else:
        yield passed("repeat", "the same twice")


def absent(ground: TrialGround) -> Iterator[Told]:
    """Ask for a source that is not there: users are told by the type of the exception."""
    try:
        made_compiler(ground).compile(source_for(ground, f"no-such-{ground.canary}")).flow_text()
    except (FileNotFoundError, ValueError, AetherFlowError) as error:
        yield passed("absent source", f"raises {type(error).__name__}")
    except BaseException as error:  # noqa: BLE001  # as above
        hint = "raise FileNotFoundError for a source that is not there, ValueError for one that is no flow"
        told = described(error, ground.contribution())
        yield failed("absent source", CODE, f"of a source that is not there it raises {told}", hint)
    else:
        yield passed("absent source", "compiles any text")


def leftovers(ground: TrialGround) -> Iterator[Told]:
    """Look at what is different when it is done."""
    source = source_for(ground, ground.sample.source)
    yield leftover_trial(ground, lambda: made_compiler(ground).compile(source).flow_text())


def made_compiler(ground: TrialGround) -> WorkflowCompilerPlugin:
    """Create the compiler as a flow's URI does."""
    return create_compiler(f"{ground.trial.name}://", None, dict(ground.sample.options), ground.env, ground.places)


def source_for(ground: TrialGround, source: str) -> str:
    """Give a source in the form that the compiler wants."""
    takes_uri = bool(getattr(made_compiler(ground), "takes_whole_uri", False))
    return f"{ground.trial.name}://{source}" if takes_uri else source


TRIALS: Mapping[str, Callable[[TrialGround], Iterator[Told]]] = {
    "compile": compile_source,
    "repeat": repeat,
    "absent source": absent,
    "left behind": leftovers,
}
