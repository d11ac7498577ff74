"""The rules: pure, without Django, clock, randomness or I/O."""
