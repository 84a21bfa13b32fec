"""The lowest floor holds pure values: it has no models and knows none, so that every room may stand on it."""

import ast
from pathlib import Path

import pytest

from exchange import kernel

FILES = sorted(Path(kernel.__path__[0]).rglob("*.py"))


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_file_of_it_imports_models(file: Path) -> None:
    stores = [name for name in imported(file) if name.startswith(("django.db.models", "django.contrib"))]
    assert stores == []


def test_there_are_files_to_look_at() -> None:
    assert "clock.py" in {file.name for file in FILES}
