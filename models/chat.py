"""Conversations between a rep and a customer, and their messages."""

from __future__ import annotations

from enum import IntEnum

import peewee

from models.article import Article
from models.base import SET_NULL, MomentField, Table, now, reference
from models.customer import Customer
from models.staff import Rep


class Sender(IntEnum):
    """Who sent a message (``send_type`` on the wire)."""

    REP = 1
    CUSTOMER = 2


class Conversation(Table):
    """The chat of one pair: its last message, read positions and unread counts.

    It outlives the bond, so that a customer who comes back finds the history.
    """

    rep = reference(Rep, index=False)
    customer = reference(Customer, index=False)
    last_seq = peewee.IntegerField(default=0)
    last_message_id = peewee.BigIntegerField(null=True)
    last_message_at = MomentField(null=True)
    rep_read_seq = peewee.IntegerField(default=0)
    customer_read_seq = peewee.IntegerField(default=0)
    rep_unread = peewee.IntegerField(default=0)
    customer_unread = peewee.IntegerField(default=0)
    rep_sent = peewee.IntegerField(default=0)
    customer_sent = peewee.IntegerField(default=0)
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("rep", "customer"), True),
            (("rep", "last_message_at"), False),
            (("rep", "rep_unread"), False),
            (("customer", "last_message_at"), False),
            (("last_message_at",), False),
        )


class Message(Table):
    """One message; ``seq`` counts up by one within its conversation, without gaps.

    ``content`` is the JSON text that was sent; ``client_msg_id`` is the sender's own name for the
    message and makes a repeated send the same message.
    """

    id = peewee.BigAutoField()
    conversation = reference(Conversation, index=False)
    seq = peewee.IntegerField()
    sender = peewee.SmallIntegerField()
    content = peewee.TextField()
    client_msg_id = peewee.CharField(64, null=True)
    article = reference(Article, on_delete=SET_NULL, null=True)
    created_at = MomentField(default=now)

    class Meta:
        indexes = (
            (("conversation", "seq"), True),
            (("conversation", "sender", "client_msg_id"), True),
        )
