"""The outside world: files, GitHub and clocks; each hands plain values to the rules."""
