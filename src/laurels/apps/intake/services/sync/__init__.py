"""Reading what GitHub has, as far back as wanted, and telling what could not be read."""
