"""Simulated seasons: the demo and the measurements play them through the real importer.

Everything here is invented and follows from a seed: the same arguments give the same bytes.
"""
