"""On a terminal of 80 columns paths are broken behind a slash, and digests nowhere."""

import os
import pty
import re
import subprocess
import termios

import pytest

from aetherflow.core.diagnostics.cells import width_of
from tests.plugin_listing.conftest import Plugins
from tests.support.project import COMMAND

DEEP = "a-folder-with-a-long-name/another-folder-with-a-long-name/and-one-more-of-them/orders"


def on_terminal(plugins: Plugins, *words: str) -> list[str]:
    """Give the lines that a command of `plugins` writes to a terminal of 80 columns."""
    leader, follower = pty.openpty()
    termios.tcsetwinsize(follower, (24, 80))
    paths = [word for name in plugins.named for word in ("--plugin-path", name)]
    subprocess.run(
        [COMMAND, "plugins", *words, *paths, "--no-color"],
        cwd=plugins.project.root,
        env=plugins.project.env,
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
        check=False,
    )
    shown = os.read(leader, 65536).decode().splitlines()
    os.close(follower)
    os.close(leader)
    return shown


@pytest.mark.parametrize("words", [("list", "--verbose"), ("why", "load")])
def test_no_line_is_wider_than_the_terminal_and_digests_are_whole(plugins: Plugins, words: tuple[str, ...]) -> None:
    plugins.add_step(DEEP, "load")
    shown = on_terminal(plugins, *words)
    assert [line for line in shown if width_of(line) > 80] == []
    assert any(re.fullmatch(r" +sha256:[0-9a-f]{64}", line) for line in shown)
    assert DEEP in "".join(line.strip() for line in shown)


def test_the_headline_of_a_finding_is_broken_between_words_and_behind_slashes(plugins: Plugins) -> None:
    plugins.named.append("nowhere/" * 12 + "at-all")
    shown = on_terminal(plugins, "doctor")
    assert shown[:3] == [
        'error[AF-P102]: the plugin path "nowhere/nowhere/nowhere/nowhere/nowhere/',
        '    nowhere/nowhere/nowhere/nowhere/nowhere/nowhere/nowhere/at-all" of',
        "    --plugin-path does not exist",
    ]


def test_what_a_finding_says_in_a_listing_is_broken_too(plugins: Plugins) -> None:
    plugins.add_step(DEEP, "load", manifest="requires: [a-plugin-that-nobody-has-ever-seen-anywhere]\n")
    plugins.named.append("nowhere/" * 12 + "at-all")
    shown = [line for line in on_terminal(plugins, "list", "--verbose") if not line.startswith("  = `")]
    assert [line for line in shown if width_of(line) > 80] == []
