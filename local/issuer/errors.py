"""What a request is refused with."""


class OAuthError(Exception):
    """An error code of RFC 6749 (4.1.2.1 and 5.2) or RFC 7009, and its description."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description
        self.status = status
