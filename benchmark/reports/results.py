"""Findings with their evidence, and the observations that became no one's evidence. Pure."""

from collections import defaultdict
from datetime import date
from typing import Any

from benchmark.reports import dates
from benchmark.reports.entries import Item, Material, gist, line, paragraphs

SET_ASIDE = ("dropped", "not_now")
STATEMENT = 130
"""Letters of a statement on the one-page summary."""
KINDS = {"strengths": "strength", "ideas": "improvement_idea"}


def findings(material: Material, entries: list[Item]) -> dict[str, list[Item]]:
    """`strengths` and `ideas`, each numbered from 1, the weightiest first.

    A group may give both: its evidence is told in full once, and the second finding refers to the first.
    """
    evidence = by_group(material, entries)
    told: dict[str, Item] = {}
    result: dict[str, list[Item]] = {}
    for section, kind in KINDS.items():
        chosen = [
            item for item in material.kinds["finding"] if item.get("result", "improvement_idea") == kind
        ]
        result[section] = []
        for number, item in enumerate(sorted(chosen, key=_weight), 1):
            finding = _finding(material, item, number, section)
            group = item.get("group_id") or ""
            finding["evidence"] = evidence.get(group, [])
            if finding["evidence"]:
                finding["told_in"] = told.setdefault(group, _name(finding))
                finding["is_told_here"] = finding["told_in"] == _name(finding)
            result[section].append(finding)
    return result


def remaining(material: Material, entries: list[Item]) -> list[Item]:
    """Groups without findings, then the ungrouped: {name, numbers}."""
    evidence = by_group(material, entries)
    settled = {item.get("group_id") for item in material.kinds["finding"]}
    groups = [
        {"name": line(group.get("name")), "numbers": evidence[group["id"]]}
        for group in material.kinds["group"]
        if group["id"] not in settled and evidence.get(group["id"])
    ]
    ungrouped = evidence.get("", [])
    return [*groups, {"name": "", "numbers": ungrouped}] if ungrouped else groups


def by_group(material: Material, entries: list[Item]) -> dict[str, list[int]]:
    """Group id → numbers of its observations; under "" those of no group, or of one that is dissolved."""
    live = material.by_id("group")
    observations = material.by_id("observation")
    numbers: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        group = observations[entry["id"]].get("group_id") or ""
        numbers[group if group in live else ""].append(entry["number"])
    return numbers


def _weight(item: Item) -> tuple[Any, ...]:
    return (
        item.get("status") in SET_ASIDE,
        -(item.get("impact") or 0),
        item.get("effort") or 9,
        item.get("position") or 0,
        item["id"],
    )


def _name(finding: Item) -> Item:
    return {"section": finding["section"], "number": finding["number"]}


def _finding(material: Material, item: Item, number: int, section: str) -> Item:
    group = material.by_id("group").get(item.get("group_id") or "", {})
    statement = line(item.get("statement")) or line(group.get("name")) or _nameless(material, number, section)
    return {
        "section": section,
        "number": number,
        "statement": statement,
        "gist": gist(statement, STATEMENT),
        "group": line(group.get("name")),
        "impact": item.get("impact"),
        "effort": item.get("effort"),
        "owner": line(item.get("owner")) if material.with_names else "",
        "first_step": paragraphs(item.get("first_step")),
        "due": _due(item.get("due_on"), material.language),
        "status": item.get("status") or "",
        "evidence": [],
        "told_in": None,
        "is_told_here": True,
    }


def _nameless(material: Material, number: int, section: str) -> str:
    if section == "strengths":
        return material.say("report.strength_number", number=number)
    return material.say("report.idea_number", number=number)


def _due(value: str | None, language: str) -> str:
    try:
        return dates.day(date.fromisoformat(value), language) if value else ""
    except ValueError:
        return ""
