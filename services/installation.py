"""Which installation this is, among several that share a Redis."""

from __future__ import annotations

import hashlib


def redis_prefix(secret: str) -> str:
    """The beginning of the names that an installation uses in Redis.

    Args:
        secret: the installation's; installations with different ones do not meet.
    """
    return f"zhuge:{hashlib.sha256(secret.encode()).hexdigest()[:16]}"
