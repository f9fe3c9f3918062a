"""The digest of a script covers all code that it imports, and neither comments nor docstrings."""

from uads.core.code_digest import code_digest, module_files


def test_a_script_is_tracked_with_all_it_imports(tmp_path):
    package = tmp_path / "uads"
    (package / "deep").mkdir(parents=True)
    for name, text in {
        "__init__.py": "",
        "near.py": "from uads.deep import far\n",
        "deep/__init__.py": "",
        "deep/far.py": "import uads.last\n",
        "last.py": "",
        "other.py": "",
    }.items():
        (package / name).write_text(text)
    script = tmp_path / "job.py"
    script.write_text("with open('x'):\n    from uads.near import something\n")
    names = [path.removeprefix(f"{package}/") for path in module_files(script)]
    assert names == ["__init__.py", "deep/__init__.py", "deep/far.py", "last.py", "near.py"]
    before = code_digest(script)
    (package / "other.py").write_text("changed = True")
    assert code_digest(script) == before
    (package / "last.py").write_text('"""A docstring."""\n\n# a comment\n')
    assert code_digest(script) == before
    (package / "last.py").write_text("changed = True")
    assert code_digest(script) != before
