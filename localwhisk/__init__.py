"""An embedded Apache OpenWhisk host for one machine."""
