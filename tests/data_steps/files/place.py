"""A job with resources of kind files, in which file steps are called with inputs as they come from a flow."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from aetherflow.core.api import Step, StepFailed, StepResult
from aetherflow.core.builtins.connectors.fs import FsConnector
from aetherflow.core.builtins.connectors.sftp import SftpConnector
from aetherflow.core.builtins.files.connector import FilesConnector
from aetherflow.core.builtins.steps.files_copy import FilesCopy
from aetherflow.core.builtins.steps.files_delete import FilesDelete
from aetherflow.core.builtins.steps.files_download import FilesDownload
from aetherflow.core.builtins.steps.files_list import FilesList
from aetherflow.core.builtins.steps.files_upload import FilesUpload
from tests.builtins.conftest import Context
from tests.support.sftp_server import PASSWORD, USER, SftpServer, written

OLD = 1_600_000_000


class Job(Context):
    """A job's context; ``connectors`` are its resources."""

    def __init__(self, job_dir: Path) -> None:
        super().__init__(job_dir)
        self.manifests_dir = job_dir / "manifests"
        self.manifests_dir.mkdir()
        self.connectors: dict[str, FilesConnector] = {}
        self.told: list[tuple[float, float | None, str | None]] = []
        self.cancelled: Callable[[], bool] = lambda: False

    @property
    def is_cancelled(self) -> bool:  # type: ignore[override]
        return self.cancelled()

    def progress(self, done: float, total: float | None = None, message: str | None = None) -> None:
        self.told.append((done, total, message))

    def sftp(self, server: SftpServer, *, port: int | None = None, root: str = "/", **options: Any) -> None:
        """Name an SFTP server `server`, with the right credentials and host key."""
        given = {"host_key": written(server.host_key), **options}
        config = {"host": "127.0.0.1", "port": port or server.port, "username": USER, "password": PASSWORD}
        self.connectors["server"] = SftpConnector(config={**config, "root": root}, options=given)

    def fs(self, name: str, protocol: str, root: str, **config: Any) -> None:
        """Name a file system of fsspec."""
        options = {"timeout_seconds": 20}
        self.connectors[name] = FsConnector(config={"protocol": protocol, "root": root, **config}, options=options)

    def close(self) -> None:
        for connector in self.connectors.values():
            connector.close()

    def run(self, step: type[Step], **inputs: Any) -> StepResult:
        """Run a step with inputs as a flow gives them."""
        result = step().run(self, msgspec.convert(inputs, step.input_schema))
        assert isinstance(result, StepResult)
        return result

    def failure(self, step: type[Step], **inputs: Any) -> StepFailed:
        """Give what a step fails with."""
        with pytest.raises(StepFailed) as caught:
            self.run(step, **inputs)
        return caught.value

    def list(self, **inputs: Any) -> list[str]:
        """Give the paths that files_list gives."""
        paths: list[str] = self.run(FilesList, **inputs).outputs["paths"]
        return paths

    def download(self, **inputs: Any) -> dict[str, Any]:
        return self.run(FilesDownload, **inputs).outputs

    def upload(self, **inputs: Any) -> dict[str, Any]:
        return self.run(FilesUpload, **inputs).outputs

    def copy(self, **inputs: Any) -> dict[str, Any]:
        return self.run(FilesCopy, **inputs).outputs

    def delete(self, **inputs: Any) -> dict[str, Any]:
        return self.run(FilesDelete, **inputs).outputs


def content(name: str, size: int = 20_000) -> bytes:
    """Give bytes that no other name has."""
    seed = hashlib.sha256(name.encode()).digest()
    return (seed * (size // len(seed) + 1))[:size]


def fill(folder: Path, *names: str, size: int = 20_000) -> dict[str, bytes]:
    """Write files, and the folders above them."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content(name, size))
    return {name: content(name, size) for name in names}


def read(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder, hidden ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
