from tests.notices.conftest import pushing

__all__ = ["pushing"]
