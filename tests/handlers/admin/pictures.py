"""How the back office sends a picture of one chunk."""

from __future__ import annotations

import base64

from tests.api import Answer, Api, Caller
from tests.pictures import drawn


async def send_picture(api: Api, caller: Caller, url: str, *, tag: str = "1530156149132") -> Answer:
    """Send a picture to one of the places that take them, and give the answer of its completion."""
    form = {"img_name": "lamp.png", "timestamp": tag}
    text = base64.b64encode(drawn()).decode()
    answer = await api.post(
        f"{url}/add_picture/0", {**form, "chunk": 0, "img_data": text}, caller=caller
    )
    assert (answer["code"], answer["msg"], answer.data) == (200, "上传成功", {})
    status = await api.get(f"{url}/upload_status", {"task_id": tag}, caller=caller)
    assert status.data["chunks"] == [0]
    return await api.post(f"{url}/upload_complete/0", {**form, "chunk_num": 1}, caller=caller)
