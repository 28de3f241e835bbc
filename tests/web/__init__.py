"""The page in a real browser, and its pure logic under Node."""
