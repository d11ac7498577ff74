"""Archive files of GitHub events: checking them and reading them."""
