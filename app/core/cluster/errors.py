class ClusterError(Exception):
    """One line that says what is wrong and what to do."""
