"""JSON of people, by subject."""
