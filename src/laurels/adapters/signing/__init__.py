"""Signatures that anybody can check: the one room of keys for Ed25519."""
