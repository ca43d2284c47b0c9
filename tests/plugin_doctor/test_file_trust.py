"""Who else can change a plugin."""

import grp
import os
from pathlib import Path

import pytest

from aetherflow.core.plugins.doctor.path_walk import way_to
from aetherflow.core.plugins.doctor.writers import user_name
from tests.plugin_doctor.examining import examined, shown, write

NOBODY = 65534
STRANGERS = grp.getgrgid(1).gr_name
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """Give a plugin in a folder that only its user can write."""
    return write(tmp_path / "above", {"acme/a.py": "", "acme/sub/b.py": "", "acme/sub/data.csv": ""}) / "acme"


def found(path: Path, **how: object) -> list[str]:
    return [shown(finding) for finding in examined(path, **how)]  # type: ignore[arg-type]  # mode and user


def test_a_plugin_that_is_its_users_own_is_fine(plugin: Path) -> None:
    assert found(plugin) == []


def test_a_file_that_everybody_may_write_is_an_error(plugin: Path) -> None:
    (plugin / "sub/b.py").chmod(0o646)
    (finding,) = examined(plugin)
    assert shown(finding) == (
        f'b.py:1:1 \'\' error AF-P410: everybody may write "{plugin}/sub/b.py", a file of the plugin "acme"'
    )
    assert finding.hint == f"`chmod o-w {plugin}/sub/b.py`"


def test_many_such_files_are_one_finding(plugin: Path) -> None:
    for name in ("a.py", "sub/b.py", "sub/data.csv"):
        (plugin / name).chmod(0o666)
    (finding,) = examined(plugin)
    assert finding.notes == (f'so it is with "{plugin}/sub/b.py"', f'so it is with "{plugin}/sub/data.csv"')


@pytest.mark.parametrize(("name", "shown_as"), [("", ""), ("sub", "/sub")])
def test_a_folder_inside_that_everybody_may_write_is_an_error_with_the_sticky_bit_too(
    name: str, shown_as: str, plugin: Path
) -> None:
    (plugin / name).chmod(0o1777)
    assert found(plugin) == [
        f'error AF-P410: everybody may write to "{plugin}{shown_as}", a folder of the plugin "acme"'
    ]


def test_a_folder_above_that_everybody_may_write_is_an_error(plugin: Path) -> None:
    plugin.parent.chmod(0o777)
    assert found(plugin) == [
        f'error AF-P410: everybody may write to "{plugin.parent}", which leads to the plugin "acme"'
    ]


def test_a_folder_above_with_the_sticky_bit_is_fine(plugin: Path) -> None:
    plugin.parent.chmod(0o1777)
    assert found(plugin) == []


def test_the_folder_of_a_single_file_only_leads_to_it(tmp_path: Path) -> None:
    path = write(tmp_path, {"steps.py": ""}) / "steps.py"
    tmp_path.chmod(0o1777)
    assert found(path) == []
    tmp_path.chmod(0o777)
    assert found(path) == [f'error AF-P410: everybody may write to "{tmp_path}", which leads to the plugin "steps"']


def test_a_folder_on_the_way_of_a_link_counts(plugin: Path, tmp_path: Path) -> None:
    (tmp_path / "links").mkdir(mode=0o755)
    (tmp_path / "links/acme").symlink_to("../above/acme")
    assert found(tmp_path / "links/acme") == []
    (tmp_path / "links").chmod(0o777)
    assert found(tmp_path / "links/acme") == [
        f'error AF-P410: everybody may write to "{tmp_path}/links", which leads to the plugin "acme"'
    ]


@as_root
def test_a_file_that_a_group_may_write_is_an_error(plugin: Path) -> None:
    os.chown(plugin / "a.py", 0, 1)
    (plugin / "a.py").chmod(0o664)
    (finding,) = examined(plugin)
    assert shown(finding) == (
        f'a.py:1:1 \'\' error AF-P410: the group "{STRANGERS}" may write "{plugin}/a.py", a file of the plugin "acme"'
    )
    assert finding.hint == f"`chmod g-w {plugin}/a.py`"


@as_root
def test_a_group_that_is_its_owners_alone_is_fine(plugin: Path) -> None:
    (plugin / "a.py").chmod(0o664)  # of root, in the group root
    assert found(plugin) == []


@as_root
@pytest.mark.parametrize(("mode", "severity"), [("internal_fast", "warning"), ("enterprise", "error")])
def test_what_belongs_to_somebody_else_is_told(mode: str, severity: str, plugin: Path) -> None:
    os.chown(plugin / "a.py", NOBODY, 0)
    assert found(plugin, mode=mode) == [
        f'a.py:1:1 \'\' {severity} AF-P411: "{plugin}/a.py", a file of the plugin "acme", belongs to '
        f'"{user_name(NOBODY)}": neither to the user who runs aetherflow nor to root'
    ]


@as_root
def test_users_and_groups_without_a_name_are_told_by_their_numbers(plugin: Path) -> None:
    os.chown(plugin / "a.py", 54321, 54322)
    (plugin / "a.py").chmod(0o664)
    writable, foreign = found(plugin)
    assert 'AF-P410: the group "54322" may write' in writable
    assert 'belongs to "54321"' in foreign


@as_root
def test_what_belongs_to_the_user_who_runs_it_or_to_root_is_fine(plugin: Path) -> None:
    os.chown(plugin / "a.py", NOBODY, 0)
    assert found(plugin, user_id=NOBODY) == []


@as_root
def test_a_folder_above_that_belongs_to_somebody_else_is_told(plugin: Path) -> None:
    os.chown(plugin.parent, NOBODY, 0)
    assert [line.partition(",")[0] for line in found(plugin)] == [f'warning AF-P411: "{plugin.parent}"']


@as_root
def test_a_link_that_belongs_to_somebody_else_is_told(plugin: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(plugin)
    os.chown(link, NOBODY, 0, follow_symlinks=False)
    assert [line.partition(",")[0] for line in found(link)] == [f'warning AF-P411: "{link}"']


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("/a/b", ["/", "/a", "/a/b"]),
        ("/a/../b//c/.", ["/", "/a", "/b", "/b/c"]),
        ("/", ["/"]),
        ("/../..", ["/"]),
    ],
)
def test_the_way_to_a_path(path: str, way: list[str]) -> None:
    assert way_to(path) == way


def test_the_way_through_links_names_them_and_where_they_lead(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    (root / "real/inner").mkdir(parents=True)
    (root / "one").symlink_to("two")
    (root / "two").symlink_to(root / "real")
    way = [place for place in way_to(f"{root}/one/inner") if place.startswith(f"{root}/")]
    assert [place.removeprefix(f"{root}/") for place in way] == ["one", "two", "real", "real/inner"]


def test_a_circle_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert f"{tmp_path}/a" in way_to(f"{tmp_path}/a/x")
