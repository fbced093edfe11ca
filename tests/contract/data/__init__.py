"""All rows of the contract, from the modules that are called after their documents."""

import importlib
import pkgutil

ROWS = tuple(
    row
    for info in pkgutil.iter_modules(__path__, f"{__name__}.")
    if info.name.rpartition(".")[2].startswith("document_")
    for row in importlib.import_module(info.name).ROWS
)
