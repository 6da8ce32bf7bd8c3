"""What is forgotten here when a person is erased: mails as they came, and what hung on them."""

from ._forgetting import forget

__all__ = ["forget"]
