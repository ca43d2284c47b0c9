"""The doors for compilers: created for programs, and what they make flows with; see `running` on what doors cost."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aetherflow.core.contracts.compiled_flow import CompiledFlow
from aetherflow.core.contracts.compiler import WorkflowCompilerPlugin
from aetherflow.core.contracts.remote_text import RemoteText


def create_compiler(
    uri: str,
    plugin_class: type[WorkflowCompilerPlugin] | None = None,
    plugin_options: Mapping[str, Any] | None = None,
    *,
    env: Mapping[str, str] | None = None,
    plugin_paths: Sequence[str | Path] = (),
) -> WorkflowCompilerPlugin:
    """Create the compiler of a URI's scheme, or the one that ``plugin_class`` is; of a path and of ``-`` too.

    ``plugin_options`` are laid over those that plugins.yaml of the current directory says. Raises InputError for a
    scheme that nothing here compiles. The code of the plugin whose scheme it is runs, and of no other.

    Example::

        compiler = create_compiler("yaml://")
        result = compiler.compile("flow.yaml").invoke({"day": "2026-01-31"})
    """
    from aetherflow.core.operations.compiling import doors  # deferred: a door

    return doors.create_compiler(uri, plugin_class, plugin_options or {}, env, plugin_paths)


def compile_document(
    document: Mapping[str, Any] | str | bytes | RemoteText,
    *,
    source: str = "",
    workflow_name: str | None = None,
    validate: bool = True,
) -> CompiledFlow:
    """Make a flow of a document: a mapping, a text of YAML or JSON, or what `fetch_text` has given.

    ``source`` is what findings call it; credentials in it are not shown. With ``validate``, raises FlowInvalid, which
    is a ValueError with ``diagnostics``, where its form is wrong; what depends on the surroundings is judged by a run.

    Example::

        say = {"id": "say", "type": "log", "inputs": {"message": "hello"}}
        flow = compile_document({"flow": {"id": "hello"}, "jobs": [{"id": "main", "steps": [say]}]}, source="by/hand")
    """
    from aetherflow.core.operations import compiled_document  # deferred: a door

    return compiled_document.compile_document(document, source=source, workflow_name=workflow_name, validate=validate)


def fetch_text(
    uri: str,
    *,
    headers: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
    timeout_seconds: float = 30,
    known: RemoteText | None = None,
    env: Mapping[str, str] | None = None,
) -> RemoteText:
    """Fetch what a URI names, within a time and up to 32 MB: a path, http(s), or any scheme that fsspec knows.

    ``headers`` are for http and https, ``options`` for fsspec. ``known`` is what was fetched before: the very same
    object comes back where the source says that it has not changed. Raises FlowNotFound, SourceUnavailable, or another
    InputError.

    Example::

        fetched = fetch_text("flow.yaml", timeout_seconds=10)
        again = fetch_text("flow.yaml", known=fetched)  # the same object, where nothing has changed
    """
    from aetherflow.core.operations.compiling import doors  # deferred: a door

    return doors.fetch_text(uri, headers or {}, options or {}, timeout_seconds, known, env)


class WorkflowCompilerRegistry:
    """Compilers by URI scheme: those registered here, and those that are installed.

    Example::

        class FolderCompiler(WorkflowCompilerPlugin):
            def __init__(self, folder="."):
                self.folder = folder

            def compile(self, source, *, workflow_name=None, validate=True):
                return compile_document(fetch_text(f"{self.folder}/{source}.yaml"), source=source)


        registry = WorkflowCompilerRegistry()
        registry.register("my", FolderCompiler)
        flow = registry.create("my://", folder=".").compile("flow")
    """

    def __init__(self) -> None:
        self._classes: dict[str, type[WorkflowCompilerPlugin]] = {}

    def register(self, scheme: str, plugin_class: type[WorkflowCompilerPlugin]) -> None:
        """Let a class compile a scheme, in the place of any other; schemes have no case."""
        from aetherflow.core.operations.compiling import doors  # deferred: a door

        self._classes[doors.scheme_named(scheme, plugin_class)] = plugin_class

    def create(self, uri: str, **options: Any) -> WorkflowCompilerPlugin:
        """Create the compiler of a URI's scheme with these options."""
        from aetherflow.core.operations.compiling import doors  # deferred: a door

        return create_compiler(uri, self._classes.get(doors.scheme_of(uri)), options)
