"""The doctor: numbered looks at an installation, each with a hint where something is wrong."""
