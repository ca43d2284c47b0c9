"""Callers of zip and unzip, with either library."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from aetherflow.core.api import StepFailed, StepResult
from aetherflow.core.builtins.connectors.pyzipper import PyzipperConnector
from aetherflow.core.builtins.connectors.zipfile import ZipfileConnector
from aetherflow.core.builtins.steps.unzip import UnzipStep
from aetherflow.core.builtins.steps.zip import ZipStep
from tests.builtins.conftest import SECRET


class Archiver:
    """Packs and unpacks by the steps: the resource `plain` has no password, `safe` has one."""

    def __init__(self, ctx: Any) -> None:
        self.ctx = ctx
        self.password = SECRET
        self.options: dict[str, Any] = {}

    def file(self, name: str, content: bytes = b"1") -> Path:
        """Write a file among the artifacts."""
        path: Path = self.ctx.artifacts_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def zip(self, **inputs: Any) -> StepResult:
        return self._run(ZipStep, {"path": "out.zip", "files": ["**/*"], **inputs})

    def unzip(self, **inputs: Any) -> StepResult:
        return self._run(UnzipStep, {"path": "out.zip", "into": "in", **inputs})

    def unzip_failure(self, **inputs: Any) -> StepFailed:
        """Hold that nothing is visible, and give why not."""
        before = self.seen()
        with pytest.raises(StepFailed) as raised:
            self.unzip(**inputs)
        assert SECRET not in f"{raised.value.message}{raised.value.hint}"
        assert self.seen() == before
        return raised.value

    def refusal(self, **inputs: Any) -> str:
        return self.unzip_failure(**inputs).message.removeprefix('resource "plain": "out.zip": ')

    def seen(self) -> list[str]:
        """Give all names below the job's directory."""
        return sorted(path.relative_to(self.ctx.job_dir).as_posix() for path in self.ctx.job_dir.rglob("*"))

    def _run(self, step: Any, inputs: dict[str, Any]) -> StepResult:
        self.ctx.connectors = {
            "plain": ZipfileConnector(config={}, options=self.options),
            "safe": PyzipperConnector(config={"password": self.password}, options=self.options),
        }
        result = step().run(self.ctx, msgspec.convert({"resource": "plain", **inputs}, step.input_schema))
        assert isinstance(result, StepResult)
        return result


@pytest.fixture
def archiver(ctx: Any) -> Archiver:
    """Give a caller of both steps."""
    return Archiver(ctx)
