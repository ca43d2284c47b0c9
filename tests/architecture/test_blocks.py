"""The reader of Markdown blocks, by which CI and the tests run what the docs print."""

from tests.support.blocks import blocks, commands, lines_in

PAGE = """\
# A page

```sh
# a comment
make it
```

```yaml
# flows/one.yaml
flow: {id: one}
```

```console
$ first \\
  --more
its output

$ second
```
"""


def test_blocks_know_their_language_and_their_line() -> None:
    assert [(block.language, block.line) for block in blocks(PAGE)] == [("sh", 4), ("yaml", 9), ("console", 14)]


def test_a_first_line_that_is_a_name_makes_a_file_of_the_block() -> None:
    assert [block.file_name for block in blocks(PAGE)] == [None, "flows/one.yaml", None]


def test_commands_come_with_the_output_below_them() -> None:
    assert [(each.command, each.output) for each in commands(blocks(PAGE)[2])] == [
        ("first \\\n  --more", "its output\n\n"),
        ("second", ""),
    ]


def test_lines_to_run_are_without_comments() -> None:
    assert lines_in(PAGE, "sh") == ["make it"]
