"""What became of a rescue file, in words for people and in numbers for programs. Pure."""

from __future__ import annotations

from typing import Any

from benchmark.kernel.words import t
from benchmark.rescue.service import Imported


def document(imported: Imported, language: str | None = None) -> dict[str, Any]:
    """The wire form, `schema.Imported`."""
    n_observations, n_photos = imported.new["observation"], imported.new["photo"]
    return {
        "observations": n_observations,
        "photos": n_photos,
        "others": imported.new.total() - n_observations - n_photos,
        "known": imported.n_known,
        "refused": [
            {"code": code, "detail": t(f"problem.{code}", language), "n": n}
            for code, n in imported.refused.most_common()
        ],
        "summary": summary(imported, language),
    }


def summary(imported: Imported, language: str | None = None) -> str:
    """One sentence for each thing there is to say."""
    n_observations, n_photos = imported.new["observation"], imported.new["photo"]
    n_others = imported.new.total() - n_observations - n_photos
    counts = {"observations": n_observations, "photos": n_photos, "others": n_others}
    said = [t(f"rescue.n_{name}", language, n=n) for name, n in counts.items() if n]
    said = said or [t("rescue.nothing_new", language)]
    if imported.n_known:
        said.append(t("rescue.n_known", language, n=imported.n_known))
    for code, n in imported.refused.most_common():
        said.append(t("rescue.n_refused", language, n=n, reason=t(f"problem.{code}", language)))
    return " ".join(said)
