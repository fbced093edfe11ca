"""What a demo tells who has started it."""

from __future__ import annotations


def greeting(url: str) -> str:
    """Say where the demo is and how to get in."""
    return (
        f"zhugeleida demo on {url}\n"
        f"  both phones        {url}/\n"
        f"  console            {url}/console/\n"
        f"  dashboard          {url}/console/admin/\n"
        f"  API description    {url}/docs\n"
        "  back office login  demo-rep-1, demo-rep-2 (company 1), demo-rep-3 (company 2),"
        " password zhuge-demo\n"
        "  mini-program codes demo-customer-1 … demo-customer-12; another number is somebody new\n"
        "  official account   codes demo-customer-1 (company 1), demo-customer-2 (company 2);"
        " another number is somebody new"
    )
