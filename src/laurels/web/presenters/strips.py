"""A percentile as a strip: a scale from 0 to 100, the tie as a band, what is shown as a dot.

Nothing hangs on the picture: heading, figure and sentence beside it say all that it shows. Unknown
is an empty scale, the word "none" and the reason; it is never drawn at zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from laurels.domain.metric_names import COUNTED, DEFINITIONS, LATENCY, OSS_COMPOSITE
from laurels.domain.percentiles import Mode, spoken
from laurels.web.presenters.words import count

UNKNOWN = "not known"
_TIE_TOLD = 1.0
"""A tie of more than so many per cent of the people is told as the reason for the place."""


@dataclass(frozen=True, slots=True)
class Strip:
    """One metric of one person, ready to be drawn: texts and per cents of the strip's width.

    `shown` is the percentile, "none" where there is none; then `left`, `wide` and `dot` are "".
    `brief` is the sentence for places with little room. `value` is the value with its unit, "not
    known" where nobody knows it.
    """

    name: str
    title: str
    value: str
    shown: str
    brief: str
    sentence: str
    people: str
    about: str
    left: str
    wide: str
    dot: str
    is_known: bool

    @property
    def heading(self) -> str:
        """Return the metric with its value, as a heading says it."""
        return f"{self.title}: {self.value}"


def strips(metrics: Mapping[str, Mapping[str, Any]]) -> list[Strip]:
    """Return the strips of a payload's metrics, in its order."""
    return [strip(name, told) for name, told in metrics.items()]


def strip(name: str, told: Mapping[str, Any]) -> Strip:
    """Return the strip of one metric as a payload tells it."""
    percentile, low, high = told["percentile"], told["low"], told["high"]
    is_known = percentile is not None
    is_wide = is_known and high > low
    return Strip(
        name=name,
        title=DEFINITIONS[name].title,
        value=value_words(name, told["value"]),
        shown=f"{percentile:.1f}" if is_known else "none",
        brief=_brief(name, told) if is_known else _reason(told),
        sentence=_sentence(name, told) if is_known else _reason(told),
        people=_people(told["n"]) if is_known else "",
        about=told["description"].removesuffix(f" {_better(name)}."),
        left=f"{low:.1f}" if is_wide else "",
        wide=f"{high - low:.1f}" if is_wide else "",
        dot=f"{percentile:.1f}" if is_known else "",
        is_known=is_known,
    )


def value_words(name: str, value: float | None) -> str:
    """Return a value with its unit: `42`, `90.5 %`, `31 hours on average`, `96.3 of 100`."""
    if value is None:
        return UNKNOWN
    text = spoken(name, value)
    if name == LATENCY:
        return f"{text} on average"
    if name == OSS_COMPOSITE:
        return f"{text} of 100 points"
    return count(int(value)) if name in COUNTED else text


def tie_words(low: float, high: float) -> str:
    """Return the two ends of a tie: `34.2 to 100`; one of them where they are the same."""
    ends = (f"{end:.1f}".removesuffix(".0") for end in (low, high))
    return " to ".join(dict.fromkeys(ends))


def _sentence(name: str, told: Mapping[str, Any]) -> str:
    low, high = told["low"], told["high"]
    if high - low > _TIE_TOLD:
        where = "middle" if Mode(told["mode"]) is Mode.FAIR else _end_shown(told)
        place = (
            f"{high - low:.1f} % of people share this value: their tie runs from"
            f" {tie_words(low, high)}, and its {where} is shown."
        )
    elif high > low:
        place = f"The tie runs from {tie_words(low, high)}."
    else:
        place = "Fewer than 1 in 1,000 people share this value."
    return " ".join(filter(None, (f"{told['bin']}.", place, _direction(name, told))))


def _brief(name: str, told: Mapping[str, Any]) -> str:
    low, high = told["low"], told["high"]
    tie = ""
    if high - low > _TIE_TOLD:
        tie = f"{high - low:.1f}\u00a0% of people tie, from {tie_words(low, high)}."
    better = f"{_better(name)}." if told["lower_is_better"] else ""
    return " ".join(filter(None, (f"{told['bin']}.", tie, better)))


def _end_shown(told: Mapping[str, Any]) -> str:
    """Name the end of the tie that raw and inverted mode show: as looked up, or turned round."""
    is_turned = told["lower_is_better"] and Mode(told["mode"]) is Mode.INVERTED
    return "lower end" if is_turned else "upper end"


def _direction(name: str, told: Mapping[str, Any]) -> str:
    if not told["lower_is_better"]:
        return ""
    if Mode(told["mode"]) is Mode.RAW:
        return f"{_better(name)}, and raw mode does not turn the scale: low is good here."
    return f"{_better(name)}, and the scale is turned: high is good."


def _better(name: str) -> str:
    return "Shorter is better" if name == LATENCY else "Less is better"


def _reason(told: Mapping[str, Any]) -> str:
    reason: Mapping[str, str] | None = told["reason"]
    return reason["message"] if reason else "Why there is no percentile was not kept."


def _people(n: int | None) -> str:
    return f"n = {count(n)} people" if n is not None else "n: how many people was not told"
