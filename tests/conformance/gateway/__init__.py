"""The API gateway: its management and its traffic."""
