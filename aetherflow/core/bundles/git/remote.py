"""A repository as its server shows it: which commit a ref means; and that commit, fetched alone where possible."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from aetherflow.core.bundles.file_tree.budget import too_large
from aetherflow.core.bundles.file_tree.faults import SourceFault, shown_name
from aetherflow.core.bundles.git.failures import failure, says
from aetherflow.core.bundles.git.program import Git, GitResult
from aetherflow.core.bundles.git.refs import (
    Refs,
    Target,
    ambiguous_commit,
    kind_of,
    listing_arguments,
    missing,
    missing_commit,
    no_such_commit,
    refs_in,
    target_of,
)
from aetherflow.core.bundles.values import Limits

_FETCHED = "refs/aetherflow/fetched"
#: All that a repository shows to those who clone it.
_EVERYTHING = ("+refs/heads/*:refs/aetherflow/heads/*", "+refs/tags/*:refs/aetherflow/tags/*")
_MOST_BYTES_OF_REFS = 256 * 1024 * 1024
#: By these a server, or git on its behalf, says that it does not give out one commit alone.
_NOT_ALONE = ("shallow capabilities", "does not support shallow", "unadvertised object", "does not support --depth")
_NOT_THERE = ("not our ref", "couldn't find remote ref")


class Remote:
    """The repository at a URL."""

    def __init__(self, git: Git, url: str, limits: Limits) -> None:
        self._git = git
        self._url = url
        self._limits = limits

    def target(self, ref: str | None) -> Target:
        """Ask what a ref means now; the id of a commit is what it is, and nobody is asked."""
        kind = kind_of(ref)
        return target_of(ref, kind, {} if kind == "commit" else self._refs(listing_arguments(self._url, ref, kind)))

    def fetch(self, target: Target, git_dir: Path) -> str:
        """Fetch a target into a new repository; gives the id of its commit."""
        self._checked(self._git.run("init", "--quiet", "--bare", "--template=", *_format_of(target), str(git_dir)))
        if target.short is not None:
            self._fetch_everything(git_dir)
            return self._commit(git_dir, target.short, target)
        wanted = target.ref or str(target.commit)
        alone = self._fetch(git_dir, "--depth=1", f"+{wanted}:{_FETCHED}")
        if alone.exit_code == 0:
            return self._commit(git_dir, _FETCHED, target)
        if says(alone, *_NOT_THERE):
            raise _missing(target)
        if not says(alone, *_NOT_ALONE):
            raise failure(alone)
        return self._from_whole_history(git_dir, target)

    def _from_whole_history(self, git_dir: Path, target: Target) -> str:
        if target.ref is None:
            self._fetch_everything(git_dir)
            return self._commit(git_dir, str(target.commit), target)
        self._checked(self._fetch(git_dir, f"+{target.ref}:{_FETCHED}"))
        return self._commit(git_dir, _FETCHED, target)

    def _fetch_everything(self, git_dir: Path) -> None:
        self._checked(self._fetch(git_dir, *_EVERYTHING))

    def _fetch(self, git_dir: Path, *what: str) -> GitResult:
        """Fetch refs, of a repository without its whole history too; a server that sends without end is left."""
        options = [option for option in what if option.startswith("-")]
        refs = [ref for ref in what if not ref.startswith("-")]
        common = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--update-shallow")

        def watch() -> None:
            if _bytes_in(git_dir / "objects/pack") > self._limits.most_bytes:
                raise too_large(self._limits)

        result = self._git.run(*common, *options, "--", self._url, *refs, git_dir=git_dir, watch=watch)
        watch()  # once more: what is small comes between two looks
        return result

    def _commit(self, git_dir: Path, name: str, target: Target) -> str:
        """Give the id of the commit behind a name, the one that a tag is on."""
        output = bytearray()
        result = self._git.run("rev-parse", "--verify", f"{name}^{{commit}}", git_dir=git_dir, take=output.extend)
        if result.exit_code == 0:
            return output.decode("ascii").strip()
        if says(result, "ambiguous"):
            raise ambiguous_commit(name)
        if name != _FETCHED:
            raise _missing(target)
        wanted = target.ref or str(target.commit)
        raise no_such_commit(f"{shown_name(wanted)} is no commit", "name one that has files")

    def _refs(self, arguments: tuple[str, ...]) -> Refs:
        output = bytearray()

        def take(data: bytes) -> None:
            output.extend(data)
            if len(output) > _MOST_BYTES_OF_REFS:
                raise SourceFault("AF-B182", "it has far too many branches and tags", 'name a commit as "ref"')

        self._checked(self._git.run(*arguments, take=take))
        return refs_in(bytes(output))

    def _checked(self, result: GitResult) -> None:
        if result.exit_code != 0:
            raise failure(result)


def _missing(target: Target) -> SourceFault:
    return missing(target.ref, ()) if target.ref else missing_commit(target.short or str(target.commit))


def ssh_variables(git: Git, environ: Mapping[str, str]) -> dict[str, str]:
    """Keep ssh from asking anybody. Where the user says how it is called, it has no terminal to ask on all the same."""
    if "GIT_SSH_COMMAND" in environ or "GIT_SSH" in environ:
        return {}
    is_configured = git.run("config", "--get", "core.sshCommand").exit_code == 0
    return {} if is_configured else {"GIT_SSH_COMMAND": "ssh -oBatchMode=yes"}


def _format_of(target: Target) -> tuple[str, ...]:
    """Name the hash that a repository uses where it is not the usual one, which older versions of git cannot name."""
    return ("--object-format=sha256",) if target.is_sha256 else ()


def _bytes_in(folder: Path) -> int:
    size = 0
    with suppress(FileNotFoundError), os.scandir(folder) as found:
        for entry in found:
            with suppress(FileNotFoundError):
                size += entry.stat().st_size
    return size
