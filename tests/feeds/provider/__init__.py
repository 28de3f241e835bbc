"""The event provider."""
