"""The page and the guard with a real OpenID provider of other hands: npm's oidc-provider."""
