"""The settings of the mall, by the rep that manages the company (decisions P6)."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, SecretStr

from handlers.call import Call, Said
from handlers.endpoint import endpoint
from handlers.wire import Name, Wire, wire
from services import mall
from services.principals import AdminRep


def _merchant_key(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if len(text) != mall.MERCHANT_KEY_LENGTH:
        raise ValueError(f"当前商户秘钥长度{len(text)},请输入{mall.MERCHANT_KEY_LENGTH}位正确秘钥")
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError("商户秘钥只能由字母、数字和符号组成")
    return value


class SettingsForm(Wire):
    """What of the settings is changed (002-xiaochengxu-v1.md:1530)."""

    name: Name | None = wire("shangChengName", title="商城名称", default=None, max_length=32)
    merchant_number: Name | None = wire("shangHuHao", title="商户号", default=None, max_length=30)
    merchant_key: Annotated[SecretStr, AfterValidator(_merchant_key)] | None = wire(
        "shangHuMiYao", title="商户秘钥", is_secret=True, default=None
    )


@endpoint(
    "POST",
    "/zhugeleida/xiaochengxu/jiChuSheZhiOper/addOrUpdate",
    caller=AdminRep,
    params=SettingsForm,
    success="修改成功",
)
async def set_up_mall(call: Call[AdminRep], given: SettingsForm) -> Said:
    """Set the mall's name and its merchant account, whose key never comes back."""
    key = given.merchant_key.get_secret_value() if given.merchant_key else None
    is_new = await mall.set_up(
        call.caller, call.services.secrets, given.name, given.merchant_number, key
    )
    return Said("创建成功" if is_new else "修改成功", "")
