"""No text, however it is made, takes the reader beyond its bounds."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from aetherflow.core.documents.anchors import MAX_ALIASED_NODES
from aetherflow.core.documents.tree import MAX_DEPTH, MAX_NODES
from tests.documents.reading import codes, data, findings

LETTERS = "abcdefghij"
BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]\n" for before, name in pairwise(LETTERS)
)

DEEP = {
    "lists 3,000 deep": "a: " + "[" * 3000 + "]" * 3000,
    "lists 100,000 deep": "a: " + "[" * 100_000,
    "mappings 3,000 deep": "{a: " * 3000 + "1" + "}" * 3000,
    "mappings 100,000 deep": "{a: " * 100_000,
    "braces 100,000 deep": "{" * 100_000,
    "blocks 1,000 deep": "".join(f"{' ' * level}a:\n" for level in range(1000)),
    "items 100,000 deep": "- " * 100_000,
    "keys 100,000 deep": "? " * 100_000,
    "aliases 1,000 deep": "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 1000)),
}


@pytest.mark.parametrize("name", DEEP)
def test_nesting_beyond_the_bound_is_one_finding(name: str) -> None:
    (finding,) = findings(DEEP[name])
    assert finding.message == "lists and mappings are nested more than 100 levels deep here"
    assert finding.span is not None


def test_nesting_up_to_the_bound_is_read() -> None:
    assert codes("[" * MAX_DEPTH + "]" * MAX_DEPTH) == []
    assert codes("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)) == ["AF-Y304"]


def test_an_alias_bomb_is_one_finding() -> None:
    assert [finding.message for finding in findings(BOMB)] == [
        "the aliases of this document expand to more than 1,000,000 values"
    ]


def test_aliases_within_the_bound_are_read() -> None:
    assert MAX_ALIASED_NODES >= 1_000_000
    assert len(data("a: &a [1, 2, 3]\nb: [" + "*a, " * 1000 + "]")["b"]) == 1000


def test_merges_count_as_aliases() -> None:
    base = "{" + ", ".join(f"k{n}: 1" for n in range(1000)) + "}"
    assert codes(f"a: &a {base}\nb:\n" + "  - <<: *a\n" * 1100) == ["AF-Y303"]


def test_values_beyond_the_bound_are_one_finding() -> None:
    (finding,) = findings("[" + "1," * 2 * MAX_NODES + "]")
    assert (finding.code, finding.message) == ("AF-Y305", "the document has more than 1,000,000 values")


def test_too_many_findings_end_the_reading() -> None:
    found = findings("a: 1\n" * 20_000)
    assert len(found) == 10_001
    assert found[-1].message == "more than 10,000 findings: the rest of the document was not checked"


MEASURED = """
import sys
from pathlib import Path
from aetherflow.core.documents.reader import read_document
from aetherflow.core.documents.source import Source
print(*[finding.code for finding in read_document(Source("f", sys.stdin.read())).diagnostics])
# Not ru_maxrss: a process begins with the peak of the one that started it.
(peak,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
print(int(peak.split()[1]) // 1024)
"""


@pytest.mark.parametrize("name", ["lists 100,000 deep", "mappings 100,000 deep", "bomb"])
def test_hostile_texts_stay_within_256_mb(name: str, tmp_path: Path) -> None:
    # A process of its own: the peak of this one holds whatever other tests did.
    text = {**DEEP, "bomb": BOMB}[name]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED], input=text, capture_output=True, text=True, timeout=20, check=True
    )
    code, megabytes = done.stdout.split()
    assert code.startswith("AF-Y30")
    assert int(megabytes) < 256
