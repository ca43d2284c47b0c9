"""Plugins written to disk and examined, for tests."""

import os
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from aetherflow.core.contracts.deprecation import Deprecation
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.span import Span
from aetherflow.core.plugins.doctor.checks import check_plugin
from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.inventory import KnownPlugin, read_plugins
from aetherflow.core.plugins.modes import Mode
from aetherflow.core.plugins.origins import OriginRequest, resolve_origins
from aetherflow.core.plugins.plugin_index import PluginIndex

API = "from aetherflow.core.api import *\n"
IN_STEP = '@register_step("load")\ndef load(ctx, inputs):\n'


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files that nobody else may write, whatever the umask; texts may be indented as it suits the test."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else dedent(content).removeprefix("\n").encode())
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def known(path: Path) -> KnownPlugin:
    """Find the plugin at a path, as `--plugin-path` does; not those inside it."""
    readings = FileReadings(PluginIndex(reader="1"), lambda: 0)
    request = OriginRequest(mode="internal_fast", cwd=str(path.parent), flag_paths=(str(path),))
    return read_plugins(resolve_origins(request).accepted, readings)[0]


#: That a module is nowhere, and that a plugin registers nothing: true of what most tests write, and not their point.
APART = frozenset({"AF-P503", "AF-P539"})


def examined(
    path: Path,
    *,
    mode: Mode = "internal_fast",
    user_id: int | None = None,
    deprecated: Mapping[str, Deprecation] | None = None,
    apart: frozenset[str] = APART,
) -> list[Diagnostic]:
    """Examine the plugin at a path; what is ``apart`` is left out, and of another API what this one does not have."""
    user = os.geteuid() if user_id is None else user_id
    found = check_plugin(known(path), mode=mode, user_id=user, deprecated=deprecated or {})
    left_out = apart | {"AF-P537", "AF-P538"} if deprecated else apart
    return [finding for finding in found if finding.code not in left_out]


def told(
    folder: Path,
    files: Mapping[str, str | bytes] | str,
    deprecated: Mapping[str, Deprecation] | None = None,
    *,
    apart: frozenset[str] = APART,
) -> list[str]:
    """Write the plugin "acme" and give what is found; a text is its one module, `steps.py`."""
    path = write(folder / "acme", {"steps.py": files} if isinstance(files, str) else files)
    return [shown(each) for each in examined(path, deprecated=deprecated, apart=apart)]


def shown(finding: Diagnostic) -> str:
    """Give a finding as one line: `steps.py:3:1 "token" error AF-P530: message`."""
    place = f"{_place(finding.span)} " if finding.span else ""
    return f"{place}{finding.severity} {finding.code}: {finding.message}"


def _place(span: Span) -> str:
    path = Path(span.file)
    lines = path.read_text(encoding="utf-8").split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return f"{path.name}:{span.line}:{span.column} {'⏎'.join(lines)!r}"
