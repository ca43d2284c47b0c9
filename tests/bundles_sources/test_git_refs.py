"""Which commit a ref means: branches, tags, whole names, whole and short ids; and what means none."""

import pytest

from aetherflow.core.bundles.values import Fetched
from tests.bundles_sources.fetching import Sources, shown
from tests.bundles_sources.repositories import Repository, git


@pytest.fixture
def history(repository: Repository) -> list[str]:
    """Give three commits, the last one by name of a branch, of a tag before it, of an annotated tag after it."""
    commits = [repository.commit(f"commit {number}", flow_yaml=f"flow: {number}\n") for number in (1, 2, 3)]
    repository.git("tag", "v1", commits[0])
    repository.git("tag", "-a", "v2", "-m", "annotated", commits[1])
    repository.git("branch", "release/2025", commits[1])
    return commits


@pytest.mark.parametrize(
    ("ref", "number", "name"),
    [
        (None, 2, "HEAD"),
        ("HEAD", 2, "HEAD"),
        ("main", 2, "refs/heads/main"),
        ("v1", 0, "refs/tags/v1"),
        ("v2", 1, "refs/tags/v2"),
        ("release/2025", 1, "refs/heads/release/2025"),
        ("heads/main", 2, "refs/heads/main"),
        ("refs/heads/main", 2, "refs/heads/main"),
        ("refs/tags/v2", 1, "refs/tags/v2"),
    ],
)
def test_a_ref_is_the_commit_that_it_is_on(
    sources: Sources, history: list[str], ref: str | None, number: int, name: str
) -> None:
    fetched = sources.fetch(sources.git("repo", ref))
    assert sources.files() == {"flow.yaml": f"flow: {number + 1}\n"}
    assert fetched == Fetched(
        revision=f"commit:{history[number]}",
        detail={"ref": name, "commit": history[number], "files": "1", "size": "8 bytes"},
    )


@pytest.mark.parametrize("length", [7, 12, 39, 40])
def test_a_commit_is_known_by_its_id_or_the_beginning_of_it(sources: Sources, history: list[str], length: int) -> None:
    fetched = sources.fetch(sources.git("repo", history[0][:length].upper()))
    assert (fetched.revision, sources.files()) == (f"commit:{history[0]}", {"flow.yaml": "flow: 1\n"})


def test_a_tags_own_id_is_the_commit_that_it_was_put_on(
    sources: Sources, repository: Repository, history: list[str]
) -> None:
    tag = repository.git("rev-parse", "v2")
    assert tag != history[1]
    assert sources.fetch(sources.git("repo", tag)).revision == f"commit:{history[1]}"


def test_only_the_one_commit_is_transferred(
    sources: Sources, repository: Repository, history: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)
    sources.fetch(sources.git("repo", history[1]))
    fetched = git("rev-list", "--all", cwd=sources.into)
    assert fetched == history[1]


def test_of_a_repository_that_is_shallow_itself_its_commit_is_fetched(
    sources: Sources, repository: Repository, history: list[str]
) -> None:
    git("clone", "--quiet", "--depth=1", f"file://{repository.folder}", "shallow", cwd=sources.folder)
    for ref in (None, "main", history[2], history[2][:10]):
        sources.into.joinpath("flow.yaml").unlink(missing_ok=True)
        assert sources.fetch(sources.git("shallow", ref)).revision == f"commit:{history[2]}"


def test_bare_repositories_worktrees_and_bundles_of_git_are_repositories_too(
    sources: Sources, repository: Repository, history: list[str]
) -> None:
    git("clone", "--quiet", "--bare", str(repository.folder), "bare.git", cwd=sources.folder)
    repository.git("worktree", "add", "--quiet", "--detach", str(sources.folder / "tree"), history[0])
    repository.git("bundle", "create", "--quiet", str(sources.folder / "repo.bundle"), "--all")
    for location, commit in (("bare.git", history[2]), ("tree", history[0]), ("repo.bundle", history[2])):
        sources.into.joinpath("flow.yaml").unlink(missing_ok=True)
        assert sources.fetch(sources.git(location)).revision == f"commit:{commit}"


def test_a_repository_with_sha256_ids_is_fetched(sources: Sources) -> None:
    commit = Repository(sources.folder / "new", "--object-format=sha256").commit(flow_yaml="flow: 1\n")
    assert len(commit) == 64
    for ref in (None, "main", commit, commit[:9]):
        sources.into.joinpath("flow.yaml").unlink(missing_ok=True)
        assert sources.fetch(sources.git("new", ref)).revision == f"commit:{commit}"


@pytest.mark.parametrize("ref", ["main", "v1", None])
def test_what_was_fetched_is_current_until_the_ref_moves(
    sources: Sources, repository: Repository, history: list[str], ref: str | None
) -> None:
    source = sources.git("repo", ref)
    fetched = sources.fetch(source)
    assert sources.is_current(source, fetched) is True
    repository.commit(flow_yaml="flow: 4\n")
    repository.git("tag", "--force", "v1")
    assert sources.is_current(source, fetched) is False


def test_a_commit_is_always_current_and_nobody_is_asked(sources: Sources, history: list[str]) -> None:
    source = sources.git("repo", history[0])
    fetched = sources.fetch(source)
    sources.folder.joinpath("repo").rename(sources.folder / "gone")
    assert sources.is_current(source, fetched) is True


def test_a_short_commit_stays_current(sources: Sources, repository: Repository, history: list[str]) -> None:
    source = sources.git("repo", history[0][:8])
    fetched = sources.fetch(source)
    repository.commit(flow_yaml="flow: 4\n")
    assert sources.is_current(source, fetched) is True


def test_a_ref_that_is_not_there_is_a_finding_with_the_one_that_is_meant(sources: Sources, history: list[str]) -> None:
    assert shown(sources.failure(sources.git("repo", "mian"))) == (
        'AF-B173: git repository "repo": it has no branch, tag or commit "mian"\n  = did you mean "main"?'
    )
    assert shown(sources.failure(sources.git("repo", "production"))) == (
        'AF-B173: git repository "repo": it has no branch, tag or commit "production"\n'
        "  = it has: main, release/2025, v1, v2"
    )


def test_a_name_that_a_branch_and_a_tag_share_is_listed_once(
    sources: Sources, repository: Repository, history: list[str]
) -> None:
    repository.git("branch", "v1")
    assert sources.failure(sources.git("repo", "production")).hint == "it has: main, release/2025, v1, v2"


def test_too_few_characters_of_a_commit_are_told(sources: Sources, history: list[str]) -> None:
    assert shown(sources.failure(sources.git("repo", "00a1"))) == (
        'AF-B173: git repository "repo": it has no branch, tag or commit "00a1"\n'
        "  = a commit is named by its whole id, or by at least the first 7 characters of it"
    )


_NO_COMMIT = "\n  = see whether it was pushed: a commit must be in the history of a branch or a tag"


@pytest.mark.parametrize(("ref", "hint"), [("refs/heads/mian", ""), ("1" * 40, _NO_COMMIT), ("1" * 9, _NO_COMMIT)])
def test_a_whole_name_or_a_commit_that_is_not_there_is_a_finding(
    sources: Sources, history: list[str], ref: str, hint: str
) -> None:
    assert shown(sources.failure(sources.git("repo", ref))) == (
        f'AF-B173: git repository "repo": it has no branch, tag or commit "{ref}"{hint}'
    )


def test_a_branch_that_was_deleted_is_not_there_though_its_commits_are(
    sources: Sources, repository: Repository, history: list[str]
) -> None:
    source = sources.git("repo", "release/2025")
    fetched = sources.fetch(source)
    repository.git("branch", "-D", "release/2025")
    assert sources.failure(source).code == "AF-B173"
    assert sources.is_current(sources.git("repo", history[1]), fetched) is True


def test_a_commit_of_no_branch_is_not_found_by_a_short_id(
    sources: Sources, repository: Repository, history: list[str]
) -> None:
    tree = repository.git("rev-parse", "HEAD^{tree}")
    dangling = repository.git("commit-tree", "-m", "of no branch", tree)
    assert sources.failure(sources.git("repo", dangling[:12])).code == "AF-B173"


def test_a_name_of_both_a_branch_and_a_tag_is_not_guessed(
    sources: Sources, repository: Repository, history: list[str]
) -> None:
    repository.git("branch", "v1", history[2])
    assert shown(sources.failure(sources.git("repo", "v1"))) == (
        'AF-B174: git repository "repo": "v1" is the name of a branch and of a tag\n'
        '  = write "refs/tags/v1" or write "refs/heads/v1"'
    )
    assert sources.fetch(sources.git("repo", "refs/tags/v1")).revision == f"commit:{history[0]}"


def test_a_short_id_of_two_commits_is_not_guessed(sources: Sources, repository: Repository) -> None:
    short = _two_commits_that_begin_alike(repository)
    assert shown(sources.failure(sources.git("repo", short))) == (
        f'AF-B174: git repository "repo": "{short}" is the beginning of more than one commit\n'
        "  = write the whole id of the commit"
    )


def _two_commits_that_begin_alike(repository: Repository) -> str:
    """Give the first seven characters of two commits, which a computer finds in a moment."""
    from hashlib import sha1
    from itertools import count

    tree = repository.git("hash-object", "-w", "-t", "tree", "--stdin")
    seen: dict[str, bytes] = {}
    for number in count():
        content = f"tree {tree}\nauthor A <a@b> {number} +0000\ncommitter A <a@b> 0 +0000\n\nx\n".encode()
        short = sha1(b"commit %d\0" % len(content) + content).hexdigest()[:7]
        if short in seen:
            break
        seen[short] = content
    for name, commit in (("one", seen[short]), ("two", content)):
        oid = repository.git("hash-object", "-w", "-t", "commit", "--stdin", stdin=commit)
        repository.git("update-ref", f"refs/heads/{name}", oid)
    repository.git("symbolic-ref", "HEAD", "refs/heads/one")
    return short


@pytest.mark.parametrize(
    "ref",
    ["-x", "--upload-pack=touch x", "a..b", "HEAD~1", "main^", "main:refs/heads/x", "*", "a b", "@{-1}", "a\nb", "/x",
     "x.lock", "a//b", "x/", ".x", "@", ""],
)  # fmt: skip
def test_what_can_be_no_ref_is_refused_before_git_sees_it(sources: Sources, history: list[str], ref: str) -> None:
    finding = sources.failure(sources.git("repo", ref))
    assert finding.code == "AF-B173"
    assert "can be no branch, tag or commit" in finding.message


def test_a_repository_without_commits_is_a_finding(sources: Sources, repository: Repository) -> None:
    assert shown(sources.failure(sources.git("repo"))) == (
        'AF-B173: git repository "repo": it has no commit yet, or its HEAD leads to a branch that is not there\n'
        '  = name a branch, a tag or a commit as "ref"'
    )


def test_a_ref_that_is_on_no_commit_is_a_finding(sources: Sources, repository: Repository) -> None:
    repository.git("tag", "text", repository.blob(b"only a text\n"))
    assert shown(sources.failure(sources.git("repo", "text"))) == (
        'AF-B173: git repository "repo": "refs/tags/text" is no commit\n  = name one that has files'
    )
