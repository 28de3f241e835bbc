"""FindMe's domain: light, flat, and the same in every action. The heavy part is `findme.vision`."""
