"""Requests that mean no good: what they start from, how they are bent, and how they are sent."""
