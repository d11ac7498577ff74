"""One module a verb or group of verbs."""
