"""Locations as they may be shown."""

import pytest

from aetherflow.core.bundles.shown_location import shown_location


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("./bundle", "./bundle"),
        ("git@example.com:orders.git", "git@example.com:orders.git"),
        ("https://example.com/a@b.zip", "https://example.com/a@b.zip"),
        ("https://ada@example.com/a", "https://example.com/a"),
        ("https://ada:p@ss@example.com/a", "https://example.com/a"),
        ("sftp://ada:secret@example.com:22/a?x=1", "sftp://example.com:22/a?x=1"),
        ("https://h/a?access_token=abc&page=2&sig=x%20y", "https://h/a?access_token=***&page=2&sig=***"),
        (
            "https://h/a?X-Amz-Date=1&X-Amz-Signature=2;password=3",
            "https://h/a?X-Amz-Date=***&X-Amz-Signature=***;password=***",
        ),
        ("https://h/a;jsessionid=1?page=2#access_token=3", "https://h/a;jsessionid=***?page=2#access_token=***"),
        ("https://h/a?next=user@example.com", "https://h/a?next=user@example.com"),
    ],
)
def test_what_lets_somebody_in_is_not_shown(location: str, shown: str) -> None:
    assert shown_location(location) == shown
