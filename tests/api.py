"""A client of the server over real sockets, which checks the envelope of every answer."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import uuid4

from tornado.httpclient import AsyncHTTPClient, HTTPResponse

from handlers.codes import HTTP_STATUS, Code
from tests.sockets import Socket, Sockets

REQUEST_SECONDS = 30.0
JSON_TYPE = "application/json; charset=UTF-8"

Params = Mapping[str, object]
Upload = tuple[str, bytes]


@dataclass(frozen=True)
class Caller:
    """A principal that has logged in."""

    id: int
    token: str
    side: Literal["rep", "customer"]

    def signature(self, *, timestamp: int | str | None = None) -> dict[str, str]:
        """Sign a call as the documents say (000-qiyeweixin.md:28).

        Args:
            timestamp: milliseconds since 1970; now when left out.
        """
        moment = str(int(time.time() * 1000) if timestamp is None else timestamp)
        digest = hashlib.md5((moment + self.token).encode()).hexdigest()
        return {"user_id": str(self.id), "timestamp": moment, "rand_str": digest}


class Answer(dict[str, Any]):
    """The envelope, which is the dict itself, with what travelled around it."""

    def __init__(self, response: HTTPResponse) -> None:
        super().__init__(json.loads(response.body))
        self.status = response.code
        self.headers = response.headers

    @property
    def data(self) -> Any:
        """What was asked for."""
        return self["data"]


class Api:
    """Calls the server; every answer has to be an envelope with a known code.

    Args:
        ca_certs: the file of the authority that vouches for the server, where there is TLS.
    """

    def __init__(self, url: str, ca_certs: str | None = None) -> None:
        self.url = url
        defaults = {"ca_certs": ca_certs}
        self._http = AsyncHTTPClient(force_instance=True, max_clients=200, defaults=defaults)
        self._sockets = Sockets(url, ca_certs)

    async def get(
        self,
        path: str,
        params: Params | None = None,
        *,
        caller: Caller | None = None,
        **options: Any,
    ) -> Answer:
        """GET a path with a query, signed by ``caller``; options as those of ``fetch``."""
        return checked(await self.fetch("GET", path, params, caller=caller, **options))

    async def post(
        self,
        path: str,
        form: Params | None = None,
        *,
        caller: Caller | None = None,
        query: Params | None = None,
        as_json: object = None,
        files: Mapping[str, Upload] | None = None,
        **options: Any,
    ) -> Answer:
        """POST to a path, signed by ``caller``.

        Args:
            form: fields of an urlencoded form, or of a multipart one when there are files.
            query: what stands in the query beside the signature.
            as_json: a body of JSON instead of a form.
            files: by field, name and content.
        """
        headers, body = encoded(form or {}, as_json, files)
        headers.update(options.pop("headers", {}))
        response = await self.fetch(
            "POST", path, query, caller=caller, headers=headers, body=body, **options
        )
        return checked(response)

    async def fetch(
        self,
        method: str,
        path: str,
        query: Params | None = None,
        *,
        caller: Caller | None = None,
        **options: Any,
    ) -> HTTPResponse:
        """Make any request and give the bare answer, unchecked; redirects are not followed."""
        fields = {**(query or {}), **(caller.signature() if caller else {})}
        url = f"{self.url}{path}"
        if fields:
            url = f"{url}{'&' if '?' in path else '?'}{urlencode(fields)}"
        return await self._http.fetch(
            url,
            **{
                "method": method,
                "raise_error": False,
                "follow_redirects": False,
                "request_timeout": REQUEST_SECONDS,
                "allow_nonstandard_methods": True,
                **options,
            },
        )

    async def socket(
        self,
        kind: str,
        *,
        caller: Caller | None = None,
        headers: Mapping[str, str] | None = None,
        path: str = "/zhugeleida/public/websocket/{kind}",
        **options: Any,
    ) -> Socket:
        """Open a chat socket; it is closed at the end of the test at the latest.

        Args:
            kind: ``xiaochengxu``, ``gongzhonghao`` or ``leida``.
            caller: who signs the URL; registrations sign themselves.
            options: as those of ``HTTPRequest``.
        """
        query = f"?{urlencode(caller.signature())}" if caller else ""
        return await self._sockets.open(path.format(kind=kind) + query, headers, **options)

    async def close(self) -> None:
        """Close what is still open."""
        await self._sockets.close()
        self._http.close()


def checked(response: HTTPResponse) -> Answer:
    """Check that an answer is an envelope (decisions E1) and read it."""
    assert response.headers.get("Content-Type") == JSON_TYPE, (response.code, response.body)
    answer = Answer(response)
    assert answer.keys() - {"note"} == {"code", "msg", "data"}, answer
    code = Code(answer["code"])
    if (code, response.code) != (Code.FORBIDDEN, 404):
        assert response.code == HTTP_STATUS.get(code, 200), (response.code, answer)
    assert isinstance(answer["msg"], str), answer
    return answer


def encoded(
    form: Params, as_json: object, files: Mapping[str, Upload] | None
) -> tuple[dict[str, str], bytes]:
    """Write a body, with the header that says what it is."""
    if as_json is not None:
        text = json.dumps(as_json, ensure_ascii=False)
        return {"Content-Type": "application/json"}, text.encode()
    if not files:
        return (
            {"Content-Type": "application/x-www-form-urlencoded"},
            urlencode(dict(form)).encode(),
        )
    boundary = uuid4().hex
    parts = [(f'form-data; name="{name}"', str(value).encode()) for name, value in form.items()] + [
        (f'form-data; name="{name}"; filename="{filename}"', content)
        for name, (filename, content) in files.items()
    ]
    body = b"".join(
        f"--{boundary}\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + content + b"\r\n"
        for disposition, content in parts
    )
    return (
        {"Content-Type": f"multipart/form-data; boundary={boundary}"},
        body + f"--{boundary}--\r\n".encode(),
    )
