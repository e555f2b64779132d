"""Jobs of the gate."""
