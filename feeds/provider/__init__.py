"""The event provider: follows what subscriptions name, and fires their triggers."""
