"""Plugins, made to measure: folders with a manifest, two modules, two step types and a connector each."""

import os
from pathlib import Path

MANIFEST = """\
name: team-{number}
version: "1.{number}.0"
author: Team {number}
description: What team {number} loads and checks.
compatible_versions: ">=0.1,<2"
required_permissions: ["network:db-{number}.example.com:5432"]
"""

MODULE = '''\
from aetherflow.core.api import ConnectorBase, Step, register_connector, register_step

from .names import TABLE


@register_step("team{number}.load")
class Load(Step):
    """Loads the rows of a day into the warehouse of team {number}."""

    effects = "idempotent"
    input_schema = {{
        "type": "object",
        "properties": {{"table": {{"type": "string"}}, "day": {{"type": "string"}}, "limit": {{"type": "integer"}}}},
        "required": ["table", "day"],
    }}

    def run(self, ctx, inputs):
        return {{"table": TABLE}}


@register_step("team{number}.check")
def check(ctx, inputs):
    """Checks the rows of team {number}."""
    return {{}}


@register_connector(kind="db", driver="team{number}")
class Database(ConnectorBase):
    """Connects to the database of team {number}."""

    def connect(self):
        return None
'''

#: Files that have just been written are read again: the clock of a file system is coarse.
SETTLED_SECONDS = 60


def write_plugins(folder: Path, count: int) -> list[Path]:
    """Write so many plugins that look as if they had been there for a while; gives their folders."""
    return [_write_plugin(folder / f"team_{number}", number) for number in range(count)]


def _write_plugin(folder: Path, number: int) -> Path:
    folder.mkdir(parents=True)
    texts = {
        "aetherflow-plugin.yaml": MANIFEST.format(number=number),
        "steps.py": MODULE.format(number=number),
        "names.py": f'TABLE = "rows_{number}"\n',
    }
    for name, text in texts.items():
        file = folder / name
        file.write_text(text, encoding="utf-8")
        settled = file.stat().st_mtime - SETTLED_SECONDS
        os.utime(file, (settled, settled))
    return folder
