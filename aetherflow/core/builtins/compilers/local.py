"""The compilers of what is here: files, texts and standard input. Of these nothing is kept."""

import sys

from aetherflow.core.api import (
    CompiledFlow,
    WorkflowCompilerPlugin,
    compile_document,
    fetch_text,
    register_compiler,
)
from aetherflow.core.builtins.compilers.json_text import json_as_yaml


@register_compiler
class FileCompiler(WorkflowCompilerPlugin):
    """Reads the file that a path or a file:// URI names."""

    supported_schemes = ("file",)
    takes_whole_uri = True

    def compile(self, source: str, *, workflow_name: str | None = None, validate: bool = True) -> CompiledFlow:
        """Read the file."""
        return compile_document(fetch_text(source), source=source, workflow_name=workflow_name, validate=validate)

    def get_cache_key(self, source: str) -> str:
        """Keep nothing."""
        return ""


@register_compiler
class StdinCompiler(WorkflowCompilerPlugin):
    """Reads standard input to its end."""

    supported_schemes = ("stdin",)

    def compile(self, source: str, *, workflow_name: str | None = None, validate: bool = True) -> CompiledFlow:
        """Read all there is."""
        content = sys.stdin.buffer.read()
        return compile_document(content, source="<stdin>", workflow_name=workflow_name, validate=validate)

    def get_cache_key(self, source: str) -> str:
        """Keep nothing."""
        return ""


@register_compiler
class YamlCompiler(WorkflowCompilerPlugin):
    """Reads a file of YAML, or takes the text itself: it begins with `{`, or has several lines."""

    supported_schemes = ("yaml",)

    def compile(self, source: str, *, workflow_name: str | None = None, validate: bool = True) -> CompiledFlow:
        """Read the file, or take the text."""
        uri = f"yaml://{source.removeprefix('yaml://')}"
        return compile_document(fetch_text(uri), source=uri, workflow_name=workflow_name, validate=validate)

    def get_cache_key(self, source: str) -> str:
        """Keep nothing."""
        return ""


@register_compiler
class JsonCompiler(WorkflowCompilerPlugin):
    """Reads a file of JSON, or takes the text itself: it begins with `{`, or has several lines."""

    supported_schemes = ("json",)

    def compile(self, source: str, *, workflow_name: str | None = None, validate: bool = True) -> CompiledFlow:
        """Read the file, or take the text, which must be JSON to the letter."""
        uri = f"json://{source.removeprefix('json://')}"
        content = json_as_yaml(fetch_text(uri))
        return compile_document(content, source=uri, workflow_name=workflow_name, validate=validate)

    def get_cache_key(self, source: str) -> str:
        """Keep nothing."""
        return ""
