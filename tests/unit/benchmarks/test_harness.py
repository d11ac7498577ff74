"""Measuring: turns, answers that must agree, medians, targets."""

from __future__ import annotations

import pytest

from benchmarks.harness import (
    LIMIT,
    OURS,
    YARDSTICK,
    AnswersDiffer,
    Contender,
    Path,
    at_most,
    faster,
    within,
)


class Diary:
    """Contenders that write down what they do."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def contender(
        self, name: str, *phases: str, answer: dict[str, str] | None = None, done: int | None = None
    ) -> Contender:
        def work(phase: str) -> int | None:
            self.lines.append(f"{name} {phase}")
            return done

        return Contender(
            name,
            {phase: (lambda phase=phase: work(phase)) for phase in phases},
            lambda _: answer or {"sum": "same"},
            lambda: self.lines.append(f"{name} prepares"),
        )


def path(*contenders: Contender) -> Path:
    return Path("a path", "none", "small", "0" * 64, contenders)


def test_measure_when_two_rounds_then_contenders_take_turns_from_their_prepared_state() -> None:
    diary = Diary()
    path(diary.contender(OURS, "first", "again"), diary.contender(LIMIT, "first")).measure(2)
    turn = ["ours prepares", "ours first", "ours again", "limit prepares", "limit first"]
    assert diary.lines == turn * 2


def test_measure_when_answers_differ_then_there_is_no_figure() -> None:
    diary = Diary()
    differing = path(
        diary.contender(OURS, "read", answer={"sum": "1"}),
        diary.contender(YARDSTICK, "read", answer={"sum": "2"}),
    )
    with pytest.raises(AnswersDiffer, match="yardstick came to 2, ours to 1"):
        differing.measure(1)


def test_measure_when_an_answer_changes_between_rounds_then_there_is_no_figure() -> None:
    answers = iter(["1", "2"])
    fickle = Contender(OURS, {"read": lambda: None}, lambda _: {"sum": next(answers)})
    with pytest.raises(AnswersDiffer, match="ours came to 2, ours to 1"):
        path(fickle).measure(2)


def test_measure_when_nothing_can_be_compared_then_there_is_no_figure() -> None:
    diary = Diary()
    strangers = path(
        diary.contender(OURS, "read", answer={"points": "1"}),
        diary.contender(LIMIT, "read", answer={"pages": "1"}),
    )
    with pytest.raises(AnswersDiffer, match="nothing to compare limit by"):
        strangers.measure(1)


def test_measure_when_phases_differ_then_only_the_same_phase_is_compared() -> None:
    answers = {"first": {"sum": "1"}, "again": {"sum": "2"}}
    moving = Contender(
        OURS, {"first": lambda: None, "again": lambda: None}, lambda phase: answers[phase]
    )
    assert set(path(moving).measure(2).medians) == {("first", OURS), ("again", OURS)}


def test_measure_when_many_operations_then_seconds_are_for_one_and_scaled() -> None:
    diary = Diary()
    one = diary.contender(OURS, "rank")
    many = diary.contender(LIMIT, "rank", done=1_000_000)
    found = path(one, many).measure(1)
    assert found.seconds["rank", LIMIT][0] < found.seconds["rank", OURS][0]


MEDIANS = {("read", OURS): 2.0, ("read", YARDSTICK): 10.0, ("read", LIMIT): 1.0}


@pytest.mark.parametrize(
    ("target", "measured", "is_met"),
    [
        (faster("read", 4), 5.0, True),
        (faster("read", 6), 5.0, False),
        (faster("read", 0.5, LIMIT), 0.5, True),
        (faster("read", 0.6, LIMIT), 0.5, False),
        (at_most("read", 2), 2.0, True),
        (at_most("read", 1.5), 2.0, False),
        (within("read", 2.5), 2.0, True),
        (within("read", 1.5), 2.0, False),
    ],
)
def test_target_when_measured_then_judged(target: object, measured: float, is_met: bool) -> None:
    assert target.measured(MEDIANS) == measured  # type: ignore[attr-defined]
    assert target.met(measured) is is_met  # type: ignore[attr-defined]


def test_as_json_when_not_judged_then_no_target_is_shown() -> None:
    diary = Diary()
    found = Path(
        "a path", "none", "small", "0" * 64, [diary.contender(OURS, "read")], [within("read", 1)]
    ).measure(1)
    assert found.as_json(is_judged=False)["targets"] == []
    assert [one["met"] for one in found.as_json(is_judged=True)["targets"]] == [True]
    assert found.as_json(is_judged=True)["results"][0]["checksums"] == {"sum": "same"}
