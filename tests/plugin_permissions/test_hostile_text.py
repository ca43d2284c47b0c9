"""However much there is to read, and however it is written, looking through it ends, and soon."""

import time
from pathlib import Path

import pytest

from tests.plugin_doctor.examining import told
from tests.plugin_permissions.reaching import MANIFEST, permissions, reaches

LINES = 10_000
#: Ten times what it takes here; what is not bounded takes minutes, or for ever.
MOST_SECONDS = 60

HOSTILE = {
    "many calls": "import os\n" + "os.system('git pull')\n" * LINES,
    "many functions": "import os\n" + "".join(f"def f{n}(x=os.sep):\n    os.system(x)\n" for n in range(LINES // 2)),
    "a chain of aliases": "import os\na0 = os.system\n"
    + "".join(f"a{n} = a{n - 1}\n" for n in range(1, LINES))
    + f"a{LINES - 1}('git')\n",
    "aliases in a circle": "".join(f"a{n} = a{(n + 1) % 100}\na{n}('x')\n" for n in range(100)),
    "aliases that call": "import os\na0 = os.x\n"
    + "".join(f"a{n} = a{n - 1}()(a{n - 1})()\n" for n in range(1, 1_000))
    + "a999()\n",
    "texts that double": "import os\na0 = 'x'\n"
    + "".join(f"a{n} = a{n - 1} + a{n - 1}\nos.system(a{n})\n" for n in range(1, 1_000)),
    "a long sum": f"import os\nos.system({' + '.join(['x'] * 2_000)})\n",
    "deep getattr": "import os\n" + "getattr(" * 80 + "os" + ", 'x')" * 80 + "()\n",
    "getattr of names that are long": "import os\nN = 'sys' 'tem'\n" + "getattr(os, N + N + N)('git')\n" * (LINES // 2),
    "a long chain": f"import os\nos{'.a()[0]' * 4_000}\n",
    "deep parts of paths": f"from pathlib import Path\n(Path('/a'){' / x' * 900}).write_text('')\n",
    "deep nesting": "".join(f"{' ' * n}def f{n}():\n" for n in range(90))
    + f"{' ' * 90}__import__('os').system('git')\n",
    "deep lambdas": f"import os\n{'lambda: ' * 150}os.system('git')\n",
    "with in with": "import os\n" + "".join(f"with a{n - 1} as a{n}: ...\n" for n in range(1, 2_000)) + "a1999.x()\n",
    "stars": "".join(f"from m{n} import *\n" for n in range(1_000)) + "".join(f"f{n}()\n" for n in range(5_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_looked_through_in_bounded_time(name: str, tmp_path: Path) -> None:
    start = time.perf_counter()
    reaches(tmp_path, HOSTILE[name])
    assert time.perf_counter() - start < MOST_SECONDS


def test_siblings_that_import_each_other_end(tmp_path: Path) -> None:
    files = {f"m{n}.py": f"from .m{(n + 1) % 30} import f, X\nf(X)\nimport os\nos.system(X)\n" for n in range(30)}
    assert permissions(tmp_path, files) == ["process:NAME"]


@pytest.mark.parametrize(
    "text",
    [
        "def f(:\n",
        "\0",
        "import os\nos.system('\\ud800')",
        "import os\nos.system(b'\\xff')",
        "open('\\0', 'w')",
        "open('/a/\x1b[31m', 'w')",
        "import httpx\nhttpx.get('https://[::1')",
        "import httpx\nhttpx.get('https://a:99999999/')",
        "import httpx\nhttpx.get('https://a:x/')",
        "__import__('a b')",
        "__import__('')",
        "getattr()",
        "getattr(x)",
        "import os\ngetattr(os, '')",
        "import os\nos.system()",
        "import subprocess\nsubprocess.run(*[], **{})",
        "open()",
        "open('', '')",
        "import os\nos.environ['']",
        "f'{x!r:>{y}}'",
        "with open('/a') as (b, *c), x as d[0], y as e.f: ...",
        "X: int",
        "global os\nos.system('x')",
        "class A:\n    nonlocal_ = 1\n    def f(self): self.x()",
    ],
)
def test_no_text_breaks_the_doctor(text: str, tmp_path: Path) -> None:
    told(tmp_path, {"aetherflow-plugin.yaml": MANIFEST.format(""), "steps.py": text + "\n"})


def test_one_thing_in_many_places_is_told_once(tmp_path: Path) -> None:
    text = "import os\n" + "os.system('git pull')\n" * 1_000
    files = {"aetherflow-plugin.yaml": MANIFEST.format('"env:X"'), "steps.py": text}
    assert [line for line in told(tmp_path, files) if "AF-P412" in line] == [
        'steps.py:2:1 \'os.system\' warning AF-P412: the plugin "acme" starts "git" in 1,000 places, which its '
        "manifest does not declare"
    ]
