"""A page on this machine: logs and their curves as they grow, and definitions to try on them."""
