"""The fold: everything known of one pull request or issue, whatever the order it was learned in.

Guarantee: `join` is associative, commutative and idempotent, so any order, any repetition and any
split of the same observations give the same fold, byte for byte. It is a product of small
semilattices, one per field group (spec/github.md §2):

- a *register* `(updated_at, value…)` keeps the newest payload that carried the group; absent is
  None and never overwrites. At one and the same second the group's own rule decides (closed over
  open; labels by what was being done to them), then the greater SHA-256 of the values. `ties` has
  the group's bit set when such a choice was made, which asks for a re-read;
- an *account register* `(rank, at, person)` prefers the better source (the payload itself, then
  the actor of an action, then a mere hint), then the newer;
- the merge is sticky: the earliest merge time seen stays, whatever comes later;
- marks are a set of actions, and per label the latest person who set it.

Not guaranteed: that the fold equals GitHub's present state; it is what the seen facts say.
Times are instants (whole seconds since 1970 UTC).
"""

from __future__ import annotations

import hashlib
from enum import IntEnum
from typing import Any, Final, TypeAlias

import msgspec

WITHHELD: Final = 0
"""The person id of everybody who was erased: never credited, never shown."""

_TOP: Final = 2**62

StateGroup: TypeAlias = tuple[int, bool, int | None]
ReasonGroup: TypeAlias = tuple[int, str | None, int | None]
SizeGroup: TypeAlias = tuple[int, int, int, int | None]
LabelsGroup: TypeAlias = tuple[int, int, tuple[str, ...]]
TextGroup: TypeAlias = tuple[int, str]
FlagGroup: TypeAlias = tuple[int, bool]
AccountGroup: TypeAlias = tuple[int, int, int]
Mark: TypeAlias = tuple[int, int, int | None]
"""An action that was seen: (MarkKind, at, actor's person id or None)."""
LabelledMark: TypeAlias = tuple[str, int, int]
"""A label that was set: (label, at, actor's person id), the latest of each label."""


class MarkKind(IntEnum):
    """The actions that a fold remembers; the numbers are stored, so they never change.

    GONE is a deletion or transfer; PUSHED is a new head, by which an approval may grow stale.
    """

    OPENED = 1
    REOPENED = 2
    CLOSED = 3
    MERGED = 4
    GONE = 5
    PUSHED = 6


class Rank(IntEnum):
    """How well a source knows an account: the payload, the actor of the action, a hint."""

    HINT = 1
    ACTOR = 2
    PAYLOAD = 3


class LabelsBy(IntEnum):
    """What was being done to the labels when a payload showed them; decides within a second."""

    OTHER = 0
    LABELED = 1
    UNLABELED = 2


class Tie(IntEnum):
    """The bits of `SubjectFold.ties`: groups with two different values at their newest second."""

    STATE = 1
    REASON = 2
    SIZE = 4
    LABELS = 8
    TITLE = 16
    DRAFT = 32
    ASSOCIATION = 64


class SubjectFold(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that is known of one subject; build it with keywords, join it with `join`."""

    repository_id: int
    number: int
    is_pull_request: bool | None = None
    is_shown: bool = False
    updated_at: int | None = None
    created_at: int | None = None
    merged_at: int | None = None
    state: StateGroup | None = None
    reason: ReasonGroup | None = None
    size: SizeGroup | None = None
    labels: LabelsGroup | None = None
    title: TextGroup | None = None
    draft: FlagGroup | None = None
    association: TextGroup | None = None
    author: AccountGroup | None = None
    merged_by: AccountGroup | None = None
    marks: tuple[Mark, ...] = ()
    labelled: tuple[LabelledMark, ...] = ()
    ties: int = 0

    @property
    def key(self) -> tuple[int, int]:
        """The subject: GitHub's repository id and the number in it."""
        return self.repository_id, self.number


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(SubjectFold)


def dumps(fold: SubjectFold) -> bytes:
    """Write a fold compactly (MessagePack); equal folds give equal bytes."""
    return _ENCODER.encode(fold)


def loads(data: bytes) -> SubjectFold:
    """Read a fold that `dumps` wrote."""
    return _DECODER.decode(data)


def join(a: SubjectFold, b: SubjectFold) -> SubjectFold:
    """Join what two sets of observations say of one subject; ValueError for two subjects.

    Written out group by group, because every event that is imported passes here.
    """
    if a.number != b.number or a.repository_id != b.repository_id:
        raise ValueError(f"not one subject: {a.key} and {b.key}")
    ties = _carried_ties(a, b) if a.ties or b.ties else 0

    is_pull_request = a.is_pull_request
    if b.is_pull_request is not None and not is_pull_request:
        is_pull_request = b.is_pull_request
    updated_at, other_at = a.updated_at, b.updated_at
    if other_at is not None and (updated_at is None or other_at > updated_at):
        updated_at = other_at
    created_at, other_at = a.created_at, b.created_at
    if other_at is not None and (created_at is None or other_at < created_at):
        created_at = other_at
    merged_at, other_at = a.merged_at, b.merged_at
    if other_at is not None and (merged_at is None or other_at < merged_at):
        merged_at = other_at

    state, other_state = a.state, b.state
    if other_state is not None and other_state != state:
        if state is None or other_state[0] > state[0]:
            state = other_state
        elif other_state[0] == state[0]:
            state = max(state, other_state, key=_state_order)
            ties |= _STATE
    reason, other_reason = a.reason, b.reason
    if other_reason is not None and other_reason != reason:
        if reason is None or other_reason[0] > reason[0]:
            reason = other_reason
        elif other_reason[0] == reason[0]:
            reason = max(reason, other_reason, key=_order)
            ties |= _REASON
    size, other_size = a.size, b.size
    if other_size is not None and other_size != size:
        if size is None or other_size[0] > size[0]:
            size = other_size
        elif other_size[0] == size[0]:
            size = max(size, other_size, key=_order)
            ties |= _SIZE
    labels, other_labels = a.labels, b.labels
    if other_labels is not None and other_labels != labels:
        if labels is None or other_labels[0] > labels[0]:
            labels = other_labels
        elif other_labels[0] == labels[0]:
            if labels[2] != other_labels[2]:
                ties |= _LABELS
            labels = max(labels, other_labels, key=_labels_order)
    title, other_title = a.title, b.title
    if other_title is not None and other_title != title:
        if title is None or other_title[0] > title[0]:
            title = other_title
        elif other_title[0] == title[0]:
            title = max(title, other_title, key=_order)
            ties |= _TITLE
    draft, other_draft = a.draft, b.draft
    if other_draft is not None and other_draft != draft:
        if draft is None or other_draft[0] > draft[0]:
            draft = other_draft
        elif other_draft[0] == draft[0]:
            draft = max(draft, other_draft, key=_order)
            ties |= _DRAFT
    association, other_association = a.association, b.association
    if other_association is not None and other_association != association:
        if association is None or other_association[0] > association[0]:
            association = other_association
        elif other_association[0] == association[0]:
            association = max(association, other_association, key=_order)
            ties |= _ASSOCIATION

    author, other_account = a.author, b.author
    if other_account is not None and other_account != author:
        author = other_account if author is None else max(author, other_account, key=_account_order)
    merged_by, other_account = a.merged_by, b.merged_by
    if other_account is not None and other_account != merged_by:
        merged_by = (
            other_account
            if merged_by is None
            else max(merged_by, other_account, key=_account_order)
        )

    marks = a.marks
    if b.marks and b.marks != marks:
        marks = tuple(sorted({*marks, *b.marks}, key=_mark_order)) if marks else b.marks
    labelled = a.labelled
    if b.labelled and b.labelled != labelled:
        labelled = _join_labelled(labelled, b.labelled) if labelled else b.labelled

    return SubjectFold(
        a.repository_id,
        a.number,
        is_pull_request,
        a.is_shown or b.is_shown,
        updated_at,
        created_at,
        merged_at,
        state,
        reason,
        size,
        labels,
        title,
        draft,
        association,
        author,
        merged_by,
        marks,
        labelled,
        ties,
    )


def tied_at(fold: SubjectFold) -> tuple[tuple[int, int], ...]:
    """Return (bit of Tie, second) of each group that was chosen among several of one second."""
    if not fold.ties:
        return ()
    return tuple(
        (bit, -1 if group is None else group[0])
        for bit, group in zip(
            (int(tie) for tie in Tie),
            (fold.state, fold.reason, fold.size, fold.labels, fold.title, fold.draft,
             fold.association),
            strict=True,
        )
        if fold.ties & bit
    )  # fmt: skip


def as_last_word(fold: SubjectFold) -> SubjectFold:
    """Return a reading made after its `updated_at` had passed, to be believed over that second.

    Nothing moved between that second and the reading, so what it says holds in the next second
    too, where no payload of the one before competes with it. Any such reading gives the same.
    """

    def later(group: Any) -> Any:
        return None if group is None else (group[0] + 1, *group[1:])

    return msgspec.structs.replace(
        fold,
        state=later(fold.state),
        reason=later(fold.reason),
        size=later(fold.size),
        labels=later(fold.labels),
        title=later(fold.title),
        draft=later(fold.draft),
        association=later(fold.association),
    )


def withhold(fold: SubjectFold, person_id: int) -> SubjectFold:
    """Take an erased person out of a fold: their id becomes WITHHELD, the title they wrote goes.

    Joining the same observations again, withheld too, changes nothing: ids are replaced one for
    one, and a withheld title outlasts every other.
    """
    author, title, ties = fold.author, fold.title, fold.ties
    if author is not None and author[2] == person_id:
        title, ties = (_TOP, ""), ties & ~_TITLE
    return msgspec.structs.replace(
        fold,
        author=_withhold_account(author, person_id),
        merged_by=_withhold_account(fold.merged_by, person_id),
        title=title,
        ties=ties,
        marks=tuple(
            sorted(
                {
                    (kind, at, WITHHELD if actor == person_id else actor)
                    for kind, at, actor in fold.marks
                },
                key=_mark_order,
            )
        ),
        labelled=tuple(
            (label, at, WITHHELD if actor == person_id else actor)
            for label, at, actor in fold.labelled
        ),
    )


def retitle(fold: SubjectFold, title: str) -> SubjectFold:
    """Put other words in the place of a title, as old as the ones before."""
    if fold.title is None or is_withheld_text(fold.title):
        return fold
    return msgspec.structs.replace(fold, title=(fold.title[0], title))


def is_withheld_text(group: TextGroup) -> bool:
    """Say whether a title was taken away with its erased author."""
    return group[0] == _TOP


def _withhold_account(account: AccountGroup | None, person_id: int) -> AccountGroup | None:
    if account is None or account[2] != person_id:
        return account
    return account[0], account[1], WITHHELD


def _digest(values: tuple[Any, ...]) -> bytes:
    return hashlib.sha256(msgspec.json.encode(values)).digest()


def _order(group: tuple[Any, ...]) -> bytes:
    return _digest(group[1:])


def _state_order(group: StateGroup) -> tuple[bool, bytes]:
    return group[1], _digest(group[1:])


def _labels_order(group: LabelsGroup) -> tuple[int, int, bytes]:
    """An unlabelling is the latest word, then a labelling; the further it went, the later it was.

    Payloads of other actions in the same second say nothing of the direction.
    """
    _, direction, labels = group
    if direction == LabelsBy.LABELED:
        return direction, len(labels), _digest(labels)
    if direction == LabelsBy.UNLABELED:
        return direction, -len(labels), _digest(labels)
    return direction, 0, _digest(labels)


def _account_order(account: AccountGroup) -> tuple[int, int, int]:
    rank, at, person_id = account
    return rank, at, -person_id


def _mark_order(mark: Mark) -> tuple[int, int, int]:
    kind, at, actor = mark
    return at, kind, -1 if actor is None else actor


def _join_labelled(
    a: tuple[LabelledMark, ...], b: tuple[LabelledMark, ...]
) -> tuple[LabelledMark, ...]:
    latest = {mark[0]: mark for mark in a}
    for mark in b:
        known = latest.get(mark[0])
        if known is None or (mark[1], -mark[2]) > (known[1], -known[2]):
            latest[mark[0]] = mark
    return tuple(sorted(latest.values()))


def _carried_ties(a: SubjectFold, b: SubjectFold) -> int:
    """Keep the tie bits of the groups whose newest second is the one the tie was seen at."""
    carried = 0
    for bit, x, y in (
        (_STATE, a.state, b.state),
        (_REASON, a.reason, b.reason),
        (_SIZE, a.size, b.size),
        (_LABELS, a.labels, b.labels),
        (_TITLE, a.title, b.title),
        (_DRAFT, a.draft, b.draft),
        (_ASSOCIATION, a.association, b.association),
    ):
        x_at = -1 if x is None else x[0]
        y_at = -1 if y is None else y[0]
        if (a.ties & bit and x_at >= y_at) or (b.ties & bit and y_at >= x_at):
            carried |= bit
    return carried


_STATE, _REASON, _SIZE, _LABELS, _TITLE, _DRAFT, _ASSOCIATION = (int(tie) for tie in Tie)
