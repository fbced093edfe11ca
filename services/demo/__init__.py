"""The demo data: two companies with everything that an installation fills up with over a month."""

from services.demo.casting import cast
from services.demo.greeting import greeting
from services.demo.loading import is_loaded, load

__all__ = ["cast", "greeting", "is_loaded", "load"]
