"""Which commit a ref means, from the branches and tags that a repository says it has."""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from aetherflow.core.bundles.file_tree.faults import SourceFault, shown_name
from aetherflow.core.diagnostics.suggestion import did_you_mean

HEAD = "HEAD"
_BRANCHES, _TAGS = "refs/heads/", "refs/tags/"
_PEELED = "^{}"  # after an annotated tag's name: the commit that it is on
_FULL_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SHORT_COMMIT = re.compile(r"[0-9a-f]{7,63}")
_TOO_SHORT_COMMIT = re.compile(r"(?=.*[0-9])[0-9a-f]{4,6}")
_WHOLE_OR_SEVEN = "a commit is named by its whole id, or by at least the first 7 characters of it"
#: What git takes for no name: part of it would mean a pattern, an expression or a second ref.
_NO_NAME = re.compile(r"^$|[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[-/]|[/.]$|^@$|(^|/)\.|\.lock(/|$)")
_LINE = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64})\t([^\t]+)")
_SHA256_CHARACTERS = 64
_MOST_NAMED = 5

Refs = Mapping[str, str]  # the commit (or what a ref is on) by the ref's whole name


class Target(Struct, frozen=True, kw_only=True):
    """What is to be fetched: a ref by its whole name and the commit it is on, or a commit alone.

    Of a ``short`` commit only the beginning is known. ``is_sha256`` tells a repository with the newer, longer ids.
    """

    ref: str | None = None
    commit: str | None = None
    short: str | None = None
    is_sha256: bool = False


Kind = Literal["head", "whole", "name", "commit"]


def kind_of(ref: str | None) -> Kind:
    """Tell how a ref is written; raises SourceFault for what can be none."""
    if ref is None or ref == HEAD:
        return "head"
    if _FULL_COMMIT.fullmatch(ref.lower()):
        return "commit"
    if _NO_NAME.search(ref):
        raise no_such_commit(
            f"{shown_name(ref)} can be no branch, tag or commit",
            "write the name of a branch or a tag, or the id of a commit; expressions like HEAD~1 mean nothing here",
        )
    return "whole" if ref.startswith("refs/") else "name"


def listing_arguments(url: str, ref: str | None, kind: Kind) -> tuple[str, ...]:
    """Give the command that asks for what a ref may mean; a tag that is an object of its own is asked for twice."""
    if kind == "name":
        return ("ls-remote", "--heads", "--tags", "--", url)
    return ("ls-remote", "--", url, *((str(ref), f"{ref}{_PEELED}") if kind == "whole" else (HEAD,)))


def refs_in(output: bytes) -> Refs:
    """Read the answer of `git ls-remote`; a tag is on the commit that it was put on."""
    found: dict[str, str] = {}
    for line in output.split(b"\n"):
        if match := _LINE.fullmatch(line):
            found[match[2].decode("utf-8", "replace")] = match[1].decode()
    return {name: found.get(name + _PEELED, value) for name, value in found.items() if not name.endswith(_PEELED)}


def target_of(ref: str | None, kind: Kind, refs: Refs) -> Target:
    """Choose what a ref means; raises SourceFault where it means nothing, or two things."""
    if kind == "commit":
        return Target(commit=str(ref).lower(), is_sha256=_is_sha256(str(ref)))
    if kind in ("head", "whole"):
        name = ref or HEAD
        if name not in refs:
            raise _no_head() if kind == "head" else missing(name, ())
        return _of_ref(name, refs)
    return _of_name(str(ref), refs)


def missing(ref: str, refs: Iterable[str]) -> SourceFault:
    """Say that there is no such ref, and which one may be meant."""
    names = sorted({name.removeprefix(_BRANCHES).removeprefix(_TAGS) for name in refs})
    there = ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
    hint = did_you_mean(ref, names) or (f"it has: {there}" if names else None)
    return _missing(ref, _WHOLE_OR_SEVEN if _TOO_SHORT_COMMIT.fullmatch(ref) else hint)


def missing_commit(commit: str) -> SourceFault:
    """Say that there is no such commit, or none that the server gives."""
    return _missing(commit, "see whether it was pushed: a commit must be in the history of a branch or a tag")


def _missing(ref: str, hint: str | None) -> SourceFault:
    return no_such_commit(f"it has no branch, tag or commit {shown_name(ref)}", hint)


def no_such_commit(what: str, hint: str | None) -> SourceFault:
    """Say why a ref means no commit."""
    return SourceFault("AF-B173", what, hint, key="ref")


def ambiguous_commit(short: str) -> SourceFault:
    """Say that a short id is that of several commits."""
    what = f"{shown_name(short)} is the beginning of more than one commit"
    return SourceFault("AF-B174", what, "write the whole id of the commit", key="ref")


def _of_name(ref: str, refs: Refs) -> Target:
    candidates = [name for name in (f"refs/{ref}", _TAGS + ref, _BRANCHES + ref) if name in refs]
    if len(candidates) > 1:
        what = f"{shown_name(ref)} is the name of a branch and of a tag"
        raise SourceFault("AF-B174", what, " or ".join(f'write "{name}"' for name in candidates), key="ref")
    if candidates:
        return _of_ref(candidates[0], refs)
    if _SHORT_COMMIT.fullmatch(ref.lower()):
        return Target(short=ref.lower(), is_sha256=any(map(_is_sha256, refs.values())))
    raise missing(ref, refs)


def _of_ref(name: str, refs: Refs) -> Target:
    return Target(ref=name, commit=refs[name], is_sha256=_is_sha256(refs[name]))


def _is_sha256(commit: str) -> bool:
    return len(commit) == _SHA256_CHARACTERS


def _no_head() -> SourceFault:
    what = "it has no commit yet, or its HEAD leads to a branch that is not there"
    return no_such_commit(what, 'name a branch, a tag or a commit as "ref"')
