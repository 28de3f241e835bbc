"""The event sources, each against a real server of its kind."""
