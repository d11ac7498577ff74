"""GitHub's shapes and what they say."""
