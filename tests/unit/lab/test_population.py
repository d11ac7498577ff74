from __future__ import annotations

from laurels.domain.metric_names import DROP_RATE, MERGE_RATE, NINE, OPENED
from laurels.domain.percentiles import faults_of, notes
from laurels.lab.population import POPULATION_ID, demo_population


def test_population_when_invented_then_sound_named_as_such_and_always_the_same() -> None:
    made = demo_population(start=20231001, end=20260930, people=1_200)
    assert faults_of(made) == ()
    assert (made.id, made.population) == (POPULATION_ID, 1_200)
    assert demo_population(start=20231001, end=20260930, people=1_200).checksum == made.checksum
    told = notes(made.method)
    assert set(told) == set(NINE)
    assert all("invented" in sentence for sentence in told.values())


def test_population_when_invented_then_shaped_like_a_real_one() -> None:
    made = demo_population(start=20231001, end=20260930)
    opened = made.thresholds[OPENED].numbers
    assert opened[500] <= 3 < opened[950]
    # Many merged everything or dropped nothing: ties that pages have to tell.
    for metric, value in ((MERGE_RATE, 1), (DROP_RATE, 0)):
        place = made.place(metric, value)
        assert place is not None
        assert place.tied > 25
