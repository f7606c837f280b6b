"""The house rules that a machine can check: which part may know which, what no file contains."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).parent.parent
# An app may import those to its left, and itself.
APPS = ("accounts", "forum", "moderation", "facilitation", "mail", "worker")
KNOWS = {
    "accounts": set(),
    "forum": {"accounts"},
    "moderation": {"accounts", "forum"},
    "facilitation": {"accounts", "forum", "moderation"},
    "mail": {"accounts", "forum"},
    "worker": {"accounts", "forum", "moderation", "facilitation", "mail"},
}
# Inside an app, each layer may import those before it.
LAYERS = ("models", "permissions", "actions", "forms", "views")
LONGEST = 400

MODULES = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))]
OURS = [path for path in MODULES if "migrations" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def name_of(path):
    return str(path.relative_to(ROOT))


def layer(dotted):
    """The layer that a module belongs to, or None for what stands beside them."""
    parts = dotted.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in LAYERS else None


def imported(path):
    """The dotted names of whatever a module imports, relative ones made absolute."""
    package = ".".join(path.relative_to(ROOT).with_suffix("").parts[:-1])
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.rsplit(".", node.level - 1)[0] if node.level > 1 else package
            base = node.module or ""
            base = (f"{above}.{base}" if base else above) if node.level else base
            yield from (f"{base}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", OURS, ids=name_of)
def test_imports_go_one_way(path):
    app = path.relative_to(ROOT).parts[0]
    mine = layer(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for name in imported(path):
        other = name.split(".")[0]
        if other in APPS:
            assert other == app or other in KNOWS[app], f"{app} must not know {name}"
        theirs = layer(name) if other == app else None
        if mine and theirs:
            assert LAYERS.index(theirs) <= LAYERS.index(mine), f"{mine} must not know {name}"


def test_the_reader_of_imports_sees_relative_ones():
    names = set(imported(ROOT / "forum" / "actions" / "contributions.py"))
    assert {"forum.permissions", "forum.models.Contribution", "forum.actions.base.locked"} <= names


@pytest.mark.parametrize("path", OURS, ids=name_of)
def test_no_file_is_too_long_to_read(path):
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_templates_have_neither_inline_scripts_nor_inline_styles(path):
    """The Content-Security-Policy refuses them; and no template trusts HTML by itself."""
    text = path.read_text("utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert not re.search(r"\|\s*safe\b|autoescape\s+off", text)


def test_only_the_renderer_trusts_html():
    trusting = [
        name_of(path) for path in OURS if re.search(r"\bmark_safe\(|SafeString\(", path.read_text())
    ]
    assert trusting == ["forum/markup.py"]


def test_models_of_the_record_live_in_the_forum():
    """The upper apps hold permissions, actions, forms and views, and no tables; but for documents,
    which are no record: they are made for somebody, and gone after some days."""
    assert [model.__name__ for model in apps.get_app_config("facilitation").get_models()] == [
        "Document"
    ]
    for app in ("moderation", "mail", "worker"):
        assert not (ROOT / app / "models").exists()
        assert not (ROOT / app / "models.py").exists()
