"""However large or many things a plugin has, finding it takes little time and memory, and what is left out is told."""

import ast
import json
import tracemalloc
from pathlib import Path

import pytest

from aetherflow.core.plugins import file_readings, parsed_module, plugin_index, static_reading
from aetherflow.core.plugins.digests import bytes_digest
from aetherflow.core.plugins.doctor.module_code import parse_code
from aetherflow.core.plugins.file_readings import FileReadings
from aetherflow.core.plugins.manifest_reader import manifest_of
from aetherflow.core.plugins.module_reading import ModuleReading, Provided
from aetherflow.core.plugins.plugin_index import FileEntry, PluginIndex, read_index, write_index
from aetherflow.core.plugins.plugin_tree import source_file

API = "from aetherflow.core.api import *\n"
STEP = "@register_step('a')\nclass A(Step):\n    input_schema = {}\n"
MIB = 1024 * 1024

pytestmark = pytest.mark.timeout(30)  # without a bound some of these would go on for ever


def read(text: str) -> ModuleReading:
    """Read a module."""
    return static_reading.read_module("m.py", (API + text).encode())


def told(reading: ModuleReading) -> str:
    """Give the only finding of a module that is not read."""
    assert (reading.is_read, reading.registrations) == (False, ())
    (finding,) = reading.diagnostics
    assert finding.code == "AF-P142"
    return finding.message.partition("without running it: ")[2]


def doubled(first: str, pattern: str, times: int = 40) -> str:
    """Give constants of which each stands for the one before it twice."""
    return f"X0 = {first}\n" + "".join(f"X{number + 1} = {pattern.format(f'X{number}')}\n" for number in range(times))


@pytest.mark.parametrize("pattern", ["[{0}, {0}]", "[*{0}, *{0}]", "{{'a': {0}, 'b': {0}}}"])
def test_values_that_double_with_each_name_are_no_literals(pattern: str) -> None:
    reading = read(doubled("['x']", pattern) + STEP.format("{'enum': X40}"))
    (registration,) = reading.registrations
    assert (registration.name, registration.unread) == ("a", ("input_schema",))


@pytest.mark.parametrize("pattern", ["{0} + {0}", "f'{{{0}}}{{{0}}}'"])
def test_texts_that_double_with_each_name_are_no_names(pattern: str) -> None:
    reading = read(doubled("'abc'", pattern) + "@register_step(X40)\ndef f(ctx, inputs): ...\n")
    assert (reading.registrations, len(reading.unread)) == ((), 1)


def test_one_long_text_is_not_counted_once_for_each_part() -> None:
    text = " + ".join(["'" + "x" * 100 + "'"] * 300)
    (registration,) = read(STEP.format("{'description': " + text + "}")).registrations
    assert len(registration.input_schema["description"]) == 30_000  # type: ignore[index]  # it is there


def test_classes_that_inherit_twice_from_each_other_are_followed_once() -> None:
    classes = "class C0: ...\n" + "".join(f"class C{each + 1}(C{each}, C{each}): ...\n" for each in range(60))
    (registration,) = read(classes + "@register_step('a')\nclass A(C60): ...\n").registrations
    assert registration.unread == ()


def test_a_module_of_very_many_statements_is_told() -> None:
    assert told(read("a=1\n" * 340_000)) == "more than 100,000 lines and semicolons"
    assert told(read("a=1;" * 340_000 + "\n")) == "more than 100,000 lines and semicolons"


def test_a_module_of_very_many_expressions_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsed_module, "MOST_NODES", 1_000)
    assert told(read("a = [" + "1," * 1_000 + "]\n")) == "more than 1,000 expressions and statements"


def test_a_module_of_very_many_registrations_is_told() -> None:
    steps = "".join(f"@register_step('s{each}')\ndef f(ctx, inputs): ...\n" for each in range(2_001))
    assert told(read(steps)) == "more than 2,000 registrations"


def test_names_and_schemas_that_no_index_can_hold_are_told() -> None:
    shared = "S = {'enum': [" + "'value'," * 1_000 + "]}\n"
    steps = "".join(f"@register_step('s{each}')\nclass C{each}(Step): input_schema = S\n" for each in range(50))
    assert told(read(shared + steps)) == "what it says of itself takes more than 262,144 bytes"


def test_of_very_many_places_that_cannot_be_read_some_are_told() -> None:
    reading = read("for x in y:\n" + "    register_step(x)(x)\n" * 5_000)
    assert (reading.is_read, len(reading.unread)) == (True, 200)


@pytest.mark.parametrize("key", ["requires", "required_permissions", "provides"])
def test_a_list_without_an_end_in_a_manifest_is_refused(key: str) -> None:
    entries = "".join(f"- p{number}\n" for number in range(1_001))
    reading = manifest_of("m.yaml", f"name: a\n{key}:\n{entries}".encode())
    (finding,) = reading.diagnostics
    assert (reading.manifest, finding.code) == (None, "AF-P214")
    assert finding.message == f"`{key}` has 1,001 entries of at most 1,000"
    assert finding.span is not None and finding.span.line in (2, 3)


def test_a_manifest_without_an_end_is_refused() -> None:
    (finding,) = manifest_of("m.yaml", b"#" * (MIB + 1)).diagnostics
    assert finding.code == "AF-P203"
    assert finding.message == 'the plugin manifest "m.yaml" cannot be read: larger than 1,048,576 bytes'


@pytest.mark.parametrize("name", ["data.bin", "module.py", "aetherflow-plugin.yaml"])
def test_a_large_file_is_never_held_in_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"#" * 48 * MIB)
    tracemalloc.start()
    entry = file_readings._read(str(path), 0, parse=True)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12 * MIB
    assert entry is not None and entry.digest == bytes_digest(path.read_bytes())


def test_a_module_that_is_too_large_is_told_with_its_size(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(b"#" * 3 * MIB)
    file = source_file(str(path), "m.py")
    assert file is not None
    reading = FileReadings(PluginIndex(reader="1"), lambda: 0).module(str(path), file)
    assert told(reading) == "3,145,728 bytes of at most 2,097,152"


def test_an_index_that_is_too_large_is_as_good_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = FileEntry(inode=1, mtime_ns=1, changed_ns=1, size=1, read_at_ns=1, digest="x" * 1_000)
    index = PluginIndex(reader="1", files={"/a": entry})
    assert write_index(tmp_path / "index.json", index)
    assert read_index(tmp_path / "index.json", "1") == index
    monkeypatch.setattr(plugin_index, "LARGEST_BYTES", 1_000)
    assert read_index(tmp_path / "index.json", "1") == PluginIndex(reader="1")
    assert not write_index(tmp_path / "index.json", index)


def test_what_a_load_has_registered_is_kept_within_a_bound() -> None:
    readings = FileReadings(PluginIndex(reader="1"), lambda: 0)
    readings.record("tree", (Provided(kind="step", name="x" * 300_000, file="m.py", line=1),))
    assert (readings.recorded("tree"), readings.has_news) == (None, False)


def test_no_secret_is_written_into_the_index(tmp_path: Path) -> None:
    secret = FileEntry(inode=1, mtime_ns=1, changed_ns=1, size=1, read_at_ns=1, digest="hunter2")
    open_entry = FileEntry(inode=1, mtime_ns=1, changed_ns=1, size=1, read_at_ns=1, digest="x")
    index = PluginIndex(reader="1", files={"/secret": secret, "/open": open_entry})
    assert write_index(tmp_path / "index.json", index, lambda text: "hunter2" in text)
    assert list(json.loads((tmp_path / "index.json").read_bytes())["files"]) == ["/open"]


def test_nothing_is_written_where_a_path_is_a_secret(tmp_path: Path) -> None:
    index = PluginIndex(reader="1", trees={"/hunter2": plugin_index.TreeEntry({}, "x")})
    assert not write_index(tmp_path / "index.json", index, lambda text: "hunter2" in text)
    assert not (tmp_path / "index.json").exists()


def test_a_base_is_looked_through_once_for_all_its_heirs() -> None:
    code = parse_code("m", "m.py", b"class A: ...\nclass B: ...\n")
    assert code is not None
    first, second = (node for node in code.tree.body if isinstance(node, ast.ClassDef))
    assert code.bindings_of(first) is code.bindings_of(first)
    assert code.bindings_of(first) is not code.bindings_of(second)


def test_columns_are_counted_in_characters_on_a_line_of_any_signs() -> None:
    code = parse_code("m", "m.py", "x = ['ä→😀', name]\n".encode())
    assert code is not None
    name = next(node for node in ast.walk(code.tree) if isinstance(node, ast.Name) and node.id == "name")
    assert (code.span_of(name).column, code.span_of(name).end_column) == (13, 17)
