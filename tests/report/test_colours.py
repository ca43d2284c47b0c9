"""Texts of the page stand out from what is behind them, in light and in dark, as WCAG 2.2 AA asks."""

import re
from itertools import product

import pytest

from aetherflow.core.operations.report import page

TEXTS = ("text", "dim", "link", "good", "bad", "warn", "busy", "idle")
GROUNDS = ("page", "card", "sunk", "bad-soft")
LINES = (*(f"n{number}" for number in range(8)), "good-fill", "bad-fill", "busy-fill")


def colours(scheme: int) -> dict[str, str]:
    """Give the colours by their names, of the light scheme, 0, or the dark one, 1."""
    css = page.styles()
    return {name: pair[scheme] for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", css)}


def luminance(colour: str) -> float:
    """Give the relative luminance: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1])
def test_texts_have_a_contrast_of_4_5_and_drawings_one_of_3(scheme: int) -> None:
    known = colours(scheme)
    weak = [(text, ground) for text, ground in product(TEXTS, GROUNDS) if contrast(known[text], known[ground]) < 4.5]
    faint = [line for line in LINES if contrast(known[line], known["card"]) < 3]
    assert (weak, faint) == ([], [])
