"""What is wrong with a manifest's bundle beyond its structure: names, and paths that lead out of it."""

import re
from collections.abc import Iterable, Iterator

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.documents.bundle_section import LayoutSection
from aetherflow.core.documents.flow import ID_PATTERN
from aetherflow.core.documents.inner_paths import UnsafePath, inner_path
from aetherflow.core.documents.reader import Document
from aetherflow.core.documents.source_findings import source_findings
from aetherflow.core.documents.structure_words import shown_place
from aetherflow.core.documents.written import is_written, written_count, written_keys, written_text


def bundle_findings(document: Document) -> Iterator[Diagnostic]:
    """Find what no bundle could be fetched or read by. Values of a wrong type are passed over: they are told of."""
    yield from source_findings(document)
    for path in _inner_paths(document):
        written = written_text(document, path)
        if written is not None:
            yield from _path_finding(document, path, written)
    yield from _prefixes(document)
    yield from _resource_names(document)
    if is_written(document, ("env_files",)) and not is_written(document, ("bundle",)):
        yield _without_bundle(document)


def _inner_paths(document: Document) -> Iterator[DocumentPath]:
    yield "bundle", "entry_flow"
    for key in LayoutSection.__struct_fields__:
        yield "bundle", "layout", key
    for entry in _env_files(document):
        yield entry
        yield *entry, "path"


def _env_files(document: Document) -> Iterable[DocumentPath]:
    return [("env_files", number) for number in range(written_count(document, ("env_files",)))]


def _path_finding(document: Document, path: DocumentPath, written: str) -> Iterator[Diagnostic]:
    try:
        inner_path(written)
    except UnsafePath as unsafe:
        yield Diagnostic(
            code="AF-B102",
            message=f"{shown_place(path)} is no path inside the bundle: {unsafe}",
            hint='write it relative to the bundle\'s root, with "/" between its parts',
            span=document.span(path),
            path=path,
        )


def _prefixes(document: Document) -> Iterator[Diagnostic]:
    for entry in _env_files(document):
        path = (*entry, "prefix")
        prefix = written_text(document, path) or ""
        if "\0" in prefix or "=" in prefix:
            found = '"="' if "=" in prefix else "a NUL character"
            yield Diagnostic(
                code="AF-B112",
                message=f"the prefix of an env file has {found} in it, which no name of a variable can have",
                span=document.span(path),
                path=path,
            )


def _resource_names(document: Document) -> Iterator[Diagnostic]:
    for name in written_keys(document, ("resources",)):
        if not re.search(ID_PATTERN, name):
            yield Diagnostic(
                code="AF-F104",
                message=f'"{name}" is no valid name in "resources"',
                hint='a name is a letter or "_", then up to 63 letters, digits, "_" or "-"',
                span=document.span(("resources", name), key=True),
                path=("resources", name),
            )


def _without_bundle(document: Document) -> Diagnostic:
    return Diagnostic(
        code="AF-B108",
        message='"env_files" are files inside the bundle, and the manifest has no "bundle"',
        hint="add `bundle`; AETHERFLOW_ENV_FILES_JSON names env files of this machine",
        span=document.span(("env_files",), key=True),
        path=("env_files",),
    )
