"""The contract of a workflow compiler: what turns a source into a flow. The scheme of a URI picks it."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from aetherflow.core.contracts.compiled_flow import CompiledFlow
from aetherflow.core.contracts.remote_text import RemoteText


class WorkflowCompilerPlugin:
    """The base class of compilers. A sub-class defines ``compile``; the other methods may stay as they are.

    It is created with the ``options`` of plugins.yaml as keywords. ``takes_whole_uri`` says that ``compile`` is given
    the URI as it is written; others get what stands behind ``scheme://``. What it has compiled is kept, and used
    without asking the source again while it is younger than ``cache_ttl_seconds``; ``cached_copy`` is what is kept of
    the source that is about to be compiled. ``env`` is the environment, for who would ask `os.environ`.

    Example::

        @register_compiler("orders")
        class OrdersCompiler(WorkflowCompilerPlugin):
            supported_schemes = ["orders"]

            def compile(self, source, *, workflow_name=None, validate=True):
                text = ask_the_order_desk(source)
                return compile_document(text, source=f"orders://{source}", workflow_name=workflow_name)
    """

    supported_schemes: ClassVar[Sequence[str]] = ()
    takes_whole_uri: ClassVar[bool] = False
    cache_ttl_seconds: float = 0
    cached_copy: RemoteText | None = None
    env: Mapping[str, str] = {}

    def compile(self, source: str, *, workflow_name: str | None = None, validate: bool = True) -> CompiledFlow:
        """Give the flow of a source; raise FileNotFoundError where there is none, ValueError where it is invalid."""
        raise NotImplementedError(f"{type(self).__name__} defines no compile(self, source, *, workflow_name, validate)")

    def validate_source(self, source: str) -> bool:
        """Tell whether ``compile`` could make something of a source; it is for ``compile`` itself, and for programs."""
        return True

    def get_cache_key(self, source: str) -> str:
        """Name what is kept of a source: sources with one key are the same. Of an empty key nothing is kept."""
        return source

    def is_cache_valid(self, cache_key: str) -> bool:
        """Tell whether what is kept under a key is still good, though it is older than ``cache_ttl_seconds``."""
        return False
