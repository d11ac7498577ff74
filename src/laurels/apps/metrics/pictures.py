"""A population drawn as one SVG: a panel a metric, a bar a class, each with its figure.

In the visual language of the pages: their colours in light and dark by the reader's system, their
type, no script and nothing fetched. The description says what the picture shows; no meaning hangs
on colour, since each bar carries its label and its share.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from laurels.domain.metric_names import DEFINITIONS, TEN
from laurels.domain.percentiles import Baseline, Share, Thresholds, shares, summary
from laurels.kit.times import format_day

_GAP, _PANEL, _LABEL, _BAR = 48, 424, 96, 248
_TOP, _HEAD, _ROW, _FOOT = 92, 54, 22, 30
_WIDTH = 3 * _GAP + 2 * _PANEL

_STYLE = """
:root { color-scheme: light dark; --paper: #faf7f0; --sunken: #f2ede2; --line: #e2dbca;
  --ink: #1c221e; --muted: #575d55; --laurel: #1d5a40; }
@media (prefers-color-scheme: dark) { :root { --paper: #121613; --sunken: #0d110e;
  --line: #2e3630; --ink: #edeee7; --muted: #a8b0a7; --laurel: #8acfa8; } }
text { font: 13px -apple-system, "Segoe UI", "Noto Sans", Roboto, Arial, sans-serif;
  fill: var(--ink); font-variant-numeric: tabular-nums; }
.title { font: 500 28px Palatino, "Noto Serif", "Liberation Serif", Georgia, serif; }
.name { font-size: 16px; font-weight: 650; }
.muted { fill: var(--muted); }
.end { text-anchor: end; }
.paper { fill: var(--paper); } .track { fill: var(--sunken); } .bar { fill: var(--laurel); }
.line { stroke: var(--line); }
@media (forced-colors: active) { .bar { fill: CanvasText; } }
"""


class _Panel(NamedTuple):
    """A metric with its classes."""

    held: Thresholds
    classes: tuple[Share, ...]

    @property
    def height(self) -> int:
        """How much room it takes."""
        return _HEAD + _ROW * len(self.classes) + _FOOT


def baseline_svg(baseline: Baseline) -> str:
    """Draw all metrics of a baseline; equal baselines give equal texts."""
    held = (baseline.thresholds[name] for name in TEN if name in baseline.thresholds)
    panels = [_Panel(one, shares(one)) for one in held]
    rows = [panels[at : at + 2] for at in range(0, len(panels), 2)]
    height = _TOP + sum(max(one.height for one in row) for row in rows)
    return "\n".join(["".join(_head(baseline, panels, height)), *_body(rows), "</svg>", ""])


def title_of(baseline: Baseline) -> str:
    """Say which population this is."""
    return f"Population {baseline.id}, {format_day(baseline.start)} to {format_day(baseline.end)}"


def _head(baseline: Baseline, panels: list[_Panel], height: int) -> Iterator[str]:
    said = "".join(f"\n{DEFINITIONS[one.held.metric].title}: {summary(one.held)}" for one in panels)
    title = escape(title_of(baseline))
    people = "" if baseline.population is None else f"{baseline.population:,} people. "
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}"'
        f' height="{height}" role="img" aria-labelledby="title desc">\n'
        f'<title id="title">{title}</title>\n'
        f'<desc id="desc">{people}Share of people by the value of each metric.{escape(said)}</desc>'
        f"\n<style>{_STYLE}</style>\n"
        f'<rect class="paper" width="{_WIDTH}" height="{height}"/>\n'
        f'<text class="title" x="{_GAP}" y="52">{title}</text>\n'
        f'<text class="muted" x="{_GAP}" y="76">{people}Share of people by value, in per cent.'
        f" Method {escape(baseline.method)}.</text>"
    )


def _body(rows: list[list[_Panel]]) -> Iterator[str]:
    top = _TOP
    for row in rows:
        for place, panel in enumerate(row):
            yield from _panel(panel, _GAP + place * (_PANEL + _GAP), top)
        top += max(one.height for one in row)


def _panel(panel: _Panel, left: int, top: int) -> Iterator[str]:
    definition = DEFINITIONS[panel.held.metric]
    unit = f"{definition.unit}, lower is better" if definition.lower_is_better else definition.unit
    yield (
        f'<line class="line" x1="{left}" x2="{left + _PANEL}" y1="{top}" y2="{top}"/>\n'
        f'<text class="name" x="{left}" y="{top + 24}">{escape(definition.title)}</text>\n'
        f'<text class="muted end" x="{left + _PANEL}" y="{top + 24}">{escape(unit)}</text>\n'
        f'<text class="muted" x="{left}" y="{top + 43}">{escape(summary(panel.held))}</text>'
    )
    most = max(share.tenths for share in panel.classes)
    for place, share in enumerate(panel.classes):
        line = top + _HEAD + place * _ROW
        start = left + _LABEL + 12
        width = _BAR * share.tenths / most
        yield (
            f'<text class="muted end" x="{left + _LABEL}" y="{line + 14}">{escape(share.label)}'
            f'</text><rect class="track" x="{start}" y="{line + 3}" width="{_BAR}" height="14"'
            f' rx="2"/><rect class="bar" x="{start}" y="{line + 3}" width="{width:.1f}"'
            f' height="14" rx="2"/><text class="end" x="{left + _PANEL}" y="{line + 14}">'
            f"{share.percent:.1f} %</text>"
        )
