"""`python -m tests.checks`: rules of the house that no other tool knows. One sentence per fault."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_OURS = ("mysignals", "workers", "simulator", "sdk/python", "tests", "run.py", "celery_app.py", "public_api.py")
_LONGEST_FUNCTION = 45
_SAYS_NOTHING = {"utils", "helpers", "common", "misc"}


def main() -> int:
    """1 when a rule is broken."""
    faults = [fault for path in _files() for fault in _faults(path)]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def _files() -> Iterator[Path]:
    for name in _OURS:
        path = _ROOT / name
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.exists() else []


def _faults(path: Path) -> Iterator[str]:
    shown = path.relative_to(_ROOT)
    text = path.read_text()
    tree = ast.parse(text)
    if path.stem in _SAYS_NOTHING:
        yield f"{shown}: the name says nothing; name the file after the one thing it is about"
    if tree.body and not ast.get_docstring(tree):
        yield f"{shown}: the first line does not say what the file is; begin it with a docstring"
    if "TO" + "DO" in text:
        yield f"{shown}: something is left to do; do it, or say in a sentence why not"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _long(node, f"{shown}:{node.lineno}")
        elif isinstance(node, ast.ExceptHandler) and _is_broad(node):
            yield f"{shown}:{node.lineno}: this catches our own bugs too; name the exceptions that are meant"


def _long(node: ast.FunctionDef | ast.AsyncFunctionDef, place: str) -> Iterator[str]:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if lines > _LONGEST_FUNCTION:
        yield f"{place}: {node.name} has {lines} lines, at most {_LONGEST_FUNCTION} are read at a glance; split it"


def _is_broad(node: ast.ExceptHandler) -> bool:
    return node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})


if __name__ == "__main__":
    sys.exit(main())
