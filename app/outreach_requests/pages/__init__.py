"""Pages of requests: the inbox, the intake, one request, spreadsheets; and the public form."""
