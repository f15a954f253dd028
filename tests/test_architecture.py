"""Imports run one way, importing is lean, and every module says what it is for."""

import ast
import functools
import io
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

from plproof.kernel import calculus, combine  # noqa: F401  (their rules count)
from plproof.kernel.thm import RULES

PACKAGE = Path(__file__).resolve().parent.parent / "plproof"
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = {
    ".".join(("plproof", *p.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    for p in MODULES
}
#: what each part may import besides itself
MAY_IMPORT = {
    "language": set(),
    "kernel": {"language"},
    "theory": {"language", "kernel"},
    "proof": {"language", "kernel", "theory"},
    "search": {"language", "kernel", "theory", "proof"},
    "laboratory": {"language", "kernel", "theory"},
    "report": {"language", "kernel", "theory", "proof", "laboratory"},
    "checking": {"language", "kernel", "theory", "proof", "search", "laboratory", "report"},
}
#: what is in no part, imports nothing of ours, and may be imported by the parts from here up
ALONE, ABOVE = {"faults"}, {"laboratory", "checking"}


@functools.cache  # several tests ask of every module
def module_of(path):
    """Return the docstring of a module and the nodes that import."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    return ast.get_docstring(tree), imports


def imported(path):
    """Yield the modules of plproof that a file imports, also inside functions."""
    for node in module_of(path)[1]:
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are written in full"
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in NAMES else node.module for name in inside]
        yield from (name for name in names if name.split(".")[0] == "plproof")


def part_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_one_way(path):
    part = part_of(path)
    if part not in MAY_IMPORT | dict.fromkeys(ALONE):
        return
    allowed = {part} | MAY_IMPORT.get(part, set()) | (ALONE if part in ABOVE else set())
    for name in imported(path):
        assert name != "plproof", f"{path} imports the whole package"
        assert name.split(".")[1] in allowed, f"{part} must not import {name}"


def test_no_modules_import_each_other_in_a_circle():
    names = {
        ".".join(("plproof", *p.relative_to(PACKAGE).with_suffix("").parts)): p for p in MODULES
    }
    names = {n.removesuffix(".__init__"): p for n, p in names.items()}
    edges = {n: [m for m in imported(p) if m in names and m != n] for n, p in names.items()}
    done: set[str] = set()

    def visit(name, trail):
        assert name not in trail, " → ".join([*trail, name])
        if name not in done:
            for other in edges[name]:
                visit(other, [*trail, name])
            done.add(name)

    for name in names:
        visit(name, [])


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_every_module_says_what_it_is_for_and_is_one_room(path):
    assert module_of(path)[0], f"{path} has no docstring"
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 600, f"{path} is too long"


@pytest.mark.parametrize("part", ["laboratory", "search"])
def test_the_rooms_of_a_part_import_those_below_them(part):
    folder = PACKAGE / part
    rooms = sorted(path.parent.name for path in folder.glob("*/__init__.py"))
    loose = {path.name for path in folder.glob("*.py")} - {"__init__.py"}
    assert not loose, f"a module of {part} stands in no room: {loose}"
    said, _ = module_of(folder / "__init__.py")
    assert said is not None
    order = [line.split("``")[1] for line in said.splitlines() if line.startswith("``")]
    assert sorted(order) == rooms, f"the map of {part} is not whole"
    for place, room in enumerate(order):
        for path in (folder / room).rglob("*.py"):
            for name in imported(path):
                parts = name.split(".")
                inside = parts[1] == part and len(parts) > 2
                above = inside and parts[2] in order[place + 1 :]
                assert not above, f"{room} stands below {name}, which {path.name} imports"


def test_the_map_of_the_parts_is_whole_and_runs_one_way():
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders == set(MAY_IMPORT), "a part is missing from the map above"
    for part, others in MAY_IMPORT.items():
        for other in others:
            assert part not in MAY_IMPORT[other], f"{part} and {other} import each other"
    assert MAY_IMPORT["kernel"] == {"language"}, "what is trusted rests on little"


def test_the_language_and_the_kernel_import_nothing_but_python():
    for path in [*PACKAGE.glob("language/*.py"), *PACKAGE.glob("kernel/*.py")]:
        if path.name == "sympy_bridge.py":  # the one place where the language meets sympy
            continue
        for node in module_of(path)[1]:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                known = {*sys.stdlib_module_names, "plproof"}
                assert name.split(".")[0] in known, f"{path}:{node.lineno} imports {name}"


def lines_of_code(text: str) -> int:
    """Count the lines with code on them: not blank, not only a comment, not of a docstring."""
    said: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        if isinstance(node, documented) and ast.get_docstring(node) is not None:
            docstring = node.body[0]
            said.update(range(docstring.lineno, docstring.end_lineno + 1))
    layout = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    found: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in layout and token.string:
            found.update(range(token.start[0], token.end[0] + 1))
    return len(found - said)


def test_lines_of_code_are_counted_honestly():
    assert lines_of_code("") == 0
    assert lines_of_code('"""Module."""\n\n# a comment\nx = 1  # code\n') == 1
    assert lines_of_code('def f():\n    """Doc.\n\n    More.\n    """\n    return 1\n') == 2
    assert lines_of_code('x = """a\nb\nc"""\ny = (\n    1,\n)\n') == 6
    assert lines_of_code("x = 1; y = 2\n") == 1


def test_the_kernel_is_small_and_the_readme_says_how_small():
    files = (PACKAGE / "kernel").glob("*.py")
    lines = sum(lines_of_code(path.read_text(encoding="utf-8")) for path in files)
    assert lines < 1_200, f"the kernel has {lines} lines of code"
    readme = (PACKAGE.parent / "README.md").read_text(encoding="utf-8")
    assert "under 1,200 lines of code" in readme
    assert f"{len(RULES)} rules in" in readme, f"there are {len(RULES)} rules"


def test_importing_plproof_is_lean():
    heavy = "{'sympy', 'numpy', 'rich', 'hypothesis'}"
    code = f"import sys, plproof\nprint(sorted({heavy} & {{*sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
