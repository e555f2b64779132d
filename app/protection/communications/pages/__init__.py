"""Pages of communications: writing and proving them at the desk, and the public one behind the QR."""
