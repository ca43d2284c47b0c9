"""The page in a real browser: nothing is fetched, nothing is broken, and it can be used at any size."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.report.recorded import RecordedRun
from tests.report.sample_runs import full_run, hostile_run, long_run, looping_run
from tests.report.written import written

ARGUMENTS = (
    "--no-sandbox",  # root has none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
UNNAMED = """
[...document.querySelectorAll("a, button, input, select, [role=img], [role=region]")]
    .filter(each => !each.ariaLabel && !each.textContent.trim() && !each.labels?.length)
    .map(each => each.outerHTML)
"""
Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give one browser for all of these tests; it must not outlive them, for its event loop would be others' too."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("these tests need Chromium: apt-get install --no-install-recommends chromium", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """Open the page of a run; by the end nothing may be fetched, said on the console, or run that is not ours."""
    pages: list[Page] = []
    requests: list[str] = []
    troubles: list[str] = []

    def open_page(run: RecordedRun, at: str = "", **options: Any) -> Page:
        file = tmp_path / "page.html"
        file.write_text(written(tmp_path, run), encoding="utf-8")
        page = browser.new_context(**options).new_page()
        page.set_default_timeout(5_000)
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("dialog", lambda dialog: troubles.append(dialog.message))
        page.goto(f"{file.as_uri()}{at}")
        pages.append(page)
        return page

    yield open_page
    assert [page.evaluate("typeof window.broken") for page in pages if page.context.pages] == ["undefined"] * len(pages)
    for page in pages:
        page.context.close()
    assert set(requests) == {(tmp_path / "page.html").as_uri()}
    assert troubles == []


def test_hostile_contents_are_only_text(opened: Opened) -> None:
    page = opened(hostile_run())
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    page.locator(".fold button").evaluate_all("buttons => buttons.forEach(button => button.click())")
    assert "</script><script>window.broken=1</script>" in page.inner_text("#failures")


@pytest.mark.parametrize("steps", [2_000, 10_000])
def test_a_step_of_many_is_found_and_opened(opened: Opened, steps: int) -> None:
    page = opened(long_run(steps))
    assert page.evaluate("document.querySelectorAll('*').length") < 5_000
    assert page.locator(f"#s{steps - 3}").count() == 0
    page.fill("#find", f"step_{steps - 4:05}")
    assert page.inner_text("#found") == "1 found"
    page.click("#found-steps a")
    assert page.locator(f"#s{steps - 3} .pairs").is_visible()
    assert page.evaluate("document.activeElement.closest('details').id") == f"s{steps - 3}"
    page.fill("#find", "")
    page.select_option("#find-status", "SKIPPED")
    assert page.inner_text("#found") == f"the first 50 of {steps // 50} found" if steps > 2_500 else "40 found"
    page.click("text=151 to 200")
    assert page.locator("#s151").is_visible()
    assert page.evaluate("document.querySelectorAll('*').length") < 8_000


def test_a_link_to_a_step_or_a_job_opens_it_wherever_it_is(opened: Opened) -> None:
    page = opened(long_run(2_000, 500), "#s1777")
    assert page.locator("#s1777 .pairs").is_visible()
    page.evaluate("location.hash = '#job499'")
    page.wait_for_selector("#job499[open]")
    assert page.locator("#s1993 summary").is_visible()
    loop = opened(looping_run(500), "#s901")
    assert loop.locator("#s901 .code").is_visible()


def test_without_javascript_it_can_be_read_and_says_what_is_folded_away(opened: Opened) -> None:
    page = opened(long_run(2_000), java_script_enabled=False)
    assert page.locator("#s1 summary").is_visible()
    assert not page.locator("#find").is_visible()
    assert not page.locator("#theme").is_visible()
    assert "Without JavaScript a part of the steps stays folded away" in page.inner_text("#steps")
    page.click("#s2 summary")
    assert page.locator("#s2 .pairs").is_visible()


def test_colours_follow_the_system_until_somebody_chooses(opened: Opened) -> None:
    light = "rgb(255, 255, 255)"
    page = opened(full_run(), color_scheme="dark")

    def colour() -> Any:
        return page.evaluate("getComputedStyle(document.querySelector('section')).backgroundColor")

    assert colour() != light
    page.click("#theme")
    assert colour() == light
    page.reload()
    assert colour() == light
    page.click("#theme")
    assert colour() != light
    page.emulate_media(media="print")
    assert colour() == light


@pytest.mark.parametrize("run", [full_run, hostile_run])
def test_a_phone_shows_it_without_scrolling_sideways(opened: Opened, run: Callable[[], RecordedRun]) -> None:
    page = opened(run(), viewport={"width": 380, "height": 800})
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    small = "[...document.querySelectorAll('.chart text')].some(text => text.getBoundingClientRect().height < 7)"
    assert not page.evaluate(small)


def test_it_can_be_used_with_the_keyboard_alone(opened: Opened) -> None:
    page = opened(full_run())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.focus("#job4 > summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('#job4').open")
    page.focus("#graph a[href='#job5']")
    page.keyboard.press("Enter")
    page.wait_for_selector("#job5[open]")
    assert page.evaluate("document.activeElement.closest('details').id") == "job5"
    assert page.evaluate(UNNAMED) == []
