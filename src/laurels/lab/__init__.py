"""Simulated seasons: the demo and the measurements play them through the real importer."""
