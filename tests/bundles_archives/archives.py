"""Archives as people, and as attackers make them, and what comes of fetching one."""

import copy
import io
import os
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from aetherflow.core.bundles.sources.archive import ArchiveFetcher
from aetherflow.core.bundles.values import BundleSource, Fetched, FetchFailed, Limits

FILES = {"flows/main.yaml": b"flow: {id: main}\n", "profiles.yaml": b"", "data/ü.csv": b"a,1\n" * 1000}


def zip_of(files: Mapping[str, bytes] = FILES, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a zip file; names are written as they are given."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tar_of(files: Mapping[str, bytes] = FILES, mode: str = "w", form: int = tarfile.GNU_FORMAT) -> bytes:
    """Make a tar file; the mode says how it is compressed: ``w:gz``."""
    return tar_of_infos(*((tar_info(name), content) for name, content in files.items()), mode=mode, form=form)


def tar_info(name: str, kind: bytes = tarfile.REGTYPE, target: str = "", mode: int = 0o644) -> tarfile.TarInfo:
    """Make a member of any kind."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, target, mode
    return info


def _sized(info: tarfile.TarInfo, size: int) -> tarfile.TarInfo:
    """Copy a member: one that several tests share must stay as it is."""
    sized = copy.copy(info)
    sized.size = size
    return sized


def tar_of_infos(*entries: tuple[tarfile.TarInfo, bytes], mode: str = "w", form: int = tarfile.GNU_FORMAT) -> bytes:
    """Make a tar file of such members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=form) as archive:  # type: ignore[call-overload]  # any mode
        for info, content in entries:
            archive.addfile(_sized(info, len(content)), io.BytesIO(content))
    return buffer.getvalue()


def fetched(
    root: Path, content: bytes, limits: Limits | None = None, name: str = "orders.zip", **source: str
) -> Fetched:
    """Fetch an archive with this content, into the folder ``into``."""
    (root / name).write_bytes(content)
    (root / "into").mkdir()
    return ArchiveFetcher().fetch(local(root, name, **source), root / "into", limits or Limits())


def local(root: Path, location: str = "orders.zip", **source: str) -> BundleSource:
    """Name an archive whose manifest is in a folder."""
    return BundleSource(type="archive", location=location, folder=root, **source)  # type: ignore[arg-type]  # as given


def refusal(root: Path, content: bytes, limits: Limits | None = None) -> str:
    """Give the one finding about an archive, and hold that nothing of it was written."""
    try:
        fetched(root, content, limits)
    except FetchFailed as failure:
        assert tree(root) == ["into", "orders.zip"]
        return told(failure)
    raise AssertionError("it was unpacked")


def told(failure: FetchFailed) -> str:
    """Give the finding of a failure, which is one: code, message, hint."""
    (finding,) = failure.diagnostics
    assert failure.message == finding.message
    return "\n".join(filter(None, (f"{finding.code} {finding.message}", finding.hint, *finding.notes)))


def tree(root: Path) -> list[str]:
    """Give the paths of everything below a folder."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def contents(root: Path) -> dict[str, bytes]:
    """Give the files below a folder."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def modes(root: Path) -> dict[str, str]:
    """Give the modes of everything below a folder."""
    return {path: oct(os.lstat(root / path).st_mode) for path in tree(root)}
