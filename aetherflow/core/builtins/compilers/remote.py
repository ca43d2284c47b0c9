"""The compilers of what is elsewhere: web servers, S3, and whatever fsspec knows."""

from collections.abc import Mapping
from typing import Any

from aetherflow.core.api import (
    CompiledFlow,
    WorkflowCompilerPlugin,
    compile_document,
    fetch_text,
    register_compiler,
)

LONGEST_SECONDS = 30.0


@register_compiler
class HttpCompiler(WorkflowCompilerPlugin):
    """Fetches a flow from a web server; asks by its ETag whether it has changed."""

    supported_schemes = ("http", "https")
    takes_whole_uri = True

    def __init__(
        self,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float = LONGEST_SECONDS,
        cache_ttl_seconds: float = 0,
    ) -> None:
        self._headers = _headers(headers or {})
        self._timeout_seconds = seconds("timeout_seconds", timeout_seconds, above_zero=True)
        self.cache_ttl_seconds = seconds("cache_ttl_seconds", cache_ttl_seconds)

    def compile(self, source: str, *, workflow_name: str | None = None, validate: bool = True) -> CompiledFlow:
        """Fetch the document."""
        fetched = fetch_text(
            source,
            headers=self._headers,
            timeout_seconds=self._timeout_seconds,
            known=self.cached_copy,
            env=self.env,
        )
        return compile_document(fetched, source=source, workflow_name=workflow_name, validate=validate)

    def validate_source(self, source: str) -> bool:
        """Tell a URL of a web server."""
        return source.lower().startswith(("http://", "https://"))


@register_compiler
class RemoteFileCompiler(WorkflowCompilerPlugin):
    """Reads a flow from a file system that fsspec knows; the options are those of its library."""

    supported_schemes = ("s3", "gs", "abfs", "sftp", "smb", "ftp")
    takes_whole_uri = True

    def __init__(
        self, *, timeout_seconds: float = LONGEST_SECONDS, cache_ttl_seconds: float = 0, **options: Any
    ) -> None:
        self._options = options
        self._timeout_seconds = seconds("timeout_seconds", timeout_seconds, above_zero=True)
        self.cache_ttl_seconds = seconds("cache_ttl_seconds", cache_ttl_seconds)

    def compile(self, source: str, *, workflow_name: str | None = None, validate: bool = True) -> CompiledFlow:
        """Read the document."""
        fetched = fetch_text(
            source,
            options=self._options,
            timeout_seconds=self._timeout_seconds,
            known=self.cached_copy,
            env=self.env,
        )
        return compile_document(fetched, source=source, workflow_name=workflow_name, validate=validate)


def _headers(given: object) -> dict[str, str]:
    """Give headers; raises ValueError, without any value, for what are none."""
    if not isinstance(given, Mapping):
        raise ValueError(f"headers must be a mapping of names to texts, found {type(given).__name__}")
    for name, value in given.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise ValueError(f"the header {name!r} must be a text: put it in quotes")
    return dict(given)


def seconds(option: str, value: object, *, above_zero: bool = False) -> float:
    """Give a number of seconds; raises ValueError for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 86_400:
        raise ValueError(f"{option} must be a number of seconds, at most a day, found {value!r}")
    if above_zero and not value:
        raise ValueError(f"{option} must be above 0")
    return float(value)
