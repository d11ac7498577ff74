"""Where a value stands in a dated population: baselines, look-ups, bins, thresholds made."""

from __future__ import annotations

from laurels.domain.percentiles.baseline import Baseline, Thresholds
from laurels.domain.percentiles.choosing import BaselineUnknown, Candidate, choose
from laurels.domain.percentiles.composites import composite
from laurels.domain.percentiles.distribution import Share, shares, spoken, summary
from laurels.domain.percentiles.drafting import Draft, Row
from laurels.domain.percentiles.faults import BaselineRefused, Fault
from laurels.domain.percentiles.notes import (
    LAURELS_GHARCHIVE,
    LAURELS_PROGRAM,
    UNTOLD,
    method_of,
    notes,
)
from laurels.domain.percentiles.people import Person, Population
from laurels.domain.percentiles.places import Bin, Mode, Place, bin_of
from laurels.domain.percentiles.table import csv_checksum, csv_lines
from laurels.domain.percentiles.thresholds import (
    POINTS,
    Histogram,
    Key,
    key_of,
    merged,
    moved,
    thresholds_of_histogram,
    thresholds_of_values,
)
from laurels.domain.percentiles.validating import ID_MOST, faults_of, id_faults

__all__ = [
    "ID_MOST",
    "LAURELS_GHARCHIVE",
    "LAURELS_PROGRAM",
    "POINTS",
    "UNTOLD",
    "Baseline",
    "BaselineRefused",
    "BaselineUnknown",
    "Bin",
    "Candidate",
    "Draft",
    "Fault",
    "Histogram",
    "Key",
    "Mode",
    "Person",
    "Place",
    "Population",
    "Row",
    "Share",
    "Thresholds",
    "bin_of",
    "choose",
    "composite",
    "csv_checksum",
    "csv_lines",
    "faults_of",
    "id_faults",
    "key_of",
    "merged",
    "method_of",
    "moved",
    "notes",
    "shares",
    "spoken",
    "summary",
    "thresholds_of_histogram",
    "thresholds_of_values",
]
