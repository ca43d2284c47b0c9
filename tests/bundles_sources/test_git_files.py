"""A commit's files are written as they were committed, whatever is configured or kept beside them."""

import os
from pathlib import Path

import pytest

from aetherflow.core.bundles.values import Limits
from tests.bundles_sources.fetching import Sources, shown
from tests.bundles_sources.repositories import Repository


def test_files_are_for_their_owner_alone_and_executable_where_they_were(
    sources: Sources, repository: Repository
) -> None:
    script = repository.folder / "scripts/deep/run.sh"
    script.parent.mkdir(parents=True)
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    repository.commit(flow_yaml="flow: 1\n")
    before = os.umask(0o177)
    try:
        sources.fetch(sources.git("repo"))
    finally:
        os.umask(before)
    assert sources.paths() == ["flow.yaml", "scripts/deep/run.sh"]
    assert sources.mode("flow.yaml") == "0o600"
    assert sources.mode("scripts/deep/run.sh") == sources.mode("scripts") == sources.mode("scripts/deep") == "0o700"


def test_contents_are_whole_whatever_they_are(sources: Sources, repository: Repository) -> None:
    contents = {
        "empty": b"",
        "binary": bytes(range(256)) * 3,
        "large": os.urandom(3_000_000),
        "no line end": b"x",
        "headers": b"a" * 40 + b" blob 5\nhello\n",
        "crlf": b"one\r\ntwo\r\n",
        "ünï/çode": "naïve".encode(),
    }
    for name, content in contents.items():
        path = repository.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    repository.commit()
    sources.fetch(sources.git("repo"))
    assert {path: (sources.into / path).read_bytes() for path in sources.paths()} == contents


def test_hundreds_of_files_are_fetched(sources: Sources, repository: Repository) -> None:
    for number in range(800):
        (repository.folder / f"{number}.txt").write_text(f"{number}\n" * (number % 7))
    repository.commit()
    assert sources.fetch(sources.git("repo")).detail["files"] == "800"
    assert sources.files() == {f"{number}.txt": f"{number}\n" * (number % 7) for number in range(800)}


def test_no_attribute_and_no_filter_changes_a_file(sources: Sources, repository: Repository) -> None:
    (repository.folder / ".gitattributes").write_text(
        "*.yaml text eol=crlf\nleft_out export-ignore\nsubst export-subst\nfiltered filter=evil\nident ident\n"
    )
    for name in ("left_out", "filtered"):
        (repository.folder / name).write_text("content\n")
    (repository.folder / "subst").write_text("$Format:%H$\n")
    (repository.folder / "ident").write_text("$Id$\n")
    repository.commit(flow_yaml="flow: 1\n")
    witness = sources.folder / "witness"
    _configure(sources, f'[filter "evil"]\n smudge = touch {witness}\n required = true\n[core]\n autocrlf = true\n')
    sources.fetch(sources.git("repo"))
    assert sources.files() == {
        ".gitattributes": (repository.folder / ".gitattributes").read_text(),
        "filtered": "content\n",
        "flow.yaml": "flow: 1\n",
        "ident": "$Id$\n",
        "left_out": "content\n",
        "subst": "$Format:%H$\n",
    }
    assert not witness.exists()


def test_no_hook_runs_and_no_monitor(sources: Sources, repository: Repository) -> None:
    witness = sources.folder / "witness"
    hooks = sources.folder / "hooks"
    hooks.mkdir()
    names = ("post-checkout", "reference-transaction", "post-index-change", "pre-auto-gc", "fsmonitor")
    for hook in (*(hooks / name for name in names), repository.folder / ".git/hooks/reference-transaction"):
        hook.write_text(f"#!/bin/sh\necho {hook.name} >> {witness}\n")
        hook.chmod(0o755)
    repository.folder.joinpath(".git/hooks/reference-transaction").unlink()
    repository.commit(flow_yaml="flow: 1\n")
    template = sources.folder / "template/hooks"
    template.parent.mkdir()
    template.symlink_to(hooks)
    _configure(
        sources,
        f"[core]\n hooksPath = {hooks}\n fsmonitor = {hooks}/fsmonitor\n[init]\n templateDir = {template.parent}\n",
    )
    sources.fetch(sources.git("repo"))
    assert not witness.exists()


def test_nothing_of_git_stays(sources: Sources, repository: Repository) -> None:
    repository.commit(flow_yaml="flow: 1\n")
    sources.fetch(sources.git("repo"))
    assert [path.name for path in sources.into.iterdir()] == ["flow.yaml"]


def test_links_that_stay_inside_become_copies(sources: Sources, repository: Repository) -> None:
    folder = repository.folder
    (folder / "flows/common").mkdir(parents=True)
    (folder / "flows/common/run.sh").write_text("#!/bin/sh\n")
    (folder / "flows/common/run.sh").chmod(0o755)
    (folder / "latest.yaml").symlink_to("flow.yaml")
    (folder / "flows/main.yaml").symlink_to("../latest.yaml")
    (folder / "shared").symlink_to("flows/common")
    (folder / "editors-lock").symlink_to("ada@host.123")
    repository.commit(flow_yaml="flow: 1\n")
    fetched = sources.fetch(sources.git("repo"))
    assert sources.files() == {
        "flow.yaml": "flow: 1\n",
        "flows/common/run.sh": "#!/bin/sh\n",
        "flows/main.yaml": "flow: 1\n",
        "latest.yaml": "flow: 1\n",
        "shared/run.sh": "#!/bin/sh\n",
    }
    assert sources.mode("shared/run.sh") == "0o700"
    assert fetched.detail["links_left_out"] == "editors-lock"


def test_submodules_are_left_out_and_named(sources: Sources, repository: Repository) -> None:
    repository.commit(flow_yaml="flow: 1\n")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},vendor/library")
    (repository.folder / ".gitmodules").write_text(
        '[submodule "library"]\n path = vendor/library\n url = -u./payload\n'
    )
    repository.git("add", ".gitmodules")
    repository.git("commit", "--quiet", "-m", "submodule")
    fetched = sources.fetch(sources.git("repo"))
    assert (sources.paths(), fetched.detail["submodules_left_out"]) == ([".gitmodules", "flow.yaml"], "vendor/library")


def test_a_pointer_of_lfs_is_no_content(sources: Sources, repository: Repository) -> None:
    repository.commit(
        rates=f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n", flow_yaml="flow: 1\n"
    )
    assert shown(sources.failure(sources.git("repo"))) == (
        'AF-B183: git repository "repo": "rates" is kept in Git LFS, which is not fetched\n'
        "  = keep what flows need in git itself, or fetch an archive that has the files"
    )


@pytest.mark.parametrize(
    ("limits", "what"),
    [
        (Limits(most_entries=3), "it has more than 3 files and folders"),
        (Limits(most_file_bytes=999), '"b" has 1,000 bytes, more than 999'),
        (Limits(most_bytes=3_999), "it has more than 3,999 bytes"),
    ],
)
def test_a_commit_that_is_too_large_is_refused_before_anything_is_written(
    sources: Sources, repository: Repository, limits: Limits, what: str
) -> None:
    for name in "bcde":
        (repository.folder / name).write_text("x" * 1000)
    repository.commit()
    finding = sources.failure(sources.git("repo"), limits)
    assert (finding.code, finding.message) == ("AF-B182", f'git repository "repo": {what}')
    assert sources.paths() == []


def test_a_link_to_a_folder_counts_as_much_as_the_folder(sources: Sources, repository: Repository) -> None:
    (repository.folder / "data").mkdir()
    (repository.folder / "data/large").write_text("x" * 1000)
    (repository.folder / "again").symlink_to("data")
    repository.commit()
    assert sources.failure(sources.git("repo"), Limits(most_bytes=1500)).code == "AF-B182"


def test_a_server_that_sends_without_end_is_left(sources: Sources, repository: Repository) -> None:
    (repository.folder / "noise").write_bytes(os.urandom(1_000_000))
    repository.commit("large")
    (repository.folder / "noise").unlink()
    first = repository.commit("small", flow_yaml="flow: 1\n")
    finding = sources.failure(sources.git("repo", first[:10]), Limits(most_bytes=500_000))
    assert finding.message == 'git repository "repo": it has more than 500,000 bytes'


def test_a_disk_without_room_is_a_finding(
    sources: Sources, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(flow_yaml="flow: 1\n")
    monkeypatch.setattr("aetherflow.core.bundles.git.checkout.write_whole", _no_room)
    assert shown(sources.failure(sources.git("repo"))) == (
        'AF-B188: git repository "repo": what it has cannot be written: no space left on device\n'
        "  = look at the disk of the state folder"
    )


def _no_room(*_: object) -> None:
    raise OSError(28, "No space left on device")


def _configure(sources: Sources, text: str) -> Path:
    path = sources.home / ".gitconfig"
    path.write_text(text)
    return path
