"""The tables and habits of a careful team on its first day: Django's ORM, one object at a time."""
