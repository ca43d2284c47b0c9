"""What a manifest declares, compared with what the code reaches for."""

from pathlib import Path

import pytest

from tests.plugin_doctor.examining import examined, shown, told, write

MANIFEST = "name: acme\nversion: '1'\nauthor: A\ndescription: D\nrequired_permissions: [{}]\n"


def compared(folder: Path, permissions: str, text: str) -> list[str]:
    """Give what is found of permissions in a plugin that declares these."""
    files = {"aetherflow-plugin.yaml": MANIFEST.format(permissions), "steps.py": text + "\n"}
    return [line for line in told(folder, files) if "AF-P412" in line or "AF-P413" in line]


UNDECLARED = 'warning AF-P412: the plugin "acme" {}, which its manifest does not declare'


@pytest.mark.parametrize(
    ("text", "place", "does"),
    [
        ("def f():\n    open('/x', 'w')", "2:5 'open'", 'writes "/x"'),
        ("def f(p):\n    open(p, mode='a')", "2:5 'open'", "writes files"),
        ("def f():\n    open('/etc/x')", "2:5 'open'", 'reads "/etc/x"'),
        ("import io\ndef f(p):\n    io.open(p, 'r+b')", "3:5 'io.open'", "writes files"),
        (
            "from pathlib import Path\ndef f():\n    (Path('/a') / 'b').write_text('')",
            "3:5 \"(Path('/a') / 'b').write_text\"",
            'writes "/a/b"',
        ),
        ("import pathlib\ndef f(x):\n    p = pathlib.Path(x)\n    p.unlink()", "4:5 'p.unlink'", "writes files"),
        ("import shutil\ndef f(a):\n    shutil.copy(a, '/b')", "3:5 'shutil.copy'", 'writes "/b"'),
        ("import os\ndef f():\n    os.remove('/a')", "3:5 'os.remove'", 'writes "/a"'),
        ("import os\ndef f(a):\n    os.rename(a, a)", "3:5 'os.rename'", "writes files"),
        ("import sqlite3\ndef f():\n    sqlite3.connect('/a.db')", "3:5 'sqlite3.connect'", 'writes "/a.db"'),
        ("import httpx", "1:8 'httpx'", "connects to the network"),
        ("from urllib import request", "1:6 'urllib'", "connects to the network"),
        ("import http.client", "1:8 'http.client'", "connects to the network"),
        (
            "import socket\ndef f():\n    socket.create_connection(('DB.example', 5432))",
            "3:5 'socket.create_connection'",
            'connects to "db.example:5432"',
        ),
        ("import subprocess\ndef f():\n    subprocess.run(['/usr/bin/git'])", "3:5 'subprocess.run'", 'starts "git"'),
        ("import subprocess\ndef f(a):\n    subprocess.Popen(args=a)", "3:5 'subprocess.Popen'", "starts processes"),
        ("import os\ndef f():\n    os.system('git pull')", "3:5 'os.system'", 'starts "git"'),
        (
            "from pathlib import Path\ndef f(x):\n    (Path('/b') / x).unlink()",
            "3:5 \"(Path('/b') / x).unlink\"",
            'writes below "/b"',
        ),
        ("def run(ctx):\n    ctx.run_process(['git', 'pull'])", "2:5 'ctx.run_process'", 'starts "git"'),
        ("def run(ctx):\n    return ctx.env['HOME']", "2:12 'ctx.env'", 'reads "HOME"'),
        ("import os\ndef f():\n    return os.getenv('HOME')", "3:12 'os.getenv'", 'reads "HOME"'),
    ],
)
def test_what_is_not_declared_is_a_warning(text: str, place: str, does: str, tmp_path: Path) -> None:
    assert compared(tmp_path, "", text) == [f"steps.py:{place} {UNDECLARED.format(does)}"]


@pytest.mark.parametrize(
    ("permission", "text"),
    [
        ("write:/a", "def f():\n    open('/a/b', 'w')"),
        ("write:/a/*.csv", "def f():\n    open('/a/b.csv', 'w')"),
        ("write:out", "def f():\n    open('out/b.csv', 'w')"),
        ("write:/a", "def f(p):\n    open(p, 'w')"),
        ("read:/etc", "def f(p):\n    open('/etc/x')"),
        ("network:a.example:443", "import urllib.request\ndef f():\n    urllib.request.urlopen('https://a.example/b')"),
        ("network:*.example:443", "import httpx\ndef f():\n    httpx.get('https://a.example')"),
        ("network:a.example:8080", "import httpx\ndef f():\n    httpx.get('http://a.example:8080/x')"),
        ("network:a.example:5432", "import psycopg\ndef f():\n    psycopg.connect(host='a.example', port=5432)"),
        ("network:a.example:1", "import httpx\ndef f():\n    httpx.get('https://a.example:port/')"),
        ("write:/b", "from pathlib import Path\ndef f(x):\n    (Path('/b') / x).unlink()"),
        ("write:/b/c", "from pathlib import Path\ndef f(x):\n    (Path('/b') / x).unlink()"),
        ("network:a.example:*", "import smtplib\ndef f():\n    smtplib.SMTP('a.example', 25)"),
        ("network:a.example:25", "import smtplib\ndef f(host):\n    smtplib.SMTP(host)"),
        ("process:git", "def run(ctx):\n    ctx.run_process(['git'])"),
        ("process:git", "import os\ndef f():\n    os.system('git pull')"),
        ("env:AWS_*", "def run(ctx):\n    return ctx.env.get('AWS_REGION')"),
        ("env:AWS_*", "def run(ctx):\n    return dict(ctx.env)"),
    ],
)
def test_what_is_declared_and_needed_is_fine(permission: str, text: str, tmp_path: Path) -> None:
    assert compared(tmp_path, f'"{permission}"', text) == []


@pytest.mark.parametrize(
    ("permission", "text", "does"),
    [
        ("write:/a", "def f():\n    open('/ab', 'w')", 'writes "/ab"'),
        ("read:/a", "def f():\n    open('/a', 'w')", 'writes "/a"'),
        (
            "network:a.example:443",
            "import httpx\ndef f():\n    httpx.get('http://a.example')",
            'connects to "a.example:80"',
        ),
        (
            "network:a.example:443",
            "import httpx\ndef f():\n    httpx.get('https://b.example')",
            'connects to "b.example:443"',
        ),
        ("process:git", "def run(ctx):\n    ctx.run_process(['curl'])", 'starts "curl"'),
        ("env:AWS_*", "def run(ctx):\n    return ctx.env['HOME']", 'reads "HOME"'),
    ],
)
def test_another_path_host_program_or_variable_is_not_declared(
    permission: str, text: str, does: str, tmp_path: Path
) -> None:
    lines = [line for line in compared(tmp_path, f'"{permission}"', text) if "AF-P412" in line]
    assert [line.partition(" warning ")[2] for line in lines] == [UNDECLARED.format(does).removeprefix("warning ")]


@pytest.mark.parametrize(
    "text",
    [
        "def run(ctx):\n    (ctx.artifacts_dir / 'a').write_text('')",
        "def run(ctx):\n    open(ctx.scratch_dir / 'a', 'w')",
        "def run(ctx):\n    folder = ctx.scratch_dir / 'a'\n    folder.mkdir()",
        "def run(ctx):\n    ctx.write_atomic('a', b'')",
        "from pathlib import Path\ndef f():\n    return Path(__file__).with_name('a.sql').read_text()",
        "def f(path):\n    path.write_text('')",
        "def f(path, mode):\n    open(path, mode)",
        "def open(path, mode): ...\nopen('/a', 'w')",
        "import sqlite3\ndef f():\n    sqlite3.connect(':memory:')",
        "from urllib.parse import urlsplit\nfrom http import HTTPStatus\nimport socket\nX = socket.gethostname()",
        "import subprocess\nE = subprocess.CalledProcessError",
        "def f(ctx_, api):\n    api.get('https://a')",
        "x = 'open(1, \"w\")'  # import httpx",
        "if __name__ == '__main__':\n    import httpx\n    open('/a', 'w')",
        "from .http_client import get\nget('https://a')",
    ],
)
def test_what_needs_no_permission_is_fine(text: str, tmp_path: Path) -> None:
    assert compared(tmp_path, "", text) == []


def test_the_hint_names_the_permission(tmp_path: Path) -> None:
    write(
        tmp_path / "p",
        {"aetherflow-plugin.yaml": MANIFEST.format(""), "a.py": "def run(ctx):\n    ctx.run_process(['a'])"},
    )
    assert [finding.hint for finding in examined(tmp_path / "p")] == [
        'add "process:a" to required_permissions of aetherflow-plugin.yaml'
    ]


@pytest.mark.parametrize("permission", ["write:/a", "network:a:1", "process:git", "env:A", "read:/a"])
def test_a_permission_that_nothing_needs_is_a_note(permission: str, tmp_path: Path) -> None:
    assert compared(tmp_path, f'"{permission}"', "import json\nX = json.dumps({})") == [
        f"aetherflow-plugin.yaml:5:24 '\"{permission}\"' note AF-P413: the plugin's text shows nothing that "
        f'needs the permission "{permission}"'
    ]


@pytest.mark.parametrize(
    "text",
    [
        "import warehouse_client",
        "def f(",
        "def f(path, mode):\n    open(path, mode)",
        "def f(path):\n    path.write_text('')",
    ],
)
def test_where_the_text_does_not_tell_all_no_permission_is_called_unneeded(text: str, tmp_path: Path) -> None:
    assert compared(tmp_path, '"write:/a"', text) == []


def test_a_manifest_that_says_nothing_of_permissions_gets_one_note(tmp_path: Path) -> None:
    text = (
        "import httpx\ndef run(ctx, path):\n    ctx.run_process(['git'])\n    httpx.get(path)\n    open('/etc/hosts')\n"
    )
    write(tmp_path / "p", {"aetherflow-plugin.yaml": MANIFEST.rpartition("required")[0], "a.py": text})
    (finding,) = examined(tmp_path / "p")
    assert (shown(finding), finding.hint) == (
        "a.py:1:8 'httpx' note AF-P412: the plugin \"acme\" connects to the network and starts processes, and its "
        "manifest declares no permissions",
        'add required_permissions: ["network:HOST:PORT", "process:NAME"] to aetherflow-plugin.yaml',
    )


def test_a_plugin_without_a_manifest_promises_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, "import httpx\ndef run(ctx, path):\n    ctx.run_process(['git'])\n") == []
