"""The demo: a simulated season, played day by day through the real importer."""
