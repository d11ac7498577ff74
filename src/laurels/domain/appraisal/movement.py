"""Movement: how far one maintainer's ratings or level label moved a value up.

Only a single mover is named: several raters, or an erased one, move nothing alone. When the only
rater and the one who set the level label are two people, the one who moved more is named (the
rater on a tie), so that splitting the two roles hides neither.
"""

from __future__ import annotations

from laurels.domain.appraisal.eligibility import MERGED, label_forms
from laurels.domain.appraisal.value import lowest_level, price
from laurels.domain.appraisal.work import Work
from laurels.domain.rulesets.labels import normalise
from laurels.domain.rulesets.model import Ruleset

WITHHELD = 0


def moved(work: Work, ruleset: Ruleset, value_milli: int) -> tuple[int | None, int]:
    """Return (the one maintainer who moved the value up, by how much); (None, 0) for nobody."""
    if work.kind != MERGED or ruleset.maintainer_share_milli is None:
        return None, 0
    labels = label_forms(work) or frozenset()
    raters = {rater for rater, _ in work.ratings}
    rater = raters.pop() if len(raters) == 1 else WITHHELD
    setters = {normalise(label): who for label, who in work.level_labelled_by}
    level = lowest_level(labels, ruleset.levels_milli)
    labeller = WITHHELD if level is None else setters.get(level, WITHHELD)
    best: tuple[int | None, int] = (None, 0)
    for who in dict.fromkeys((rater, labeller)):
        if who == WITHHELD:
            continue
        ratings = () if who == rater else work.ratings
        kept = frozenset(label for label in labels if setters.get(label) != who)
        without, _, _ = price(work, ruleset, ratings, kept)
        if value_milli - without > best[1]:
            best = (who, value_milli - without)
    return best
