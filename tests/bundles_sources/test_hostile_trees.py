"""Trees that git itself would never make: nothing of them is written outside, and nothing at all."""

import pytest

from tests.bundles_sources.fetching import Sources, shown
from tests.bundles_sources.repositories import Entry, Repository

FILE, FOLDER, LINK = "100644", "40000", "120000"


def _refused(sources: Sources, repository: Repository, *entries: Entry) -> str:
    repository.commit_of_tree(repository.tree(*entries))
    text = shown(sources.failure(sources.git("repo")))
    assert list(sources.into.iterdir()) == []
    return text


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        (b"..", '".." cannot be a file of a bundle: it climbs out of the bundle by ".."'),
        (b"../evil", '"../evil" cannot be a file of a bundle: it climbs out of the bundle by ".."'),
        (b"a/../../evil", '"a/../../evil" cannot be a file of a bundle: it climbs out of the bundle by ".."'),
        (b"/etc/evil", '"/etc/evil" cannot be a file of a bundle: it is absolute'),
        (b"C:evil", '"C:evil" cannot be a file of a bundle: it is absolute'),
        (b".", '"." cannot be a file of a bundle: it has an empty part, or "."'),
        (b"a//b", '"a//b" cannot be a file of a bundle: it has an empty part, or "."'),
        (b"a\\b", '"a\\b" cannot be a file of a bundle: it has a backslash in it'),
        (b"a\nb", '"a␊b" cannot be a file of a bundle: it has control characters in it'),
        (b"\xff\xfe", "cannot be a file of a bundle: it is not UTF-8"),
        (b".git", '".git" cannot be a file of a bundle: a folder ".git" is a repository of its own'),
        (b".GIT", '".GIT" cannot be a file of a bundle: a folder ".git" is a repository of its own'),
        (b"x/.Git/config", '"x/.Git/config" cannot be a file of a bundle: a folder ".git" is a repository of its own'),
        ("ü".encode() * 600, "it is longer than 1024 bytes"),
        (b"x" * 2000, "it is longer than 1024 bytes"),
        (b"x" * 200_000, "a name in it is far too long"),
    ],
)
def test_a_name_that_no_file_of_a_bundle_can_have_is_refused(
    sources: Sources, repository: Repository, name: bytes, problem: str
) -> None:
    text = _refused(sources, repository, (FILE, name, repository.blob(b"evil\n")))
    assert text.startswith('AF-B180: git repository "repo": ')
    assert problem in text
    assert text.endswith("\n  = look at who made the commit: git itself writes no such name")


@pytest.mark.parametrize("names", [(b"a", b"a"), (b"a", b"a/b"), (b"a/b", b"a"), (b"a/b", b"a/b/c")])
def test_a_name_that_stands_twice_is_refused(
    sources: Sources, repository: Repository, names: tuple[bytes, bytes]
) -> None:
    blob = repository.blob(b"evil\n")
    text = _refused(sources, repository, *((FILE, name, blob) for name in names))
    assert f'"{names[1].decode()}" is in it twice, or is a file and a folder at once' in text


def test_a_link_and_a_folder_of_one_name_are_refused(sources: Sources, repository: Repository) -> None:
    inner = repository.tree((FILE, b"passwd", repository.blob(b"evil\n")))
    text = _refused(sources, repository, (LINK, b"a", repository.blob(b"/etc")), (FOLDER, b"a", inner))
    assert '"a/passwd" is in it twice, or is a file and a folder at once' in text


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        (b"/etc/passwd", 'the link "link" leads out of the bundle, to "/etc/passwd"'),
        (b"../outside", 'the link "link" leads out of the bundle, to "../outside"'),
        (b"./../x", 'the link "link" leads out of the bundle, to "./../x"'),
        (b"link", 'the link "link" leads back to itself'),
        (b".", 'the link "link" leads to a folder that it is in itself'),
        (b"", 'the link "link" leads to a folder that it is in itself'),
        (b"x" * 5000, 'the link "link" has a target of 5,000 bytes'),
    ],
)
def test_a_link_that_leads_out_or_back_is_refused(
    sources: Sources, repository: Repository, target: bytes, problem: str
) -> None:
    text = _refused(sources, repository, (LINK, b"link", repository.blob(target)))
    assert text.startswith(f'AF-B181: git repository "repo": {problem}')


def test_a_tree_that_holds_itself_a_million_times_ends_at_the_limit(sources: Sources, repository: Repository) -> None:
    tree = repository.tree((FILE, b"f", repository.blob(b"x")))
    for _ in range(7):
        tree = repository.tree(*((FOLDER, b"%d" % number, tree) for number in range(10)))
    text = _refused(sources, repository, (FOLDER, b"bomb", tree))
    assert text.startswith('AF-B182: git repository "repo": it has more than 50,000 files and folders')


def test_a_tree_of_folders_without_end_is_refused(sources: Sources, repository: Repository) -> None:
    tree = repository.tree((FILE, b"f", repository.blob(b"x")))
    for _ in range(12):
        tree = repository.tree((FOLDER, b"d" * 100, tree))
    assert "it is longer than 1024 bytes" in _refused(sources, repository, (FOLDER, b"d", tree))


def test_an_object_that_is_not_there_is_a_finding(sources: Sources, repository: Repository) -> None:
    blob = repository.blob(b"lost\n")
    repository.commit_of_tree(repository.tree((FILE, b"f", blob)))
    (repository.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    finding = sources.failure(sources.git("repo"))
    assert (finding.code, finding.message) == ("AF-B178", 'git repository "repo": git failed')
    assert finding.notes[0].startswith("git says: ")


def test_a_folder_in_the_place_of_a_file_is_a_finding(sources: Sources, repository: Repository) -> None:
    text = _refused(sources, repository, (FILE, b"f", repository.tree()))
    assert text.startswith('AF-B178: git repository "repo": git failed')
