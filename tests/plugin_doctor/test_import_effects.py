"""What importing a plugin would do, seen without importing it."""

from pathlib import Path

import pytest

from tests.plugin_doctor.examining import API, IN_STEP, told

WORDS = 'warning AF-P534: importing the plugin "acme"'


@pytest.mark.parametrize(
    ("text", "place", "effect"),
    [
        ("print('x')", "1:1 'print'", "prints"),
        ("import sys\nsys.stdout.write('x')", "2:1 'sys.stdout.write'", "prints"),
        ("import sys\nprint('x', file=sys.stderr)", "2:1 'print'", "prints"),
        (
            "import threading\nthreading.Thread(target=f).start()",
            "2:1 'threading.Thread(target=f).start'",
            "starts a thread",
        ),
        ("from threading import Thread as T\nt = T(target=f)\nt.start()", "3:1 't.start'", "starts a thread"),
        ("import subprocess as s\nX = s.run(['a'])", "2:5 's.run'", "starts a process"),
        ("import os\nclass A:\n    os.system('a')", "3:5 'os.system'", "starts a process"),
        ("import socket\nS = socket.socket()", "2:5 'socket.socket'", "goes to the network"),
        ("import requests\nX = requests.get('https://a')", "2:5 'requests.get'", "goes to the network"),
        (
            "from urllib.request import urlopen\nX = urlopen('https://a').read()",
            "2:5 'urlopen'",
            "goes to the network",
        ),
        ("import os\nos.chdir('/')", "2:1 'os.chdir'", "changes the current directory"),
        ("import sys\nsys.path.insert(0, 'x')", "2:1 'sys.path.insert'", "changes sys.path"),
        ("import sys\nsys.path += ['x']", "2:1 'sys.path'", "changes sys.path"),
        ("from sys import path\npath[:] = []", "2:1 'path'", "changes sys.path"),
        ("open('x', 'w')", "1:1 'open'", "writes files"),
        ("from pathlib import Path\nPath('x').write_text('y')", "2:1 \"Path('x').write_text\"", "writes files"),
        ("import signal\nsignal.signal(1, f)", "2:1 'signal.signal'", "changes what a signal does"),
        ("import time\ntry:\n    time.sleep(1)\nfinally: ...", "3:5 'time.sleep'", "waits"),
        ("import logging\nlogging.basicConfig()", "2:1 'logging.basicConfig'", "sets up logging for the whole process"),
        ("def f(x=print('x')): ...", "1:9 'print'", "prints"),
        ("@property(print('x'))\ndef g(): ...", "1:11 'print'", "prints"),
        ("def f():\n    print('x')\nf()", "2:5 'print'", "prints"),
        ("def f():\n    g()\ndef g():\n    print('x')\nX = f()", "4:5 'print'", "prints"),
    ],
)
def test_an_effect_at_import_is_told(text: str, place: str, effect: str, tmp_path: Path) -> None:
    assert told(tmp_path, text + "\n") == [f"steps.py:{place} {WORDS} {effect}"]


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    print('x')",
        "f = lambda: print('x')",
        "if __name__ == '__main__':\n    print('x')",
        "def main():\n    print('x')\nif __name__ == '__main__':\n    main()",
        "print = f\nprint('x')",
        "import logging\nlogging.getLogger(__name__).info('x')",
        "def f(x):\n    return lambda: print(x)\nX = f(1)",
        "import threading\nLOCK = threading.Lock()\nT = threading.Thread(target=f)",
        "import subprocess\nE = subprocess.CalledProcessError",
        "import sys\nP = sys.path[0]",
        "X = open('x').read()",
        "import io, sys\nprint('x', file=io.StringIO())",
        "from pathlib import Path\nX = Path('x').read_text()",
        "x = 'print(1)'  # print(1)",
        "import socket\nH = socket.gethostname()",
        "import requests\nS = requests.Session()",
    ],
)
def test_definitions_have_no_effects(text: str, tmp_path: Path) -> None:
    assert told(tmp_path, text + "\n") == []


def test_a_function_that_a_sibling_calls_at_import_counts(tmp_path: Path) -> None:
    files = {"steps.py": "from . import setup_\nsetup_.begin()\n", "setup_.py": "def begin():\n    print('x')\n"}
    assert told(tmp_path, files) == [f"setup_.py:2:5 'print' {WORDS} prints"]


def test_a_private_module_counts_where_it_is_imported_at_import(tmp_path: Path) -> None:
    files = {"steps.py": "def f():\n    from . import _late\n", "_late.py": "print('x')\n"}
    assert told(tmp_path, files) == []
    files = {"steps.py": "from . import _late\n", "_late.py": "print('x')\n"}
    assert told(tmp_path, files) == [f"_late.py:1:1 'print' {WORDS} prints"]


@pytest.mark.parametrize(
    ("text", "place", "library"),
    [
        ("import pandas as pd", "1:8 'pandas as pd'", "pandas"),
        ("from numpy.linalg import norm, inv", "1:6 'numpy.linalg'", "numpy"),
        ("import os, torch.nn", "1:12 'torch.nn'", "torch"),
        ("from google.cloud import storage, bigquery", "1:6 'google.cloud'", "google.cloud"),
        ("try:\n    import sklearn\nexcept ImportError: ...", "2:12 'sklearn'", "sklearn"),
    ],
)
def test_a_large_library_at_module_level_is_a_note(text: str, place: str, library: str, tmp_path: Path) -> None:
    assert told(tmp_path, text + "\n") == [
        f'steps.py:{place} note AF-P535: "{library}" is imported when the plugin is loaded: every run that uses it '
        "waits for that"
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"{API}{IN_STEP}    import pandas",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas",
        "import pandas_like",
        "from . import numpy_",
        "import json",
    ],
)
def test_small_and_late_imports_are_fine(text: str, tmp_path: Path) -> None:
    assert told(tmp_path, {"steps.py": text + "\n", "numpy_.py": ""}) == []
