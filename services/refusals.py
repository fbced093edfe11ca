"""Why the server refuses what somebody sends it: the reasons that figures and logs name."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Every reason there is, so that no text of a client's becomes a label of a figure."""

    TOO_MANY_OF_PRINCIPAL = "too_many_connections_principal"
    TOO_MANY_OF_ADDRESS = "too_many_connections_address"
    TOO_MANY_OF_PROCESS = "too_many_connections_process"
    FRAME_RATE = "frame_rate"
    BYTE_RATE = "byte_rate"
    FLOOD = "flood"
    SEND_RATE = "send_rate"
    TOO_LARGE = "too_large"
    NOT_REGISTERED = "not_registered"
    BAD_FRAMES = "bad_frames"
    BAD_SIGNATURE = "bad_signature"
    SESSION_ENDED = "session_ended"
    FOREIGN_ORIGIN = "foreign_origin"
    TOO_SLOW = "too_slow"
    NO_PONG = "no_pong"
    TOO_MANY_WAITS = "too_many_waits"
    LOGIN_TRIES = "login_tries"
    UPLOADS = "uploads"
    EXPORTS = "exports"
