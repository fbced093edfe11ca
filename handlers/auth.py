"""Reading the signature of a call and the address that it comes from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from tornado.httputil import HTTPServerRequest

from handlers.endpoint import Endpoint
from services.errors import BadSignature
from services.principals import Principal
from services.sessions import Sessions, Signature

SIGNATURE_NAMES = ("user_id", "timestamp", "rand_str")

Address = IPv4Address | IPv6Address


def address_of(request: HTTPServerRequest, trusted: Collection[Address]) -> str:
    """Say which address a request comes from; empty where a trusted proxy does not tell.

    Of ``X-Forwarded-For`` that is believed which a trusted proxy has written: from the right, up to
    the first address that is no such proxy's. No other header says anything of it.
    """
    told = request.headers.get("X-Forwarded-For")
    hops = [request.remote_ip or "", *(reversed(told.split(",")) if told is not None else ())]
    found = ""
    for hop in hops:
        try:
            address = ip_address(hop.strip())
        except ValueError:
            return ""
        found = str(address)
        if address not in trusted:
            break
    return found


def signature_of(request: HTTPServerRequest) -> Signature | None:
    """Read the signature, which stands in the query alone (decisions S12); None if it is missing.

    A repeated name counts as missing: two readers could read two different callers.
    """
    values = []
    for name in SIGNATURE_NAMES:
        given = request.query_arguments.get(name, ())
        if len(given) != 1:
            return None
        values.append(given[0].decode("ascii", "replace"))
    return Signature(*values)


async def authenticate(
    request: HTTPServerRequest, endpoints: Sequence[Endpoint], sessions: Sessions
) -> tuple[Endpoint, Principal | None]:
    """Say who calls, and which of the endpoints that share a URL it therefore is.

    Raises:
        BadSignature: nobody that may make any of these calls.
    """
    for each in endpoints:
        if not each.callers:
            return each, None
    signature = signature_of(request)
    if signature is None:
        raise BadSignature
    kinds = [kind for each in endpoints for kind in each.callers]
    principal = await sessions.authenticate(signature, kinds)
    chosen = next(each for each in endpoints if isinstance(principal, each.callers))
    return chosen, principal
