"""All rows of the contract, by the document that prints them."""

from tests.contract.data import document_000, document_002, document_004

ROWS = (*document_000.ROWS, *document_002.ROWS, *document_004.ROWS)
