"""A ruleset in plain words, section by section, with examples that are computed, not written."""

from __future__ import annotations

from dataclasses import dataclass

from laurels.domain.appraisal.earning_words import accept_words, changes, earning_rows, nothing
from laurels.domain.appraisal.examples import Example, worked_examples
from laurels.domain.appraisal.step_words import KIND_PLURALS
from laurels.domain.limits import decay_factor_milli
from laurels.domain.rulesets.model import Decay, Ruleset
from laurels.domain.rulesets.numbers import counted, listed, ordinal, percent, points_of
from laurels.kit.fixed import MILLI


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the rules page: a title, sentences, a table, a list, examples."""

    key: str
    title: str
    text: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    items: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()


def rules_in_words(ruleset: Ruleset) -> list[Section]:
    """Return the sections of the rules page; a section with nothing to say is left out."""
    sections = [
        Section(
            "earn",
            "What earns points",
            text=accept_words(ruleset),
            columns=("When", "Who", "Points"),
            rows=earning_rows(ruleset),
            items=changes(ruleset),
        ),
        Section(
            "example",
            "Worked examples",
            examples=worked_examples(ruleset),
        ),
        _limits(ruleset),
        Section("settle", "When points settle", text=(_settling(ruleset.hold_days),)),
        Section("nothing", "What earns nothing", items=nothing(ruleset)),
        _tiers(ruleset),
    ]
    return [s for s in sections if s.text or s.rows or s.items or s.examples]


def _limits(ruleset: Ruleset) -> Section:
    items = [
        f"At most {points_of(cap)} a day for {KIND_PLURALS[kind]}, by the calendar day in UTC."
        for kind, cap in ruleset.daily_caps_milli.items()
    ]
    if ruleset.per_pr_cap_milli is not None:
        items.append(f"At most {points_of(ruleset.per_pr_cap_milli)} for one pull request.")
    if ruleset.repository_month_cap_milli is not None:
        cap = points_of(ruleset.repository_month_cap_milli)
        items.append(f"At most {cap} in one repository and month.")
    if ruleset.maintainer_share_milli is not None:
        share = percent(ruleset.maintainer_share_milli)
        items.append(
            f"What one maintainer's ratings and level labels add is at most {share} of what a "
            "person's work is worth without them."
        )
    if ruleset.max_prs_per_period is not None:
        most = ruleset.max_prs_per_period
        items.append(
            f"Beyond {counted(most.count, 'pull request')} in a {most.period}, points wait "
            "until a person has looked. They are not taken."
        )
    rows: tuple[tuple[str, ...], ...] = ()
    if ruleset.decay is not None:
        decay = ruleset.decay
        items.append(
            f"In one repository, the first {counted(decay.free, 'merge')} of a month count in "
            f"full. Each one after that counts less, never below {percent(decay.floor_milli)}."
        )
        rows = _decay_rows(decay)
    columns = ("Merge of the month", "Share it keeps") if rows else ()
    return Section("limits", "Limits", columns=columns, rows=rows, items=tuple(items))


def _decay_rows(decay: Decay) -> tuple[tuple[str, ...], ...]:
    ranks = [decay.free + extra for extra in (1, 2, 3, 5, 10)]
    rows = [("1st" if decay.free == 1 else f"1st to {ordinal(decay.free)}", percent(MILLI))]
    if not decay.free:
        rows = []
    for rank in ranks:
        factor = decay_factor_milli(rank, decay)
        if factor == decay.floor_milli:
            break
        rows.append((ordinal(rank), percent(factor)))
    last = _first_at_floor(decay)
    if last is not None:
        rows.append((f"{ordinal(last)} and on", percent(decay.floor_milli)))
    return tuple(rows)


def _first_at_floor(decay: Decay) -> int | None:
    """Return the first rank that keeps only the floor; None when no rank below 1,000 does."""
    ranks = range(decay.free + 1, decay.free + 1000)
    return next((k for k in ranks if decay_factor_milli(k, decay) == decay.floor_milli), None)


def _settling(hold_days: int) -> str:
    if not hold_days:
        return "Points settle at once."
    days = counted(hold_days, "day")
    return (
        f"Points show as pending for {days}, then they settle. A new push, rating, verdict or "
        f"label on the work starts the {days} again. Only settled points count for ranks and tiers."
    )


def _tiers(ruleset: Ruleset) -> Section:
    rows = tuple(
        (tier.label, f"{tier.points:,}", "certificate" if tier.is_certified else "no certificate")
        for tier in ruleset.tiers
    )
    if not rows:
        return Section("tiers", "Tiers")
    text = ["Tiers follow your settled points in the program."]
    if any(tier.is_certified for tier in ruleset.tiers):
        is_mixed = not all(tier.is_certified for tier in ruleset.tiers)
        where = ", where the table says so" if is_mixed else ""
        which = "The highest tier" if ruleset.certificate_policy == "highest" else "Each tier"
        text.append(
            f"{which} you pass gives a certificate{_seasons(ruleset)}{where}. "
            "Nobody has one at zero points. A later fall in points takes no certificate away."
        )
    columns = ("Tier", "Points from", "Certificate")
    return Section("tiers", "Tiers", text=tuple(text), columns=columns, rows=rows)


def _seasons(ruleset: Ruleset) -> str:
    certified = ruleset.seasons_certified
    if ruleset.certifies("*") or not certified or certified == ("all",):
        return ""
    return f" in the seasons {listed(certified)}"
