"""Django's SQLite backend with a gate before write transactions; a serving process uses it."""
