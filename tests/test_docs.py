"""What the documents say is there, is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = re.compile(r"BENCHMARK_[A-Z]+")


def test_the_readme_lists_every_setting_and_no_other() -> None:
    settings = set(NAMES.findall((ROOT / "benchmark" / "config.py").read_text()))
    rows = re.findall(r"^\| `(BENCHMARK_[A-Z]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert set(rows) == settings


def test_every_make_target_that_documents_name_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for path in DOCUMENTS for name in re.findall(r"(?:`| {4})make ([a-z-]+)", path.read_text())}
    assert "run" in named
    assert not named - targets


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize(
    "path", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda path: path.stem
)
def test_a_decision_says_what_why_and_until_when(path: Path) -> None:
    title, _, *lines = path.read_text().splitlines()
    assert title.startswith("# ")
    assert [line.partition(":")[0] for line in lines if line] == ["Decision", "Reason", "Reconsider when"]
