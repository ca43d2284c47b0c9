"""Puts a block of the docs into the file that it is a piece of, and names the command that looks at that file."""

import ast
import builtins
import json
import sys
import tomllib
from typing import Any

from msgspec import Struct

from aetherflow.core import api
from aetherflow.core.documents.reader import read_document
from aetherflow.core.documents.schemas import json_schema
from aetherflow.core.documents.source import Source
from aetherflow.core.plugins.plugin_manifest import plugin_manifest_schema
from tests.docs_blocks.flow_frame import flow_around, keys_of

FLOW, MANIFEST, PLUGINS_FILE = "flow.yaml", "manifest.yaml", "plugins.yaml"
PLUGIN = "plugins/orders"
SMALL_FLOW = "version: 1\nflow: {id: daily}\njobs: [{id: load, steps: [{id: say, type: log, inputs: {message: x}}]}]\n"
SMALL_PLUGIN = """\
from aetherflow.core.api import register_step


@register_step("load_orders")
def load_orders(ctx, inputs):
    \"\"\"Loads orders.\"\"\"
    return {}
"""
METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
_PROGRAM = """\
from aetherflow.core.api import AetherFlowError, run_flow

try:
    {}
except AetherFlowError as refused:
    print(refused.diagnostics)
"""
_ANY_CONNECTOR = """\
from aetherflow.core.api import ConnectorBase, register_connector


@register_connector(kind="db", driver="any")
class AnyConnector(ConnectorBase):
    def connect(self): ...
    def close(self): ...
"""
BUNDLE = {"id": "orders", "source": {"type": "filesystem", "location": "./orders"}, "entry_flow": "flows/main.yaml"}


class Placed(Struct, frozen=True):
    """Files of a folder, and the lines that are typed in it."""

    files: dict[str, str]
    lines: tuple[str, ...]


def placed_yaml(text: str) -> Placed:
    """Give the document that a YAML text is, or is a piece of; a text that is no YAML is a flow as it stands."""
    reading = read_document(Source("a block", text))
    piece = reading.document.data if reading.document and not reading.diagnostics else None
    if isinstance(piece, dict) and piece:
        return _placed_mapping(piece, text)
    return _piece_of_flow(piece) if isinstance(piece, list) else Placed({FLOW: text}, (f"aetherflow validate {FLOW}",))


def _placed_mapping(piece: dict[str, Any], text: str) -> Placed:
    keys = set(piece)
    if keys & _OF_A_MANIFEST:
        return _manifest(piece)
    if keys & _OF_PLUGINS_FILE:
        return _plugins_file(piece)
    if keys - {"version"} and keys <= _OF_A_PLUGIN:
        files = {f"{PLUGIN}/aetherflow-plugin.yaml": text, f"{PLUGIN}/steps.py": SMALL_PLUGIN}
        return Placed(files, (f"aetherflow plugins doctor --plugin-path {PLUGIN} --verbose",))
    if all(isinstance(value, dict) and set(value) <= keys_of("Resource") for value in piece.values()):
        flow = flow_around({"profile": next(iter(piece)), "driver": "sqlite3"})
        return Placed({"profiles.yaml": text, FLOW: _dumped(flow)}, (f"aetherflow validate {FLOW}",))
    return _piece_of_flow(piece)


def _piece_of_flow(piece: Any) -> Placed:
    files = {FLOW: _dumped(flow_around(piece)), f"{PLUGIN}/connectors.py": _ANY_CONNECTOR}
    if isinstance(piece, dict) and set(piece) <= keys_of("Resource"):
        return Placed(files, (f"aetherflow validate {FLOW} --plugin-path {PLUGIN}",))
    return Placed(files, (f"aetherflow validate {FLOW}",))


def placed_python(text: str) -> Placed:
    """Give a plugin with the text as a module, or a program where it runs a flow; what it uses is imported for it."""
    if text.startswith("run_flow("):
        return Placed({"program.py": _PROGRAM.format(text)}, ("python program.py",))
    files = {f"{PLUGIN}/steps.py": with_imports(text) + "\n"}
    return Placed(files, (f"aetherflow plugins doctor --plugin-path {PLUGIN} --verbose",))


def placed_package(text: str) -> Placed:
    """Give what an installer makes of a package with these entry points: it has a module "steps", too."""
    ((group, named),) = tomllib.loads(text)["project"]["entry-points"].items()
    package = next(iter(named.values())).partition(":")[0].partition(".")[0]
    written = "".join(f"{name} = {value}\n" for name, value in named.items())
    files = {
        f"site-packages/{package}/__init__.py": SMALL_PLUGIN,
        f"site-packages/{package}/steps.py": "",
        f"site-packages/{package}-1.0.dist-info/METADATA": METADATA.format(name=package),
        f"site-packages/{package}-1.0.dist-info/entry_points.txt": f"[{group}]\n{written}",
    }
    return Placed(files, ("aetherflow plugins doctor --verbose",))


def _plugins_file(piece: Any) -> Placed:
    written = {PLUGINS_FILE: _dumped({"version": 1, **piece}), FLOW: SMALL_FLOW}
    return Placed(written, (f"aetherflow validate {FLOW} --plugins-file {PLUGINS_FILE}",))


def _manifest(piece: Any) -> Placed:
    bundle = {"bundle": {**BUNDLE, "source": piece["source"]}} if "source" in piece else {}
    rest = {name: value for name, value in piece.items() if name != "source"}
    written = {"version": 1, **bundle, **rest}
    command = "bundle sync" if "bundle" in written else "plugins list"
    files = {MANIFEST: _dumped(written), "orders/flows/main.yaml": SMALL_FLOW}
    return Placed(files, (f"aetherflow {command} --bundle-manifest {MANIFEST}",))


def with_imports(text: str) -> str:
    """Import from the standard library and from our API what a module uses and does not define."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return text
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    stored = {node.id for node in names if not isinstance(node.ctx, ast.Load)} | set(vars(builtins)) | _imported(tree)
    wanted = {node.id for node in names} - stored
    return "".join(_import(name) for name in sorted(wanted)) + text


def _imported(tree: ast.Module) -> set[str]:
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return {(alias.asname or alias.name).partition(".")[0] for node in imports for alias in node.names}


def _import(name: str) -> str:
    if name in api.__all__:
        return f"from aetherflow.core.api import {name}\n"
    return f"import {name}\n" if name in sys.stdlib_module_names else ""


def _dumped(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, default=str) + "\n"


_SHARED = frozenset({"version", "resources"})
_OF_A_MANIFEST = frozenset(json_schema("manifest")["properties"]) - _SHARED | {"source"}
_OF_PLUGINS_FILE = frozenset(json_schema("plugins")["properties"]) - _SHARED
_OF_A_PLUGIN = frozenset(plugin_manifest_schema()["properties"])
