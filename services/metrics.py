"""Figures for Prometheus, kept per process."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from services.chat.timing import DeliveryTimes
from services.refusals import Reason

BUCKETS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
FRAME_KINDS: Final = frozenset(
    {
        *("message", "register", "closed", "ping", "lived"),
        *("read", "typing", "query_num", "recall"),
    }
)


ITEMS: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256)
QUICK: Final = (0.001, *BUCKETS)


class Metrics:
    """Counts requests, frames, refusals and connections, and times what they take."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "zhuge_requests", "Answered requests", ["endpoint", "code"], registry=self.registry
        )
        self._seconds = Histogram(
            "zhuge_request_seconds",
            "Time from a request to its answer",
            ["endpoint"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._frames = Counter(
            "zhuge_frames", "Frames received by sockets", ["kind"], registry=self.registry
        )
        self.connections = Gauge(
            "zhuge_connections", "Open sockets", ["kind"], registry=self.registry
        )
        self._notices = Counter(
            "zhuge_notices",
            "Notices by what became of them",
            ["to", "outcome"],
            registry=self.registry,
        )
        refused = Counter("zhuge_refused", "Refusals", ["reason"], registry=self.registry)
        self._of_reason = {reason: refused.labels(reason.value) for reason in Reason}
        self._make_chat_figures()
        self._of_endpoint: dict[str, Histogram] = {}
        self._of_frame: dict[str, Counter] = {}
        self._of_code: dict[tuple[str, int | None], Counter] = {}

    def _make_chat_figures(self) -> None:
        registry = self.registry
        commits = Histogram(
            *("zhuge_commit_items", "What one transaction has stored", ["what"]),
            buckets=ITEMS,
            registry=registry,
        )
        self.messages_committed = commits.labels("messages")
        self.views_committed = commits.labels("views")
        text = "From a commit of messages here until they are written to the sockets here"
        delivery = Histogram("zhuge_delivery_seconds", text, buckets=QUICK, registry=registry)
        self.delivery_times = DeliveryTimes(delivery.observe)
        text = "From publishing on the bus until it comes back"
        self.bus_lag_seconds = Histogram(
            "zhuge_bus_lag_seconds", text, buckets=QUICK, registry=registry
        )
        text = "Messages that a socket was found to lack"
        self.caught_up = Histogram(
            "zhuge_catch_up_messages", text, buckets=(*ITEMS, 512), registry=registry
        )
        self.recalls = Counter("zhuge_recalls", "Recalled messages", registry=registry)
        text = "Scheduled messages that were sent"
        self.scheduled = Counter("zhuge_scheduled_sent", text, registry=registry)

    def observe(self, endpoint: str, code: int | None, seconds: float) -> None:
        """Count one answered request; unknown URLs count together."""
        name = endpoint or "other"
        key = (name, code)
        # labels() looks its child up under a lock each time; the children never change.
        if key not in self._of_code:
            self._of_code[key] = self._requests.labels(name, code)
            self._of_endpoint[name] = self._seconds.labels(name)
        self._of_code[key].inc()
        self._of_endpoint[name].observe(seconds)

    def count_frame(self, kind: object) -> None:
        """Count one frame; kinds that nobody knows count together."""
        name = kind if isinstance(kind, str) and kind in FRAME_KINDS else "other"
        if name not in self._of_frame:
            self._of_frame[name] = self._frames.labels(name)
        self._of_frame[name].inc()

    def refuse(self, reason: Reason) -> None:
        """Count one refusal."""
        self._of_reason[reason].inc()

    def count_notice(self, receiver: str, outcome: str, count: int = 1) -> None:
        """Count notices to a kind of receiver that were sent, refused, or failed, or dropped."""
        self._notices.labels(receiver, outcome).inc(count)

    def render(self) -> bytes:
        """Write everything in Prometheus's text format."""
        return generate_latest(self.registry)
