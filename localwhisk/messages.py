"""The one exception that carries a refusal to the edge, and the texts that more than one uses."""


class ApiError(Exception):
    """A request that is refused: the HTTP status and the text a client sees."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class RejectionError(ApiError):
    """Refused before the platform's own code saw the request: its answer has no CORS headers."""


NO_SUCH_PATH = "The requested resource could not be found."
INTERNAL = "There was an internal server error."
PARAMETERS_NOT_ALLOWED = (
    "Request defines parameters that are not allowed (e.g., reserved properties)."
)


def malformed(detail: str) -> ApiError:
    return RejectionError(400, f"The request content was malformed:\n{detail}")


def query_malformed(name: str, detail: str) -> ApiError:
    return RejectionError(400, f"The query parameter '{name}' was malformed:\n{detail}")


def does_not_exist(name: str | None = None) -> ApiError:
    named = "" if name is None else f" '{name}'"
    return ApiError(404, f"The requested resource{named} does not exist.")


def other_collection() -> ApiError:
    return ApiError(409, "Resource by this name exists but is not in this collection.")


def not_authorized(name: str) -> ApiError:
    return ApiError(403, f"The supplied authentication is not authorized to access '{name}'.")


def too_large(field: str, size: int, allowed: int) -> ApiError:
    return ApiError(413, f"{field} larger than allowed: {size} > {allowed} bytes.")


def not_valid(media_type: str) -> ApiError:
    return ApiError(400, f"Response is not valid '{media_type}'.")
