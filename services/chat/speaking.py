"""Messages that come of something else: written in its transaction, both or neither."""

from __future__ import annotations

import ujson

from models.chat import Pair, Sender
from services.chat import messages
from services.chat.content import Content
from services.chat.messages import Draft, Sent
from services.errors import ServiceError


async def say(
    pair: Pair, sender: Sender, content: Content, client_msg_id: str | None = None
) -> Sent:
    """Put a message into a chat inside the caller's transaction; publish it after the commit.

    Args:
        client_msg_id: a name under which the sender says this once only.

    Raises:
        NotFound: the pair has no bond.
    """
    text = ujson.dumps(content, ensure_ascii=False, escape_forward_slashes=False)
    (result,) = await messages.store([Draft(pair, sender, text, client_msg_id)])
    if isinstance(result, ServiceError):
        raise result
    return result
