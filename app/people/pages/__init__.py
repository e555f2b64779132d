"""The desk's pages of people, by subject."""
