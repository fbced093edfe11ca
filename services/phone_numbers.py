"""Phone numbers that customers hand over through WeChat (semantics 10)."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from models import chat
from models import company as companies
from models import customer as customers
from models.base import now
from models.chat import Pair, Sender
from models.database import atomic, retry_on_deadlock
from services.chat import pairs, speaking
from services.chat.content import InfoType
from services.chat.messages import Messages, Sent
from services.errors import Invalid, NotFound
from services.notices.reps import Note
from services.notices.texts import new_message
from services.principals import MiniCustomer
from services.radar import shown_name
from services.wechat.crypto import NotDecryptedError, NotSealedError, SecretBox, decrypt_phone

_log = structlog.get_logger("phone_numbers")


class PhoneNumbers:
    """Opens what WeChat has encrypted for a customer, and keeps the number.

    Args:
        note: has a rep told outside of its connections too; None for nobody.
    """

    def __init__(self, secrets: SecretBox, note: Note | None = None) -> None:
        self._secrets = secrets
        self._note = note

    async def take(
        self, customer: MiniCustomer, rep_id: int | None, data: str, iv: str, chats: Messages
    ) -> str:
        """Keep a customer's phone number, and tell its rep, in the chat if they have hardly talked.

        Args:
            rep_id: who gets it; None for the rep of the customer's latest conversation.
            data: what WeChat has encrypted with the session key of the customer's last login.
            iv: the initial vector of that.

        Returns:
            the number.

        Raises:
            NotFound: the customer is not the rep's.
            Invalid: the data cannot be read; nothing has changed.
        """
        pair = await pairs.of_customer(customer, rep_id)
        try:
            phone = await self._decrypt(customer, data, iv)
        except (NotDecryptedError, NotSealedError) as error:
            # The causes look the same from outside; of key and text nothing is in the line.
            _log.warning("phone refused", customer_id=customer.id, cause=str(error))
            raise Invalid("手机号获取失败,请重新登录小程序后再试") from None
        sent = await _keep(pair, phone)
        await chats.publish(sent)
        if self._note is not None and not any(one.message for one in sent):
            self._note(pair.rep_id, new_message(await _name(customer)))
        return phone

    async def _decrypt(self, customer: MiniCustomer, data: str, iv: str) -> str:
        app = await companies.mini_program(customer.company_id)
        if app is None:
            raise NotDecryptedError("the company has no mini program")
        key = self._secrets.open(await customers.session_key(customer.id))
        return decrypt_phone(key, iv, data, app.appid)


async def _name(customer: MiniCustomer) -> str:
    names = await customers.names([customer.id])
    return shown_name(names[customer.id], customer.id)


@retry_on_deadlock
async def _keep(pair: Pair, phone: str) -> Sequence[Sent]:
    async with atomic():
        # The customer before the bond, as a binding locks them.
        await customers.update_profile(pair.customer_id, {"phone": phone})
        conversation = (await chat.lock_conversations([pair])).get(pair)
        if conversation is None:
            raise NotFound
        await chat.touch_bonds([conversation.bond_id], Sender.CUSTOMER, now())
        if conversation.last_seq > 1:
            return []
        content = {"info_type": InfoType.TEXT.value, "msg": f"我的手机号是: {phone}"}
        # Told once, even where there was no welcome before it.
        return [await speaking.say(pair, Sender.CUSTOMER, content, f"phone {phone}")]
