"""Code that Python runs before aetherflow."""

import base64
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from aetherflow.core.plugins.doctor.checks import check_surroundings
from aetherflow.core.plugins.doctor.site_records import SiteRecords
from aetherflow.core.plugins.doctor.start_up import StartUp, this_start_up
from aetherflow.core.plugins.modes import Mode
from tests.plugin_doctor.examining import shown, write

BEFORE = "runs code whenever Python starts, before aetherflow"
CODE = "import os; os.system('x')"


def found(start_up: StartUp, mode: Mode = "internal_fast") -> list[str]:
    return [shown(finding) for finding in check_surroundings(start_up, mode=mode)]


def of_site(folder: Path) -> list[str]:
    return found(StartUp(site_folders=(str(folder),), search_path=()))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"{CODE}\n", 1),
        (f"# a comment\n\n/srv/x\n{CODE}\n{CODE}\n", 4),
        (f"/srv/x\r\n{CODE}\r\n", 2),
        (f"\ufeff{CODE}", 1),
    ],
)
def test_a_link_file_that_runs_code_is_a_warning_at_the_line(text: str, line: int, tmp_path: Path) -> None:
    write(tmp_path, {"x.pth": text.encode()})
    (finding,) = check_surroundings(StartUp(site_folders=(str(tmp_path),), search_path=()), mode="internal_fast")
    assert finding.span is not None
    assert (finding.severity, finding.code, finding.span.line, finding.span.end_column) == (
        "warning",
        "AF-P414",
        line,
        len(CODE) + 1,
    )
    assert finding.message == f'"x.pth" {BEFORE}: no installed distribution brought it'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.pth", "/srv/x\nsrc\n# import os\n importlib\nimports\nimport\n"),
        ("x.pth", ""),
        ("x.pth.off", CODE),
        ("x.py", CODE),
    ],
)
def test_a_link_file_that_names_folders_is_fine(name: str, text: str, tmp_path: Path) -> None:
    write(tmp_path, {name: text})
    assert of_site(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("import _virtualenv", "virtualenv"),
        (
            "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; "
            "enabled and __import__('_distutils_hack').add_shim(); ",
            "setuptools",
        ),
    ],
)
def test_what_tools_are_known_to_write_is_a_note(text: str, what: str, tmp_path: Path) -> None:
    write(tmp_path, {"x.pth": text})
    assert of_site(tmp_path) == [f'note AF-P414: 1 well-known file runs code whenever Python starts: "x.pth" of {what}']
    write(tmp_path, {"x.pth": f"{text}; import evil"})
    assert of_site(tmp_path)[0].endswith(f'warning AF-P414: "x.pth" {BEFORE}: no installed distribution brought it')


def test_what_an_installed_distribution_brought_is_a_note_until_it_is_changed(tmp_path: Path) -> None:
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"import a").digest()).decode().rstrip("=")
    record = f"a/__init__.py,,\nx.pth,sha256={digest},8\n"
    write(tmp_path, {"x.pth": "import a", "acme_tool-1.2.dist-info/RECORD": record})
    assert of_site(tmp_path) == [
        'note AF-P414: 1 well-known file runs code whenever Python starts: "x.pth" of acme_tool 1.2'
    ]
    write(tmp_path, {"x.pth": "import b"})
    assert of_site(tmp_path) == [
        f'x.pth:1:1 \'import b\' warning AF-P414: "x.pth" {BEFORE}: it was changed since "acme_tool 1.2" brought it'
    ]


def test_what_is_well_known_is_told_in_one_line(tmp_path: Path) -> None:
    write(tmp_path, {"_virtualenv.pth": "import _virtualenv", "z.pth": CODE, "sitecustomize.py": "import os\n"})
    told = found(StartUp(site_folders=(str(tmp_path),), search_path=(str(tmp_path),), library=str(tmp_path)))
    assert len(told) == 2
    assert told[0].startswith("z.pth:1:1")
    assert told[1] == (
        "note AF-P414: 2 well-known files run code whenever Python starts: "
        '"_virtualenv.pth" of virtualenv, "sitecustomize.py" of Python'
    )


def test_records_are_only_read_when_there_is_a_question(tmp_path: Path) -> None:
    records = SiteRecords(str(tmp_path), ["gone-1.dist-info", "x.pth"])
    assert records.owner_of("x.pth", b"").distribution == ""


@pytest.mark.parametrize("name", ["sitecustomize.py", "usercustomize.py", "sitecustomize/__init__.py"])
def test_a_site_module_that_runs_code_is_a_warning(name: str, tmp_path: Path) -> None:
    write(tmp_path, {name: "import os\n"})
    start_up = StartUp(site_folders=(), search_path=(str(tmp_path / "none"), str(tmp_path)))
    assert found(start_up) == [
        f"{Path(name).name}:1:1 '' warning AF-P414: \"{tmp_path}/{name}\" runs whenever Python starts, "
        "before aetherflow"
    ]


def test_only_the_first_site_module_runs(tmp_path: Path) -> None:
    write(tmp_path, {"a/sitecustomize.py": "'''Nothing.'''\n# nothing\n", "b/sitecustomize.py": "import os\n"})
    assert found(StartUp(site_folders=(), search_path=(f"{tmp_path}/a", f"{tmp_path}/b"))) == []
    assert len(found(StartUp(site_folders=(), search_path=(f"{tmp_path}/b", f"{tmp_path}/a")))) == 1


def test_a_site_module_that_came_with_python_is_a_note(tmp_path: Path) -> None:
    write(tmp_path, {"sitecustomize.py": "import os\n"})
    start_up = StartUp(site_folders=(), search_path=(str(tmp_path),), library=str(tmp_path))
    assert [line.split()[0] for line in found(start_up)] == ["note"]


def test_a_site_module_as_byte_code_or_of_broken_source_counts(tmp_path: Path) -> None:
    write(tmp_path, {"a/sitecustomize.pyc": b"\0", "b/sitecustomize.py": "def"})
    for name in ("a", "b"):
        (finding,) = check_surroundings(
            StartUp(site_folders=(), search_path=(f"{tmp_path}/{name}",)), mode="enterprise"
        )
        assert finding.code == "AF-P414"


@pytest.mark.parametrize(("mode", "severity"), [("internal_fast", "note"), ("enterprise", "warning")])
def test_pythonpath_is_told(mode: Mode, severity: str) -> None:
    start_up = StartUp(site_folders=(), search_path=(), python_path=("/srv/a", "", "lib"))
    assert found(start_up, mode) == [
        f'{severity} AF-P416: PYTHONPATH names "/srv/a", "lib": a module there takes the place of any installed one'
    ]


def test_without_pythonpath_nothing_is_told() -> None:
    assert found(StartUp(site_folders=(), search_path=(), python_path=("",)), "enterprise") == []


def start_up_of(*flags: str, **environ: str) -> list[str]:
    """Start another Python and have it tell how it started."""
    code = (
        "import os; from aetherflow.core.plugins.doctor.start_up import this_start_up; s = this_start_up(os.environ)\n"
        "print(len(s.site_folders) > 0, s.modules, s.python_path, s.library != '', s.search_path[0])"
    )
    root = str(Path(__file__).parents[2])
    command = [sys.executable, *flags, "-c", f"import sys; sys.path.append({root!r})\n{code}"]
    result = subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True, check=True)
    return result.stdout.strip().split(" /")[0].split("\n")


def test_this_python_tells_how_it_started(tmp_path: Path) -> None:
    (line,) = start_up_of(PYTHONPATH=f"{tmp_path}/a:{tmp_path}/b")
    assert line.startswith("True ('sitecustomize'") and f"('{tmp_path}/a', '{tmp_path}/b') True" in line
    (isolated,) = start_up_of("-I", PYTHONPATH=str(tmp_path))
    assert isolated == "True ('sitecustomize',) () True"


def test_a_site_directory_that_is_not_there_runs_nothing(tmp_path: Path) -> None:
    assert of_site(tmp_path / "none") == []


def test_the_environment_of_these_tests_shows_notes_at_most() -> None:
    told = check_surroundings(this_start_up({}), mode="enterprise")
    assert [shown(finding) for finding in told if finding.severity != "note"] == []
