"""The stand-in's doors: sign-in, REST, GraphQL, pages, and a door to script the world."""
