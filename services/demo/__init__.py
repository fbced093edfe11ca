"""The demo data: two companies with everything that an installation fills up with over a month."""

from services.demo.loading import is_loaded, load

__all__ = ["is_loaded", "load"]
