"""Signs of other languages that conditions do not know, and what to write instead."""

_ARITHMETIC = ("there is no arithmetic in conditions", "compute the value in a step and compare its output")

#: Sign, message, hint; the longer sign of two that begin alike stands first.
FOREIGN_SIGNS: tuple[tuple[str, str, str | None], ...] = (
    ("{{", 'a condition has no "{{"', "write the name bare: params.day, not {{params.day}}"),
    ("}}", 'a condition has no "}}"', "write the name bare: params.day, not {{params.day}}"),
    ("===", 'unknown operator "==="', "write == to compare"),
    ("!==", 'unknown operator "!=="', "write != to compare"),
    ("<=>", 'unknown operator "<=>"', "write ==, < or > to compare"),
    ("<>", 'unknown operator "<>"', "write != to compare"),
    ("<<", 'unknown operator "<<"', "write < to compare"),
    (">>", 'unknown operator ">>"', "write > to compare"),
    ("=~", 'unknown operator "=~"', "there are no patterns in conditions: match in a step"),
    ("=", 'unknown operator "="', "write == to compare"),
    ("&&", 'unknown operator "&&"', "write and"),
    ("||", 'unknown operator "||"', "write or"),
    ("&", 'unknown operator "&"', "write and"),
    ("|", 'unknown operator "|"', "there are no filters in conditions; the logical operator is or"),
    ("!", 'unknown operator "!"', "write not"),
    ("${", 'a condition has no "${"', "write the name bare: env.HOME, not ${HOME}"),
    ("$", 'a condition has no "$"', "write the name bare: env.HOME, not $HOME"),
    ("**", *_ARITHMETIC),
    ("//", *_ARITHMETIC),
    *((sign, *_ARITHMETIC) for sign in "+-*/%"),
    ("?", 'unknown operator "?"', "join two conditions with and, or"),
    (":=", "there are no assignments in conditions", "write == to compare"),
    ("{", "there are no mappings in conditions", "compare a key of the mapping instead"),
    ("`", 'a condition has no "`"', "write strings in single or double quotes"),
    (".", "a name is expected before the dot, and after it", "a number below one begins with 0, as in 0.5"),
)
