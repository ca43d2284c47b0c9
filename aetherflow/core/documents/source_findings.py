"""What is wrong with the source of a bundle, as the manifest writes it."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import DocumentPath
from aetherflow.core.documents.bundle_section import SOURCE_OPTIONS
from aetherflow.core.documents.reader import Document
from aetherflow.core.documents.source_patterns import (
    LONGEST_LOCATION,
    LONGEST_REF,
    REF_PATTERN,
    REMOTE_PATTERN,
    SHA256_PATTERN,
    credentials_in,
)
from aetherflow.core.documents.written import is_written, written_keys, written_text

SOURCE: DocumentPath = ("bundle", "source")
_TYPES = ("filesystem", "git", "archive", "remote")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DASH = "it begins with a dash, and programs would take it for an option"


def source_findings(document: Document) -> Iterator[Diagnostic]:
    """Find options of another type of source, and values that no source could have."""
    source_type = written_text(document, (*SOURCE, "type"))
    if source_type in _TYPES:
        yield from _foreign_options(document, source_type)
    location = written_text(document, (*SOURCE, "location"))
    if location is not None:
        yield from _location(document, location, source_type)
    ref = written_text(document, (*SOURCE, "ref"))
    if ref is not None and (problem := ref_problem(ref)):
        yield _at_value(document, "ref", unusable_ref(problem))
    yield from _sha256(document)
    if source_type != "filesystem":
        yield from _resource(document)


def location_problem(location: str, source_type: str | None) -> str | None:
    """Say why nothing could be fetched from a location, whatever is there; credentials in it left aside."""
    if not location.strip():
        return "it is empty"
    if len(location) > LONGEST_LOCATION:
        return f"it is longer than {LONGEST_LOCATION} characters"
    if _CONTROL.search(location):
        return "it has control characters in it"
    if location.lstrip().startswith("-"):
        return _DASH
    if source_type == "remote" and not re.search(REMOTE_PATTERN, location):
        return "it is no URL"
    return None


def ref_problem(ref: str, pattern: str = REF_PATTERN) -> str | None:
    """Say why a ref names nothing that git could have."""
    if not ref:
        return "it is empty"
    if len(ref) > LONGEST_REF:
        return f"it is longer than {LONGEST_REF} characters"
    if ref.startswith("-"):
        return _DASH
    return None if re.search(pattern, ref) else "it has blanks or control characters in it"


def unusable_location(problem: str, source_type: str | None) -> Diagnostic:
    """Make the finding about a location that cannot be one."""
    remote = "a remote source is a URL, for example s3://bucket/folder or sftp://host/folder"
    return Diagnostic(
        code="AF-B106",
        message=f'"location" cannot be used: {problem}',
        hint=remote if source_type == "remote" else "write a path, relative to the manifest's folder, or a URL",
    )


def unusable_ref(problem: str) -> Diagnostic:
    """Make the finding about a ref that cannot be one."""
    return Diagnostic(
        code="AF-B109", message=f'"ref" cannot be used: {problem}', hint="write a branch, a tag, or a commit"
    )


def credentials_finding(source_type: str | None) -> Diagnostic:
    """Make the finding about credentials in a location."""
    return Diagnostic(
        code="AF-B107",
        message="the location has credentials in it, and locations are shown and recorded",
        hint="leave them out: a folder of this machine needs none"
        if source_type == "filesystem"
        else "write them under `resources`, and name that by `resource`",
    )


def _foreign_options(document: Document, source_type: str) -> Iterator[Diagnostic]:
    for key, owners in SOURCE_OPTIONS.items():
        if source_type not in owners and is_written(document, (*SOURCE, key)):
            path = (*SOURCE, key)
            yield Diagnostic(
                code="AF-B103",
                message=f'"{key}" means nothing for a source of type {source_type}',
                hint=f"remove it: only sources of type {', '.join(owners)} have one",
                span=document.span(path, key=True),
                path=path,
            )


def _location(document: Document, location: str, source_type: str | None) -> Iterator[Diagnostic]:
    if problem := location_problem(location, source_type):
        yield _at_value(document, "location", unusable_location(problem, source_type))
    elif credentials := credentials_in(location):
        path = (*SOURCE, "location")
        finding = credentials_finding(source_type)
        yield replace(finding, span=document.find(path, credentials), path=path)


def _sha256(document: Document) -> Iterator[Diagnostic]:
    checksum = written_text(document, (*SOURCE, "sha256"))
    if checksum is None or re.search(SHA256_PATTERN, checksum):
        return
    is_short = re.fullmatch("[0-9A-Fa-f]*", checksum)
    problem = f"it has {len(checksum)} digits, not 64" if is_short else "it has other characters than 0-9 and a-f"
    finding = Diagnostic(
        code="AF-B104",
        message=f'"sha256" is no checksum: {problem}',
        hint="`sha256sum FILE` prints the checksum of an archive",
    )
    yield _at_value(document, "sha256", finding)


def _resource(document: Document) -> Iterator[Diagnostic]:
    name = written_text(document, (*SOURCE, "resource"))
    known = written_keys(document, ("resources",))
    if name is None or name in known:
        return
    from aetherflow.core.diagnostics.suggestion import did_you_mean  # deferred: only wanted when something is wrong

    finding = Diagnostic(
        code="AF-B105",
        message=f'the manifest has no resource "{name}"',
        label=did_you_mean(name, known),
        hint=f"the resources are: {', '.join(known)}" if known else "write it under `resources`, at the manifest's top",
    )
    yield _at_value(document, "resource", finding)


def _at_value(document: Document, key: str, finding: Diagnostic) -> Diagnostic:
    path = (*SOURCE, key)
    return replace(finding, span=document.span(path), path=path)
