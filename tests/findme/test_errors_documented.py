"""docs/errors.md lists every code that a public route can answer, and no other."""

import ast
import re
from collections.abc import Iterator

from local.data import ROOT

LIST = ROOT / "docs" / "errors.md"

# Where the code stands among the arguments of what makes an error.
ERRORS = {"RequestError": 1, "__init__": 1, "unavailable": 0}
REASONS = {"PhotoError": 0, "PictureError": 0, "DownloadError": 0, "SourceError": 0}


def documented() -> tuple[dict[str, int], str]:
    """The codes of the first table with their status, and the rest of the page."""
    table, _, rest = LIST.read_text().partition("\n## ")
    rows = re.findall(r"^\| (\d{3}) \| (.+?) \|", table, re.MULTILINE)
    codes = {code: int(status) for status, codes in rows for code in re.findall("`(.+?)`", codes)}
    return codes, rest


def calls(makers: dict[str, int]) -> Iterator[tuple[ast.Call, str]]:
    """Every making of an error in the source with each code that it may have."""
    for folder in ("findme", "actions"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(file.read_text())
            for node in ast.walk(tree):
                position = makers.get(_callee(node))
                if isinstance(node, ast.Call) and position is not None:
                    for argument in node.args[position : position + 1]:
                        yield from ((node, code) for code in _codes(argument, tree))


def _callee(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)


def _codes(argument: ast.expr, tree: ast.Module) -> list[str]:
    """The code itself, or all that the variable of this name is set to."""
    values = [argument]
    if isinstance(argument, ast.Name):
        assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
        values = [a.value for a in assigned if ast.unparse(a.targets[0]) == argument.id]
    parts = [part for value in values for part in ast.walk(value)]
    texts = [part.value for part in parts if isinstance(part, ast.Constant)]
    return [text for text in texts if isinstance(text, str) and re.fullmatch("[a-z_]+", text)]


def test_every_error_is_documented_with_its_status() -> None:
    raised: dict[str, set[int]] = {}
    for call, code in calls(ERRORS):
        given = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
        raised.setdefault(code, set()).add(given if isinstance(given, int) else 503)
    assert raised == {code: {status} for code, status in documented()[0].items()}


def test_every_reason_is_documented() -> None:
    told = set(re.findall("`([a-z_]+)`", documented()[1]))
    reasons = {code for _, code in calls(REASONS)}
    assert reasons > {"not_a_picture", "bad_address", "not_a_feed"}
    assert not reasons - told
    source = "".join(file.read_text() for file in (ROOT / "findme").rglob("*.py"))
    assert not [code for code in told if f'"{code}"' not in source]
