"""Dates and times as a report writes them, in the study's language. Pure.

A moment is shown as the clock on the wall showed it there: in its own offset, whatever the server's is.
"""

from datetime import date, datetime

from benchmark.kernel.words import t


def day(value: date, language: str, *, with_year: bool = True) -> str:
    """5. lokakuuta 2017 · 5 oktober 2017 · 5 October 2017."""
    month = t(f"month.{value.month}", language)
    if with_year:
        return t("date.day_of_year", language, day=value.day, month=month, year=value.year)
    return t("date.day", language, day=value.day, month=month)


def days(first: date, last: date, language: str) -> str:
    """A span of days, as short as it can be said: 5.–7. lokakuuta 2017."""
    if first == last:
        return day(last, language)
    if (first.year, first.month) == (last.year, last.month):
        month = t(f"month.{last.month}", language)
        return t("date.days", language, first=first.day, last=last.day, month=month, year=last.year)
    return f"{day(first, language, with_year=first.year != last.year)} – {day(last, language)}"


def moment(value: datetime, language: str) -> str:
    """5. lokakuuta klo 10.05."""
    return f"{day(value.date(), language, with_year=False)} {clock_time(value, language)}"


def hours(first: datetime, last: datetime | None, language: str) -> str:
    """When a visit took place: its day, and from when to when."""
    if last is None:
        return f"{day(first.date(), language)} {clock_time(first, language)}"
    if first.date() != last.date():
        return days(first.date(), last.date(), language)
    until = t("date.time_alone", language, hour=last.hour, minute=f"{last.minute:02}")
    return f"{day(first.date(), language)} {clock_time(first, language)}–{until}"


def clock_time(value: datetime, language: str) -> str:
    """Klo 10.05 · kl. 10.05 · at 10:05."""
    return t("date.time", language, hour=value.hour, minute=f"{value.minute:02}")
