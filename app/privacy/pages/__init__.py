"""Pages of privacy, by subject: restriction, private notes, rights of the person."""
