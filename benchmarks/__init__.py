"""Load tools, and the bare servers that the figures are compared with."""
