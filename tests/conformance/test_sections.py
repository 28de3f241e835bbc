"""Every case of this folder says which part of the contract it checks, and none is forgotten."""

import ast
import re
from pathlib import Path

SECTIONS = {
    *(f"1.{n}" for n in range(1, 9)),
    *(f"2.{n}" for n in range(1, 6)),
    "3",
    *(f"4.{n}" for n in range(1, 7)),
    *("5", "6", "7.1"),
    *(f"8.{n}" for n in range(1, 6)),
    *("10", "12"),
}
POINTS = {f"11.{n}" for n in range(1, 26)}
ASSERTIONS = {f"assertion {n}" for n in range(1, 11)}

# "4.3, 11.9, assertion 5", and after a colon whatever there is to say.
REFERENCES = re.compile(r"((?:assertion )?[\d.]+(?:, (?:assertion )?[\d.]+)*)(?::|$)", re.MULTILINE)


def cases() -> dict[str, str]:
    """The docstring of each test function of the folder."""
    found = {}
    for file in sorted(Path(__file__).parent.rglob("test_*.py")):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found[f"{file.stem}.{node.name}"] = ast.get_docstring(node) or ""
    return {name: text for name, text in found.items() if not name.startswith("test_sections.")}


def references(text: str) -> set[str]:
    match = REFERENCES.match(text)
    return set(match[1].split(", ")) if match else set()


def test_a_case_names_its_sections() -> None:
    for name, text in cases().items():
        named = references(text)
        assert named, f"{name} starts with no section of the contract"
        assert named <= SECTIONS | POINTS | ASSERTIONS, f"{name} names what is no section"


def test_every_section_point_and_assertion_has_a_case() -> None:
    named = set().union(*(references(text) for text in cases().values()))
    assert (SECTIONS | POINTS | ASSERTIONS) - named == set()
