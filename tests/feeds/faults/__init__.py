"""The feed under faults: proxies that record and lie, processes that are killed, and an oracle."""
