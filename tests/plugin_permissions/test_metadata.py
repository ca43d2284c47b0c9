"""What a plugin says of itself in code counts as what its manifest says: ranges, permissions, and where they differ."""

from pathlib import Path

import pytest

from aetherflow.core.plugins.compatibility import compatibility_findings
from tests.plugin_doctor.examining import known, told, write
from tests.plugin_permissions.reaching import MANIFEST

HEAD = "from aetherflow.core.api import BasePlugin, PluginMetadata, register_plugin\n"
SAID = 'PluginMetadata(name="audit", version="1", author="A", description="D", {})'
WITHOUT = MANIFEST.rpartition("required")[0]


def plugin(said: str) -> str:
    """Write a module with one class that says this of itself."""
    return f'{HEAD}\n\n@register_plugin("audit")\nclass Audit(BasePlugin):\n    metadata = {SAID.format(said)}\n'


ASKED = SAID.format('required_permissions=["env:A"]')
PLACED = ASKED.replace("required_permissions=", "")
for keyword in ("name=", "version=", "author=", "description="):
    PLACED = PLACED.replace(keyword, "")
CLASS = '@register_plugin("a")\nclass A(BasePlugin)'
TOOLS = f"{HEAD}{CLASS}".replace("BasePlugin", "BaseToolPlugin")
WAYS = {
    "an attribute": f"{HEAD}{CLASS}:\n    metadata = {ASKED}\n",
    "a tuple": plugin('required_permissions=("env:A",)'),
    "a constant": f'P = "env:A"\n{plugin("required_permissions=[P]")}',
    "its place": f"{HEAD}{CLASS}:\n    metadata = {PLACED}\n",
    "an alias": f"{HEAD}from aetherflow.core.api import PluginMetadata as M\n{CLASS}:\n    metadata = M{ASKED[14:]}\n",
    "the whole API": f"import aetherflow.core.api as api\n{CLASS.replace('@', '@api.')}:\n    metadata = api.{ASKED}\n",
    "a module's constant": f"{HEAD}M = {ASKED}\n{CLASS}:\n    metadata = M\n",
    "a property": f"{HEAD}{CLASS}:\n    @property\n    def metadata(self):\n        return {ASKED}\n",
    "made by __init__": f"{HEAD}{CLASS}:\n    def __init__(self):\n        self.metadata = {ASKED}\n",
    "set later": f"{HEAD}{CLASS}: ...\nA.metadata = {ASKED}\n",
    "a base": f"{HEAD}class B(BasePlugin):\n    metadata = {ASKED}\n{CLASS.replace('BasePlugin', 'B')}: ...\n",
    "a plugin of tools": f"{TOOLS}:\n    metadata = {ASKED}\n",
}


def permission_lines(folder: Path, files: dict[str, str]) -> list[str]:
    """Give what the doctor says of permissions."""
    codes = ("AF-P209", "AF-P412", "AF-P413", "AF-P417", "AF-P418", "AF-P419")
    return [line for line in told(folder, files) if any(code in line for code in codes)]


@pytest.mark.parametrize("way", WAYS)
def test_permissions_are_read_out_of_the_code_however_they_are_written(way: str, tmp_path: Path) -> None:
    assert known(write(tmp_path / "acme", {"a.py": WAYS[way]})).source.permissions == ("env:A",)


def test_permissions_of_manifest_and_code_come_together(tmp_path: Path) -> None:
    files = {"aetherflow-plugin.yaml": MANIFEST.format("read:/b, env:A"), "a.py": WAYS["an attribute"]}
    assert known(write(tmp_path / "acme", files)).source.permissions == ("read:/b", "env:A")


def test_what_the_code_declares_covers_what_it_reaches_for(tmp_path: Path) -> None:
    text = plugin('required_permissions=["env:A"]') + "\n    def on_load(self, context):\n        context.env['A']\n"
    assert permission_lines(tmp_path, {"steps.py": text}) == []


def test_what_the_code_does_not_declare_is_a_warning_that_names_it(tmp_path: Path) -> None:
    text = plugin('required_permissions=["env:A"]') + "\n    def on_load(self, context):\n        context.env['B']\n"
    assert permission_lines(tmp_path, {"steps.py": text}) == [
        'steps.py:9:9 \'context.env\' warning AF-P412: the plugin "acme" reads "B", which its PluginMetadata does not '
        "declare",
        'steps.py:6:5 \'metadata = PluginMetadata(name="audit", version="1", author="A", description="D", '
        "required_permissions=[\"env:A\"])' note AF-P413: the plugin's text shows nothing that needs the permission "
        '"env:A"',
    ]


def test_metadata_without_permissions_gets_one_note(tmp_path: Path) -> None:
    text = plugin("") + "\n    def on_load(self, context):\n        context.run_process(['git'])\n"
    assert permission_lines(tmp_path, {"steps.py": text}) == [
        "steps.py:9:9 'context.run_process' note AF-P412: the plugin \"acme\" starts processes, and its PluginMetadata "
        "declares no permissions"
    ]


def test_manifest_and_code_that_differ_are_told_with_both_sides(tmp_path: Path) -> None:
    files = {
        "aetherflow-plugin.yaml": MANIFEST.format('"env:A", "env:B"'),
        "steps.py": plugin('required_permissions=["env:A", "env:C"]')
        + "\n    def on_load(self, context):\n        dict(context.env)\n",
    }
    (line,) = permission_lines(tmp_path, files)
    assert line.partition(" warning ")[2] == (
        'AF-P418: the plugin "acme" declares two sets of permissions: only the manifest asks for "env:B", '
        'only the code asks for "env:C"'
    )


@pytest.mark.parametrize(
    ("in_manifest", "in_code"), [('["env:A", "env:B"]', '("env:B", "env:A")'), (None, '["env:A"]')]
)
def test_manifest_and_code_that_say_the_same_are_fine(in_manifest: str | None, in_code: str, tmp_path: Path) -> None:
    manifest = WITHOUT if in_manifest is None else MANIFEST.format(in_manifest[1:-1])
    text = plugin(f"required_permissions={in_code}") + "\n    def on_load(self, context):\n        dict(context.env)\n"
    assert permission_lines(tmp_path, {"aetherflow-plugin.yaml": manifest, "steps.py": text}) == []


@pytest.mark.parametrize("said", ["required_permissions=made()", "**more()", "required_permissions=[x for x in y]"])
def test_permissions_that_only_running_the_code_tells_are_a_warning(said: str, tmp_path: Path) -> None:
    (line,) = permission_lines(tmp_path, {"steps.py": plugin(said)})
    assert line.partition(" warning ")[2] == (
        'AF-P419: which permissions the plugin "acme" asks for is only known when its code runs'
    )


def test_a_wrong_permission_in_code_is_told_without_running_it(tmp_path: Path) -> None:
    (line,) = permission_lines(tmp_path, {"steps.py": plugin('required_permissions=["internet"]')})
    assert line.endswith('error AF-P209: "internet" is no permission')


@pytest.mark.parametrize("way", WAYS)
def test_a_range_in_code_leaves_out_an_api_as_one_in_the_manifest_does(way: str, tmp_path: Path) -> None:
    text = WAYS[way].replace('["env:A"]', '["env:A"], compatible_versions=">=7"')
    text = text.replace("[P]", '[P], compatible_versions=">=7"').replace('("env:A",)', '(), compatible_versions=">=7"')
    found = known(write(tmp_path / "acme", {"a.py": text}))
    (finding,) = compatibility_findings(found, api_version="1.0", python_version="3.12")
    assert (finding.code, finding.message) == (
        "AF-P301",
        'the plugin "acme" works with AetherFlow\'s API ">=7", and this is 1.0',
    )
    assert finding.span is not None
    assert Path(finding.span.file).name == "a.py"
    assert compatibility_findings(found, api_version="7.1", python_version="3.12") == []
