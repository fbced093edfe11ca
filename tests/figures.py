"""The figures of a server as Prometheus reads them."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from tests.api import Api

Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read(text: str) -> Figures:
    """Read every sample: by its name and labels, its value."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def figures_of(api: Api) -> Figures:
    """Ask a server for its figures."""
    return read((await api.fetch("GET", "/metrics")).body.decode())


async def figure(api: Api, name: str, **labels: str) -> float:
    """Ask a server for one of its figures."""
    return (await figures_of(api))[name, tuple(sorted(labels.items()))]
