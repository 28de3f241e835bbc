"""Actions, packages, triggers and rules: created, read, listed and deleted over REST."""
