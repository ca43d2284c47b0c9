"""Fetches a commit of a git repository, anywhere, by the program git; a repository is never left behind."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from aetherflow.core.bundles.deadline import Deadline
from aetherflow.core.bundles.file_tree.budget import Budget
from aetherflow.core.bundles.file_tree.faults import cannot_be_written, told_of
from aetherflow.core.bundles.git.checkout import write_commit
from aetherflow.core.bundles.git.environment import git_environment, settings_in
from aetherflow.core.bundles.git.location import git_location, require_repository, shown_repository
from aetherflow.core.bundles.git.program import Git
from aetherflow.core.bundles.git.refs import HEAD, kind_of
from aetherflow.core.bundles.git.remote import Remote, ssh_variables
from aetherflow.core.bundles.git.sign_in import sign_in_of
from aetherflow.core.bundles.values import BundleSource, Fetched, Limits

_COMMIT = "commit:"
#: To ask for names is less than to fetch.
_ASKING_SECONDS = 60
#: In the folder that is written into, so that whoever clears that clears it; no commit can have a file of this name.
_REPOSITORY = ".git"


class GitFetcher:
    """Fetches from repositories; ``environ`` is where git is looked for, and what it and ssh are configured by."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def is_current(self, source: BundleSource, fetched: Fetched) -> bool | None:
        """Ask for the commit that the ref is on now; a commit named by its id is always current."""
        with told_of(source, shown_repository(source)):
            if kind_of(source.ref) == "commit":
                return True
            _, remote = self._remote(source, Limits(seconds=_ASKING_SECONDS))
            target = remote.target(source.ref)
        commit = fetched.revision.removeprefix(_COMMIT)
        return commit.startswith(target.short) if target.short else commit == target.commit

    def fetch(self, source: BundleSource, into: Path, limits: Limits) -> Fetched:
        """Fetch the commit alone where the server gives it, and write its files as they were committed."""
        budget = Budget(limits)
        with told_of(source, shown_repository(source)), _repository_in(into) as repository:
            git, remote = self._remote(source, limits)
            target = remote.target(source.ref)
            commit = remote.fetch(target, repository)
            left_out = write_commit(git, repository, commit, into, budget)
        detail = {"ref": target.ref or source.ref or HEAD, "commit": commit, **budget.detail(), **left_out.detail()}
        return Fetched(revision=_COMMIT + commit, detail=detail)

    def _remote(self, source: BundleSource, limits: Limits) -> tuple[Git, Remote]:
        location = git_location(source)
        require_repository(location, source.location)
        sign_in = sign_in_of(location, source.resource, source.folder.absolute())
        environ = git_environment(self._environ)
        environ |= sign_in.environment(settings_in(environ))
        git = Git(environ, Deadline(limits.seconds), limits.seconds, sign_in.secrets)
        if location.folder is None:
            git = git.with_variables(ssh_variables(git, environ))
        return git, Remote(git, location.url, limits)


@contextmanager
def _repository_in(folder: Path) -> Iterator[Path]:
    """Give a place for a repository that is gone afterwards: what stays of it would be part of the bundle."""
    repository = folder / _REPOSITORY
    try:
        yield repository
    except BaseException:  # an interrupt too leaves no repository in what is fetched
        shutil.rmtree(repository, ignore_errors=True)
        raise
    try:
        shutil.rmtree(repository)
    except OSError as error:
        raise cannot_be_written(error) from None
