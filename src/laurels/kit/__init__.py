"""Small tools of every room: the clock, instants, fixed-point numbers, canonical JSON, cursors."""
