"""An explanation of a flow, for people and for programs."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from aetherflow.cli.console import Look
from aetherflow.cli.render.paint import paint
from aetherflow.cli.render.tables import render_table
from aetherflow.core.events.segments import Line, Segment, harmless
from aetherflow.core.events.wording import counted
from aetherflow.core.operations.explanation.values import (
    HIDDEN,
    EnvFileExplanation,
    FlowExplanation,
    FolderExplanation,
    LeafExplanation,
    ParamExplanation,
    Reason,
    ResourceExplanation,
    SettingExplanation,
    Site,
    TextExplanation,
    TokenExplanation,
)

LONGEST_VALUE = 100
_UNKNOWN = "known when it runs"


def explanation_json(told: FlowExplanation) -> Any:
    """Give the form of `explain FLOW --json`."""
    return msgspec.to_builtins(told)


def explanation_text(told: FlowExplanation, look: Look) -> str:
    """Write an explanation, section by section; sections with nothing to tell are left out."""
    return _Page(told, colour=look.has_colour).text()


class _Page:
    """The text of an explanation. Places in the flow's own file are told by their line alone."""

    def __init__(self, told: FlowExplanation, *, colour: bool) -> None:
        self._told = told
        self._colour = colour
        self._file = told.jobs[0].site.file

    def text(self) -> str:
        told = self._told
        sections = [
            ("Order", self._order()),
            ("Params", self._table(map(self._param, told.params))),
            ("Resources", "".join(map(self._resource, told.resources))),
            ("Templates and conditions", "".join(self._uses())),
            ("Settings that are not the defaults", "".join(map(self._setting, told.settings))),
            ("Folders", self._table(map(_folder, told.folders))),
            ("Env files, a later one wins", self._table(map(_env_file, told.env_files))),
            ("Notes", "".join(f"  {harmless(note)}\n" for note in told.notes)),
        ]
        head = f"{paint(told.flow_id, 'strong', colour=self._colour)}: {harmless(self._file)}\n"
        return head + "".join(
            f"\n{paint(title, 'strong', colour=self._colour)}\n{text}" for title, text in sections if text
        )

    def _table(self, rows: Iterable[Line], indent: int = 2) -> str:
        return render_table(list(rows), colour=self._colour, indent=" " * indent)

    def _order(self) -> str:
        rows: list[Line] = []
        for number, job in enumerate(self._told.jobs, start=1):
            first, *more = [self._because(reason) for reason in job.after] or ["as it stands in the file"]
            shown = str(number).rjust(len(str(len(self._told.jobs))))
            rows.append([_plain(shown), _name(job.id), self._at(job.site), _plain(first)])
            rows += [[_plain(""), _plain(""), _plain(""), _plain(reason)] for reason in more]
        return self._table(rows)

    def _because(self, reason: Reason) -> str:
        later = ", further down in the file" if reason.stands_later else ""
        because = reason.because if reason.because == "depends_on" else f"named in {reason.because}"
        return f"after {reason.job}{later}: {because}, {self._where(reason.site)}"

    def _param(self, param: ParamExplanation) -> Line:
        value = _plain(_value(param.value)) if param.is_known else Segment("no value", "warn")
        return [_name(param.name), Segment(param.type, "dim"), value, _plain(param.origin), self._at(param.site)]

    def _resource(self, resource: ResourceExplanation) -> str:
        profile = f", profile {resource.profile}" if resource.profile else ""
        about = f"{resource.kind}: {resource.driver}{profile}"
        head = self._table([[_name(resource.name), _plain(about), self._at(resource.site)]])
        lines = self._table(map(self._leaf, resource.values), 4).splitlines(keepends=True)
        leaves = zip(lines, resource.values, strict=True)
        return head + "".join(line + self._tokens(leaf.tokens) for line, leaf in leaves)

    def _leaf(self, leaf: LeafExplanation) -> Line:
        value = _known(leaf.value, is_secret=leaf.is_secret) if leaf.is_known else _unknown(leaf.problem)
        place = self._at(leaf.site) if leaf.site else _plain(leaf.source)
        return [
            _plain(leaf.path),
            value,
            place,
            _plain(f"instead of {self._where(leaf.hides)}" if leaf.hides else ""),
        ]

    def _uses(self) -> Iterator[str]:
        for job in (*self._told.jobs, *self._told.handlers):
            for text in job.texts:
                yield self._text(job.id, text)
            for step in job.steps:
                for text in step.texts:
                    yield self._text(f"{job.id}.{step.id}", text)

    def _text(self, owner: str, text: TextExplanation) -> str:
        head = self._table([[_name(owner), _plain(text.path), self._at(text.site)]])
        if [token.text for token in text.tokens] == [text.written] and not text.is_condition:
            return head + self._tokens(text.tokens, 4)
        return head + self._table([[_plain(_cut(text.written)), _outcome(text)]], 4) + self._tokens(text.tokens)

    def _tokens(self, tokens: Iterable[TokenExplanation], indent: int = 6) -> str:
        return self._table(map(self._token, tokens), indent)

    def _token(self, token: TokenExplanation) -> Line:
        value = _unknown("no value" if token.is_missing else None)
        if token.is_known:
            value = _known(token.value, is_secret=token.value == HIDDEN)
        source = f", {self._where(token.source)}" if token.source else ""
        return [Segment(_cut(token.text), "dim"), value, _plain(f"{token.origin}{source}")]

    def _setting(self, setting: SettingExplanation) -> str:
        place = self._at(setting.site) if setting.site else _plain(f"set by the {setting.set_by}")
        usual = _plain("" if setting.default is None else f"default {_value(setting.default)}")
        row: Line = [_name(setting.name), _known(setting.value), place, usual]
        return self._table([row]) + self._tokens(setting.tokens)

    def _at(self, site: Site) -> Segment:
        return Segment(self._where(site), "dim")

    def _where(self, site: Site) -> str:
        return f"line {site.line}" if site.file == self._file else f"{harmless(site.file)}:{site.line}"


def _folder(folder: FolderExplanation) -> Line:
    return [_plain(folder.name), _plain(folder.path), Segment(f"by {folder.set_by}", "dim")]


def _env_file(file: EnvFileExplanation) -> Line:
    told = f"decides {counted(file.variables, 'variable')}" if file.is_there else "is not there"
    prefix = f"prefix {file.prefix}" if file.prefix else ""
    return [_plain(file.path), Segment(file.type, "dim"), _plain(told), _plain(prefix)]


def _outcome(text: TextExplanation) -> Segment:
    if not text.is_known:
        return _unknown(text.problem)
    if text.is_condition:
        return _plain("holds as things are" if text.value else "does not hold as things are")
    return _known(text.value)


def _unknown(problem: str | None) -> Segment:
    return Segment(_cut(problem), "warn") if problem else Segment(_UNKNOWN, "dim")


def _known(value: Any, *, is_secret: bool = False) -> Segment:
    return _plain(f"= {HIDDEN if is_secret else _value(value)}")


def _name(text: str) -> Segment:
    return Segment(_one_line(text), "name")


def _plain(text: str) -> Segment:
    return Segment(_one_line(text))


def _value(value: Any) -> str:
    """Write a value as JSON, so that a text and a number look different."""
    return _cut(msgspec.json.encode(value).decode())


def _cut(text: str) -> str:
    text = _one_line(text)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."


def _one_line(text: str) -> str:
    return harmless(text).replace("\n", "\\n")
