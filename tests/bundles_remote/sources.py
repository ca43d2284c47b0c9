"""Remote folders as manifests name them, and what comes of fetching one."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aetherflow.core.bundles.remote_folders.answering import answer_to
from aetherflow.core.bundles.remote_folders.asking import ask_child
from aetherflow.core.bundles.remote_folders.messages import Answer, Request
from aetherflow.core.bundles.remote_folders.watch import Watch
from aetherflow.core.bundles.sources.remote import RemoteFetcher
from aetherflow.core.bundles.values import BundleSource, FetchFailed, Limits
from aetherflow.core.connectors.resources import ResolvedResource

FILES = {"flows/main.yaml": b"flow: {id: main}\n", "profiles.yaml": b"{}\n", "data/\u00fc b.csv": b"a,1\n" * 50_000}
EMPTY_ENVIRON = {"HOME": "/nonexistent", "PATH": os.environ["PATH"]}


def write(root: Path, files: Mapping[str, bytes] = FILES) -> None:
    """Write files, and the folders above them."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def read(root: Path) -> dict[str, bytes]:
    """Read every file of a folder."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def source(location: str, folder: Path, resource: ResolvedResource | None = None) -> BundleSource:
    """Make a source of type remote."""
    return BundleSource(type="remote", location=location, folder=folder, resource=resource)


def resource(driver: str, config: dict[str, Any], **options: Any) -> ResolvedResource:
    """Make the resource "files" of a manifest."""
    return ResolvedResource("files", "remote", driver, config, options)


def in_this_process(request: Request, _environ: Mapping[str, str]) -> Answer:
    """Read a folder without a process of its own, which takes longer than most tests."""
    return answer_to(request, Watch(seconds=request.limits.seconds, idle_seconds=request.idle_seconds))


def fetcher(*, in_child: bool = False, idle_seconds: float = 20) -> RemoteFetcher:
    """Make a fetcher."""
    environ = {**os.environ, **EMPTY_ENVIRON}
    return RemoteFetcher(environ, idle_seconds=idle_seconds, ask=ask_child if in_child else in_this_process)


def failure(
    asked: BundleSource, into: Path, *, limits: Limits | None = None, in_child: bool = False, idle_seconds: float = 20
) -> FetchFailed:
    """Fetch what cannot be fetched, and give the error."""
    into.mkdir(exist_ok=True)
    try:
        fetched = fetcher(in_child=in_child, idle_seconds=idle_seconds).fetch(asked, into, limits or Limits())
    except FetchFailed as failed:
        assert len(failed.diagnostics) == 1
        return failed
    raise AssertionError(f"fetched: {fetched}")


def told(failed: FetchFailed) -> str:
    """Give the one finding of a failure as a line, and its hint as another."""
    finding = failed.diagnostics[0]
    return f"{finding.code}: {finding.message}\n= {finding.hint}"
