"""The one room for signatures: proofs, tokens, and pictures that carry credentials."""
