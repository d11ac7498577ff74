"""Settings, wiring and the doors' front step: the only room that knows every other."""
