"""Which files are theorem files, and how Python imports them."""

import pytest

from plproof.checking.discovery import UsageError, as_module, shown_path, theorem_files

USES = "from plproof import *\n"


def put(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")


def names(files):
    return [file.path.name for file in files]


def test_a_folder_gives_the_files_that_import_plproof_in_the_order_of_their_names(tmp_path):
    put(tmp_path, b=USES, a="import plproof.language", c="import os", d="# plproof in a remark")
    assert names(theorem_files([tmp_path])) == ["a.py", "b.py"]


def test_a_file_is_found_once_however_often_it_is_named(tmp_path):
    put(tmp_path, a=USES)
    again = tmp_path / "sub" / ".." / "a.py"
    (tmp_path / "sub").mkdir()
    assert names(theorem_files([tmp_path / "a.py", tmp_path, again])) == ["a.py"]


def test_a_named_file_is_taken_whatever_it_imports(tmp_path):
    put(tmp_path, a="import os")
    assert names(theorem_files([tmp_path / "a.py"])) == ["a.py"]


@pytest.mark.parametrize("folder", [".venv", "venv", "__pycache__", "build", ".hidden"])
def test_folders_that_are_not_the_authors_are_skipped(tmp_path, folder):
    (tmp_path / folder).mkdir()
    put(tmp_path / folder, inside=USES)
    put(tmp_path, a=USES)
    assert names(theorem_files([tmp_path])) == ["a.py"]
    assert names(theorem_files([tmp_path / folder])) == ["inside.py"], "but taken when named"


def test_a_file_that_cannot_be_parsed_counts_so_that_checking_reports_it(tmp_path):
    put(tmp_path, broken=USES + "x = (\n", other="x = (\n")
    assert names(theorem_files([tmp_path])) == ["broken.py"]


def test_a_file_with_a_byte_order_mark_or_in_another_encoding_is_no_surprise(tmp_path):
    put(tmp_path, marked="\ufeff" + USES, remark="\ufeff# plproof\n")
    (tmp_path / "latin.py").write_bytes(b"# caf\xe9 plproof\n")
    assert names(theorem_files([tmp_path])) == ["marked.py"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nowhere", "nowhere does not exist"),
        ("notes.txt", "notes.txt is not a Python file"),
        ("empty", "empty contains no theorem file.*plproof new empty/first.py"),
    ],
)
def test_bad_paths_are_refused_in_words(tmp_path, monkeypatch, path, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text(USES)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=message):
        theorem_files([path])


def test_a_file_in_a_package_is_imported_from_above_the_outermost_package(tmp_path):
    inner = tmp_path / "library" / "rates"
    inner.mkdir(parents=True)
    for folder in (inner, inner.parent):
        put(folder, __init__="")
    put(inner, pl=USES)
    found = as_module(inner / "pl.py")
    assert (found.module, found.root) == ("library.rates.pl", tmp_path.resolve())
    assert as_module(inner / "__init__.py").module == "library.rates"


def test_paths_are_shown_from_where_the_user_stands(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert shown_path(tmp_path / "here" / "a.py") == "a.py"
    assert shown_path(tmp_path / "b.py") == str(tmp_path / "b.py")
