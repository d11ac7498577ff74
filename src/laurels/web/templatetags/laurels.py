"""What templates say: dates, numbers, icons, the program's name, how fresh the data is."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from laurels.kit.crockford import grouped
from laurels.web.presenters import words
from laurels.web.presenters.account import slot
from laurels.web.presenters.devices import device
from laurels.web.presenters.freshness import Foot, foot
from laurels.web.presenters.places import issue_on_github, on_github
from laurels.web.presenters.tiers import Mark

register = template.Library()

register.filter("count", words.count)
register.filter("signed", words.signed)
register.filter("ordinal", words.ordinal)
register.filter("points", words.points)
register.filter("grouped", grouped)
register.filter("daymonth", words.day_month)
register.filter("device", device)


@register.filter
def day(instant: int) -> SafeString:
    """Return a day in a `time` element."""
    return format_html('<time datetime="{}">{}</time>', words.iso_day(instant), words.day(instant))


@register.filter
def moment(instant: int) -> SafeString:
    """Return a day and time with its zone in a `time` element."""
    return format_html('<time datetime="{}">{}</time>', words.iso(instant), words.moment(instant))


@register.filter
def dateday(value: date) -> str:
    """Return a date as `14 May 2026`."""
    return f"{value.day} {words.MONTHS[value.month - 1]} {value.year}"


@register.filter
def plural(number: int, noun: str) -> str:
    """Return `1 merge`, `2 merges`; the noun may name its plural: `match,matches`."""
    one, _, many = noun.partition(",")
    return words.counted(number, one, many)


@register.filter
def initials(name: str) -> str:
    """Return up to two letters that stand for somebody without a picture."""
    parts = [part for part in name.replace("_", "-").replace(".", "-").split("-") if part]
    letters = "".join(part[0] for part in parts[:2]) if len(parts) > 1 else name[:2]
    return letters.upper()


@register.filter
def tone(name: str) -> int:
    """Return which of the four tints a name has: the same on every page."""
    return sum(map(ord, name)) % 4 + 1


@register.filter
def github(subject: str) -> str:
    """Return the address of a profile, a repository, or owner/name#number on GitHub."""
    path, _, number = subject.partition("#")
    return issue_on_github(path, number) if number else on_github(path)


@register.simple_tag
def program() -> str:
    """Return the program's name."""
    name: str = settings.LAURELS.program_name
    return name


@register.simple_tag
def software() -> str:
    """Return the sentence that names the software."""
    name = program()
    if name == "Laurels":
        return "Laurels is free software."
    return f"{name} runs on Laurels, which is free software."


@register.simple_tag
def icon(name: str, classes: str = "i") -> SafeString:
    """Return a picture of the sprite; decoration, so readers skip it."""
    opening = format_html('<svg class="{}" aria-hidden="true">', classes) if classes else None
    return format_html(
        '{}<use href="{}#{}"/></svg>',
        opening or SafeString('<svg aria-hidden="true">'),
        static("laurels/sprite.svg"),
        name,
    )


@register.simple_tag
def tier(mark: Mark | None) -> SafeString:
    """Return a tier's glyph and label; nothing for none."""
    if mark is None:
        return SafeString("")
    return format_html(
        '<span class="{}">{}{}</span>',
        "tier is-top" if mark.is_top else "tier",
        icon(mark.glyph, ""),
        mark.label,
    )


@register.simple_tag
def avatar(login: str, size: str = "") -> SafeString:
    """Return the leaf with a person's initials."""
    return format_html(
        '<span class="avatar{}" data-tone="{}" aria-hidden="true">{}</span>',
        f" {size}" if size else "",
        tone(login),
        initials(login),
    )


@register.inclusion_tag("web/partials/account.html", takes_context=True)
def account_slot(context: Context) -> dict[str, Any]:
    """Return what the head of every page says of who asks: a way in, or the way to their account.

    A page without a request, such as one about a fault, says nothing.
    """
    request = context.get("request")
    return {} if request is None else asdict(slot(request))


@register.inclusion_tag("web/partials/foot.html")
def site_foot() -> dict[str, Foot]:
    """Return the foot of every page: up to when data is complete, and gaps by name."""
    return {"foot": foot()}
