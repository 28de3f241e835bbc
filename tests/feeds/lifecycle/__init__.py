"""The feed actions on a real host with a real store, called as their users call them."""
