"""The event provider and the feed actions that put triggers under its care."""
