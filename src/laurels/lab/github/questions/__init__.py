"""GraphQL as far as it is needed: a reader of queries, the types, and the search."""
