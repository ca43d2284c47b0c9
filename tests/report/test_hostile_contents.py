"""Nothing that a run recorded gets out of where it stands in the page, and no secret gets in."""

import base64
import hashlib
import html
import re
from pathlib import Path

import pytest

from aetherflow.core.operations.report_run import report_run
from tests.history.conftest import Past, past
from tests.report.sample_runs import HOSTILE, hostile_run
from tests.report.written import Parsed, written

__all__ = ["past"]

#: Everything that the page itself is made of.
TAGS = set(
    re.findall(
        r"\w+",
        "html head meta title style body a svg defs pattern line marker path nav button main header h1 h2 h3 h4 span p "
        "time code div strong rect section article pre ul li text circle g figure figcaption dl dt dd details summary "
        "ol table caption thead tbody tr th td footer script noscript label input select option",
    )
)
SECRET = "correct horse battery staple"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    values = {HOSTILE[0]: list(HOSTILE), **dict.fromkeys(HOSTILE, HOSTILE[1])}
    return written(
        tmp_path_factory.mktemp("hostile"),
        hostile_run(),
        params=values,
        error=HOSTILE[0],
        flow_source=HOSTILE[1],
        host=HOSTILE[2],
        run_key=HOSTILE[0],
    )


def test_hostile_texts_make_no_element_no_attribute_and_no_script(page: str) -> None:
    for part in (Parsed(page), *Parsed(page).folds):
        assert set(part.tags) <= TAGS
        assert [name for name in part.attributes if name.startswith("on") or name in ("src", "style", "srcdoc")] == []
    scripts = [attributes.get("type") for attributes, _ in Parsed(page).scripts]
    assert set(scripts) <= {None, "text/plain", "application/json"}
    assert scripts.count(None) == 1
    assert html.escape(HOSTILE[0]) in page


def test_links_lead_nowhere_but_within_the_page(page: str) -> None:
    links = re.findall(r'href="([^"]*)"', page)
    assert links
    assert [link for link in links if not re.fullmatch(r"#[a-z]+\d*", link)] == []
    assert "http://" not in page.replace("http://www.w3.org/", "")


def test_no_mark_of_direction_and_no_control_character_is_left(page: str) -> None:
    assert re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", page) == []
    assert "שלום עולם" in page


def test_the_policy_lets_this_script_and_these_styles_run_and_nothing_else(page: str) -> None:
    policy = html.unescape(re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[0])
    (script,) = [text for attributes, text in Parsed(page).scripts if "type" not in attributes]
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)

    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    allowed = f"style-src {digest(style)}; script-src {digest(script)}"
    assert policy == f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


LEAKING = """
    version: 1
    flow: {id: daily}
    params: {given: {default: ""}}
    jobs:
      - id: leak
        for_each: ["{{env.DB_PASSWORD}}", b]
        steps:
          - {id: say, type: log, inputs: {message: "{{env.DB_PASSWORD}} and {{env.LATER:}}"}}
          - id: child
            type: external.process
            inputs: {command: [sh, -c, "echo $DB_PASSWORD $LATER; echo seen"], log: {stdout: inherit}}
          - {id: fail, type: fail, inputs: {message: "no {{env.DB_PASSWORD}} {{env.LATER:}}"}}
    """


def test_no_secret_of_the_run_or_of_now_is_in_the_page(past: Past) -> None:
    later = "what counts as secret only now"
    past.run("r1", LEAKING, env={"DB_PASSWORD": SECRET, "LATER": later}, params={"given": SECRET})
    assert later in past.log("r1").read_text()
    env = {**past.env, "DB_PASSWORD": SECRET, "LATER": later, "AETHERFLOW_SECRET_ENV": "LATER,*PASSWORD*"}
    for environ in (env, past.env):
        page = report_run(environ, "r1", now=0.0).html
        forms = [SECRET, SECRET.replace(" ", "%20"), base64.b64encode(SECRET.encode()).decode(), "$aetherflow"]
        assert [form for form in forms if form in page] == []
        assert "***" in page
        assert "seen" in page
    assert later not in report_run(env, "r1", now=0.0).html


def test_a_secret_that_control_characters_part_does_not_come_together(past: Past) -> None:
    past.record("r1", params={"given": f"{SECRET[:9]}\x1b[1m{SECRET[9:]}"})
    page = report_run({**past.env, "DB_PASSWORD": SECRET}, "r1", now=0.0).html
    assert "<dd><pre>***</pre></dd>" in page
    assert SECRET not in page


def test_a_value_is_masked_before_it_is_cut(past: Past) -> None:
    past.record("r1", params={"given": "x" * 3990 + SECRET})
    page = report_run({**past.env, "DB_PASSWORD": SECRET}, "r1", now=0.0).html
    assert "x" * 3990 + "***" in page
    assert SECRET[:10] not in page


def test_one_page_is_one_file(tmp_path: Path) -> None:
    page = written(tmp_path, hostile_run())
    assert re.findall(r"<(?:link|img|iframe|object|embed|base|form)\b", page) == []
    assert re.findall(r"@import|url\((?!#)", page) == []
