"""A source that is away: what serves in its place, what is said of its age, and what is never used."""

import pytest

from aetherflow.core.bundles.ages import age_in_words
from aetherflow.core.bundles.values import FetchFailed
from aetherflow.core.bundles.verification import BundleChanged
from aetherflow.core.contracts.diagnostic import Severity
from tests.bundles.shelf import Library, change


def test_without_the_option_the_failure_names_the_age_of_the_copy(library: Library) -> None:
    library.sync()
    library.clock.seconds += 3 * 3600
    library.shelf.away = "connection refused"
    with pytest.raises(FetchFailed, match='"shelf": connection refused') as failed:
        library.sync()
    (finding,) = failed.value.diagnostics
    assert finding.notes == ("there is a copy of 3 hours ago: `--allow-stale-bundle` uses it",)


def test_with_the_option_the_copy_serves_and_a_warning_names_its_age_and_the_reason(library: Library) -> None:
    fresh = library.sync().active
    library.clock.seconds += 2 * 86_400
    library.shelf.away = "connection refused"
    outcome = library.sync(allow_stale=True)
    assert outcome.active.root == fresh.root
    assert not outcome.fetched
    assert (outcome.active.is_stale, outcome.active.stale_reason) == (True, '"shelf": connection refused')
    (warning,) = outcome.diagnostics
    assert (warning.code, warning.severity) == ("AF-B214", Severity.WARNING)
    assert warning.message == 'the bundle "orders" is as its source was 2 days ago: "shelf": connection refused'


def test_half_a_download_is_a_failure_like_any_other(library: Library) -> None:
    fresh = library.sync().active
    library.shelf.files["new.txt"] = ""
    library.shelf.breaks_off_after = 2
    outcome = library.sync(allow_stale=True)
    assert outcome.active.digest == fresh.digest
    assert outcome.active.stale_reason == '"shelf": the connection broke off'
    assert list((library.folder / "staging").iterdir()) == []


def test_a_source_that_answers_and_then_cannot_be_fetched_is_covered_too(library: Library) -> None:
    library.sync()
    library.shelf.files["new.txt"] = ""

    def go_away() -> None:
        library.shelf.away = "gone"

    library.shelf.before_fetch = go_away
    assert library.sync(allow_stale=True).active.is_stale


def test_an_empty_listing_is_covered_too(library: Library) -> None:
    library.sync()
    library.shelf.files = {}
    assert library.sync(allow_stale=True).active.is_stale


def test_where_there_is_no_copy_the_option_does_not_help(library: Library) -> None:
    library.shelf.away = "connection refused"
    with pytest.raises(FetchFailed) as failed:
        library.sync(allow_stale=True)
    assert failed.value.diagnostics[0].notes == ()


def test_a_copy_that_was_changed_never_serves(library: Library) -> None:
    root = library.sync().active.root
    change(root / "profiles.yaml", "changed: true\n")
    library.shelf.away = "connection refused"
    with pytest.raises(BundleChanged):
        library.sync(allow_stale=True)
    with pytest.raises(FetchFailed) as failed:
        library.sync(allow_stale=True, replaces_changed=True)
    assert [finding.message for finding in failed.value.diagnostics] == [
        '"shelf": connection refused',
        '"profiles.yaml" of the bundle "orders" has changed since it was fetched',
    ]


def test_the_age_counts_from_when_the_source_was_last_known_to_have_it(library: Library) -> None:
    library.sync()
    library.clock.seconds += 3600
    library.sync()
    library.clock.seconds += 300
    library.shelf.away = "connection refused"
    (warning,) = library.sync(allow_stale=True).diagnostics
    assert "5 minutes ago" in warning.message


def test_a_stale_bundle_is_fresh_again_once_the_source_is_back(library: Library) -> None:
    library.sync()
    library.shelf.away = "connection refused"
    library.sync(allow_stale=True)
    library.shelf.away = None
    assert not library.sync(allow_stale=True).active.is_stale


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "a moment"),
        (0.4, "a moment"),
        (1, "1 second"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (7199, "119 minutes"),
        (7200, "2 hours"),
        (172_800, "2 days"),
        (1e9, "11,574 days"),
    ],
)
def test_ages_are_told_as_people_say_them(seconds: float, words: str) -> None:
    assert age_in_words(seconds) == words
