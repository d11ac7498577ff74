"""Certificates on paper: PDF and PNG by typst, SVG by us; no database and no clock."""
