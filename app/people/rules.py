"""What verbs on people must satisfy (pure)."""

from app.people.problems import ReasonTooShort

SHORTEST_REASON = 10


def check_reason(reason: str) -> None:
    """A reason that somebody else will read says something: at least ten letters. Raises ReasonTooShort."""
    if sum(char.isalpha() for char in reason) < SHORTEST_REASON:
        raise ReasonTooShort(fields={"reason": [str(ReasonTooShort.sentence)]})
