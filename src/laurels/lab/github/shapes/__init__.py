"""Bodies as GitHub writes them: one superset that suits both REST and webhooks."""
