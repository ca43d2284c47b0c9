"""What code is seen to reach for, in whatever way it is written."""

from pathlib import Path

import pytest

from tests.plugin_permissions.reaching import permissions, reaches, ways

IN_A_STEP = "def run(ctx, x):\n    "


@pytest.mark.parametrize(
    "text",
    [
        "import os as o\no.system('git pull')",
        "from os import system\nsystem('git pull')",
        "from os import system as s\ns('git pull')",
        "from os import *\nsystem('git pull')",
        "import os\nf = os.system\nf('git pull')",
        "import os\nf = g = os.system\ng('git pull')",
        "import os\n(f := os.system)('git pull')",
        "import os\nclass A:\n    f = os.system('git pull')",
        "import os\nclass A:\n    def f(self):\n        def g():\n            return lambda: os.system('git pull')",
        "import os\n@os.system('git pull')\ndef f(): ...",
        "import os\ndef f(x=os.system('git pull')): ...",
        "import os\n[os.system('git pull') for _ in 'a']",
        "import os\nmatch os.system('git pull'):\n    case 0: ...",
        "import os\ntry: ...\nfinally:\n    os.system('git pull')",
        "import os\nx = f'{os.system(\"git pull\")}'",
        "import os\nasync def f():\n    await os.system('git pull')",
        "import os\ndel x[os.system('git pull')]",
        "import os\ngetattr(os, 'system')('git pull')",
        "import os\ngetattr(os, 'sys' + 'tem')('git pull')",
        "import os\nget = getattr\nget(os, f'{\"system\"}')('git pull')",
        "import os, builtins\nbuiltins.getattr(os, 'system')('git pull')",
        "__import__('os').system('git pull')",
        "__import__('o' + 's').system('git pull')",
        "NAME = 'os'\n__import__(NAME).system('git pull')",
        "__import__(''.join(['o', 's'])).system('git pull')",
        "import importlib\nimportlib.import_module('os').system('git pull')",
        "from importlib import import_module as load\no = load('os')\no.system('git pull')",
        "import sys\nsys.modules['os'].system('git pull')",
        "import os\nos.__dict__['system']('git pull')",
        "import os\nvars(os)['system']('git pull')",
        "__builtins__['__import__']('os')\nimport os\nos.system('git pull')",
        "import subprocess as sp\nsp.run('git pull', shell=True)",
        "import subprocess\nsubprocess.run(['git', *more])",
        "import subprocess\nsubprocess.run(['git'] + more)",
        "import subprocess\nCOMMAND = ['git', 'pull']\nsubprocess.check_output(COMMAND)",
        "import subprocess\nsubprocess.Popen(args=('/usr/bin/git', 'pull'))",
        "import subprocess\nsubprocess.run(x, executable='git')",
        "import subprocess\nsubprocess.getoutput(f'git pull {x}')",
        "import os\nos.execvp('git', x)",
        "import os\nos.spawnlp(os.P_WAIT, 'git', 'git')",
        "import asyncio\nasync def f():\n    await asyncio.create_subprocess_exec('git', 'pull')",
        f"{IN_A_STEP}ctx.run_process(argv=['git'])",
        "def execute(self, name, params, context):\n    context.run_process(['git'])",
    ],
)
def test_a_program_is_seen_however_it_is_started(text: str, tmp_path: Path) -> None:
    assert permissions(tmp_path, text + "\n") == ["process:git"]


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.system('git pull; curl x')",
        "import os\nos.system('X=1 git')",
        "import os\nos.system(x)",
        "import os\nos.system(f'{x} pull')",
        "import os\nos.system('\"')",
        "import subprocess\nsubprocess.run([x, 'git'])",
        "import subprocess\nsubprocess.run([])",
        "import subprocess\nsubprocess.run(*x)",
        "import os\nlist(map(os.system, x))",
        "import os\nrun = [os.system][0]",
        "import os\nf = os.system\nf = os.popen",
        "import os, functools\ngo = functools.partial(os.system, 'git')",
        "import os\nos.fork()",
        "import multiprocessing as m\nm.Process(target=x).start()",
    ],
)
def test_a_process_is_seen_where_its_program_is_not_spelled_out(text: str, tmp_path: Path) -> None:
    assert permissions(tmp_path, text + "\n") == ["process:NAME"]


@pytest.mark.parametrize(
    ("text", "permission"),
    [
        ("import httpx\nhttpx.get('https://a.example/x')", "network:a.example:443"),
        ("import httpx\nhttpx.get(f'https://a.example/{x}')", "network:a.example:443"),
        ("import httpx\nhttpx.get('https://a.example/%s' % x)", "network:a.example:443"),
        ("import httpx\nhttpx.get('https://a.example/{}'.format(x))", "network:a.example:443"),
        ("import httpx\nBASE = 'https://a.example'\nhttpx.get(BASE + '/x')", "network:a.example:443"),
        ("import httpx\nhttpx.get(f'https://a.example{x}/y')", "network:HOST:PORT"),
        ("import httpx\nhttpx.get(f'https://{x}@b/')", "network:HOST:PORT"),
        ("import httpx\nhttpx.request('GET', 'https://a.example')", "network:a.example:443"),
        ("import httpx\nwith httpx.Client(base_url='http://a.example:8080') as c: ...", "network:a.example:8080"),
        ("import httpx\nwith httpx.Client() as c:\n    c.get('https://a.example')", "network:a.example:443"),
        ("import requests\ns = requests.Session()\ns.post('https://u:p@A.example')", "network:a.example:443"),
        (
            "import httpx\nclass A:\n    u = 'https://a.example'\n    def f(self): httpx.get(self.u)",
            "network:a.example:443",
        ),
        ("import socket\nsocket.create_connection(('a.example', 25))", "network:a.example:25"),
        ("import socket\ns = socket.socket()\ns.connect(('a.example', 25))", "network:a.example:25"),
        ("import socket\nHOST, PORT = 'a', 1\nsocket.create_connection((HOST, PORT))", "network:HOST:PORT"),
        ("import socket\nHOST = 'a.example'\nsocket.create_connection((HOST, x))", "network:a.example"),
        ("import smtplib\nsmtplib.SMTP('mail.example')", "network:mail.example:25"),
        ("from http.client import HTTPSConnection\nHTTPSConnection('a.example')", "network:a.example:443"),
        ("import redis\nredis.from_url('redis://a.example:6379/0')", "network:a.example:6379"),
        ("import redis\nredis.Redis(host='a.example', port=6379)", "network:a.example:6379"),
        ("import sqlalchemy\nsqlalchemy.create_engine('postgresql://u@a.example:5432/x')", "network:a.example:5432"),
        ("from urllib.request import urlopen, Request\nurlopen(Request('https://a.example'))", "network:a.example:443"),
        ("import urllib.request as u\nu.urlopen('http://[::1]:8080/')", "network:[::1]:8080"),
        ("import asyncio\nasync def f():\n    await asyncio.open_connection('a.example', 7)", "network:a.example:7"),
        ("import importlib\nh = importlib.import_module('httpx')\nh.get('https://a.example')", "network:a.example:443"),
        ("from aetherflow.core.api import fetch_text\nfetch_text('https://a.example/f')", "network:a.example:443"),
    ],
)
def test_a_host_is_seen_where_it_is_spelled_out(text: str, permission: str, tmp_path: Path) -> None:
    found = permissions(tmp_path, text + "\n")
    assert [each for each in found if each != "network:HOST:PORT"] == [permission] or found == [permission]


@pytest.mark.parametrize(
    "text",
    [
        "import socket\nsocket.gethostname()",
        "import sqlalchemy\nsqlalchemy.create_engine('sqlite:///a.db')",
        "import socket\ndef f(s: socket.socket) -> socket.socket: ...",
        "import requests_mock",
    ],
)
def test_what_does_not_leave_the_machine_needs_no_network(text: str, tmp_path: Path) -> None:
    assert permissions(tmp_path, text + "\n") == []


@pytest.mark.parametrize(
    ("text", "permission"),
    [
        ("open('/data/x', 'w')", "write:/data/x"),
        ("open(f'/data/{x}.csv', 'w')", "write:/data"),
        ("open('/data/' + x, mode='a')", "write:/data"),
        ("open('/data/%s/y' % x, 'rb')", "read:/data"),
        ("open(f'{x}/data', 'w')", "write:PATH"),
        ("open(f'/{x}', 'w')", "write:PATH"),
        ("import os\nopen(os.path.join('/data', 'a', x), 'w')", "write:/data/a"),
        ("import os\nopen(os.path.join('/data', '/etc/x'))", "read:/etc/x"),
        ("from pathlib import Path\nP = Path('/data')\n(P / 'a' / x).write_text('')", "write:/data/a"),
        ("from pathlib import Path\nPath('/data', 'a').read_text()", "read:/data/a"),
        ("from pathlib import Path\nPath('/data').joinpath('a').unlink()", "write:/data/a"),
        ("from pathlib import Path\n(Path.home() / '.aws').read_text()", "read:~/.aws"),
        ("from pathlib import Path\nPath('~/.aws').expanduser().read_bytes()", "read:~/.aws"),
        ("import pathlib as p\nwith p.Path('/data/x').open('w') as f: ...", "write:/data/x"),
        ("from pathlib import Path\nfor p in x: Path(p).unlink()", "write:PATH"),
        ("import shutil\nshutil.copy('/etc/a', '/data/b')", "read:/etc/a write:/data/b"),
        ("import os\nos.rename('/a/x', '/b/x')", "write:/a/x write:/b/x"),
        ("import os\nos.open('/data/x', os.O_WRONLY | os.O_CREAT)", "write:/data/x"),
        ("import os\nos.open('/data/x', os.O_RDONLY)", "read:/data/x"),
        ("import tarfile\ntarfile.open('/data/x', 'r:xz')", "read:/data/x"),
        ("import zipfile\nzipfile.ZipFile('/data/x', 'w')", "write:/data/x"),
        ("import os\nlist(map(os.remove, x))", "write:PATH"),
        ("import logging\nlogging.FileHandler('/var/log/x')", "write:/var/log/x"),
        ("import builtins\nbuiltins.open('/data/x', 'w')", "write:/data/x"),
        ("getattr(__import__('io'), 'open')('/data/x', 'w')", "write:/data/x"),
    ],
)
def test_a_file_is_seen_with_the_part_of_its_path_that_is_spelled_out(
    text: str, permission: str, tmp_path: Path
) -> None:
    assert permissions(tmp_path, text + "\n") == permission.split()


@pytest.mark.parametrize(
    "text",
    [
        f"{IN_A_STEP}open(f'{{ctx.scratch_dir}}/a', 'w')",
        f"{IN_A_STEP}open(str(ctx.scratch_dir) + '/a', 'w')",
        f"{IN_A_STEP}import os\n    open(os.path.join(ctx.artifacts_dir, 'a'), 'w')",
        f"{IN_A_STEP}from pathlib import Path\n    Path(ctx.artifacts_dir, 'a').write_text('')",
        f"{IN_A_STEP}p = ctx.artifacts_dir / 'a'\n    p.write_text('')",
    ],
)
def test_what_every_step_may_write_needs_no_permission(text: str, tmp_path: Path) -> None:
    assert permissions(tmp_path, text + "\n") == []


@pytest.mark.parametrize(
    ("text", "permission"),
    [
        (f"{IN_A_STEP}ctx.env['HOME']", "env:HOME"),
        (f"{IN_A_STEP}ctx.env.get('HO' 'ME', '')", "env:HOME"),
        (f"{IN_A_STEP}env = ctx.env\n    env['HOME']", "env:HOME"),
        ("def on_load(self, context):\n    context.env['HOME']", "env:HOME"),
        ("from os import environ as e\ne['HOME']", "env:HOME"),
        ("import os\nos.getenv(key='HOME')", "env:HOME"),
        ("NAME = 'HOME'\nimport os\nos.environ[NAME]", "env:HOME"),
        ("import os\nos.environb[b'HOME']", "env:HOME"),
        ("import os\nos.environ['HOME'] = '/x'", "env:HOME"),
        ("import os\nos.environ.pop('HOME')", "env:HOME"),
        ("import os\ndict(os.environ)", "env:NAME"),
        ("import os\nos.environ[x]", "env:NAME"),
        ("import os\ngetattr(os, 'environ')['HOME']", "env:HOME"),
    ],
)
def test_a_variable_is_seen_where_it_is_spelled_out(text: str, permission: str, tmp_path: Path) -> None:
    assert permissions(tmp_path, text + "\n") == [permission]


@pytest.mark.parametrize(
    "files",
    [
        {"steps.py": "from .net import go\ngo('git pull')\n", "net.py": "from os import system as go\n"},
        {"steps.py": "from . import net\nnet.o.system('git pull')\n", "net.py": "import os as o\n"},
        {"steps.py": "import net\nnet.go('git pull')\n", "net.py": "import os\ngo = os.system\n"},
        {"steps.py": "from net import *\ngo('git pull')\n", "net.py": "import os\ngo = os.system\n"},
        {
            "steps.py": "from net import go\ngo('git pull')\n",
            "net.py": "from base import *\n",
            "base.py": "from os import system as go\n",
        },
        {"steps.py": "import os\nfrom .net import LINE\nos.system(LINE)\n", "net.py": "LINE = 'git pull'\n"},
        {
            "steps.py": "import os\nfrom . import net\nos.system(net.LINE)\n",
            "net.py": "LINE = f'{NAME} pull'\nNAME = 'git'\n",
        },
        {
            "a/__init__.py": "",
            "a/steps.py": "from ..net import go\ngo('git pull')\n",
            "net.py": "from os import system as go\n",
        },
    ],
)
def test_names_are_followed_through_the_modules_of_the_plugin(files: dict[str, str], tmp_path: Path) -> None:
    assert permissions(tmp_path, files) == ["process:git"]


@pytest.mark.parametrize(
    "text",
    [
        "def system(line): ...\nsystem('git pull')",
        "from .os import system",
        "class os:\n    system = print\nos.system('git')",
        "def f(os):\n    os.system('git')",
        "def getattr(a, b): ...\nimport os\ngetattr(os, 'system')('git')",
        "x = '''\nimport os\nos.system('git')\n'''",
        "# import httpx",
        "if __name__ == '__main__':\n    import os\n    os.system('git')",
    ],
)
def test_what_only_looks_so_is_not_seen(text: str, tmp_path: Path) -> None:
    assert permissions(tmp_path, text + "\n") == []


def test_a_guard_counts_for_nothing_where_the_module_names_itself(tmp_path: Path) -> None:
    text = "__name__ = '__main__'\nif __name__ == '__main__':\n    import os\n    os.system('git pull')\n"
    assert permissions(tmp_path, text) == ["process:git"]


def test_a_reach_has_the_place_of_the_call(tmp_path: Path) -> None:
    (reach,) = reaches(tmp_path, "import os\n\n\ndef f():\n    x = 'ä'; os.system('git')\n").seen
    assert (Path(reach.span.file).name, reach.span.line, reach.span.column) == ("steps.py", 5, 14)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("exec('x')", "exec"),
        ("f = eval\nf('x')", "eval"),
        ("list(map(eval, x))", "eval"),
        ("compile('x', '', 'exec')", "compile"),
        ("import builtins as b\nb.exec('x')", "exec"),
        ("getattr(__builtins__, 'ex' + 'ec')('x')", "exec"),
        ("__import__(x)", "__import__"),
        ("import importlib\nimportlib.import_module(f'{x}')", "importlib.import_module"),
        ("import runpy\nrunpy.run_path('x')", "runpy.run_path"),
        (
            "from importlib import util\nutil.spec_from_file_location('a', 'b')",
            "importlib.util.spec_from_file_location",
        ),
        ("import os\ngetattr(os, x)('git')", "getattr"),
        ("import sys\nsys.modules[x]", "sys.modules"),
        ("import ctypes", "ctypes"),
        ("from ctypes.util import find_library", "ctypes"),
        ("import cffi", "cffi"),
        ("__import__('ctypes').CDLL('x')", "__import__"),
        ("import pickle as p\np.loads(x)", "pickle.loads"),
        ("from pickle import Unpickler\nclass U(Unpickler): ...", "pickle.Unpickler"),
        ("import marshal\nmarshal.loads(x)", "marshal.loads"),
        ("().__class__.__base__.__subclasses__()", "__subclasses__"),
        ("def f(): ...\nf.__globals__['x']", "__globals__"),
        ("def run(ctx, x):\n    ctx.run_step(x)", "ctx.run_step"),
    ],
)
def test_ways_that_the_text_does_not_show_are_named(text: str, way: str, tmp_path: Path) -> None:
    assert ways(tmp_path, text + "\n") == [way]


@pytest.mark.parametrize(
    "text",
    [
        "import re\nre.compile('x')",
        "class A: ...\ngetattr(A(), x)",
        "import importlib\nimportlib.import_module('json')",
        "import pickle\npickle.dumps(x)",
        "def eval(x): ...\neval('x')",
        "import types\nisinstance(x, types.FunctionType)",
        "import json\njson.loads('1')",
        "import pandas\npandas.eval('x')",
    ],
)
def test_everyday_code_has_no_such_way(text: str, tmp_path: Path) -> None:
    assert ways(tmp_path, text + "\n") == []
