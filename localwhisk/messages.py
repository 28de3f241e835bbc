"""The platform's error texts, and the one exception that carries them to the edge."""

from collections.abc import Iterable


class ApiError(Exception):
    """A request that is refused: the HTTP status and the text a client sees."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


NO_CREDENTIALS = "The resource requires authentication, which was not supplied with the request"
BAD_CREDENTIALS = "The supplied authentication is invalid"
NOT_AUTHENTICATED = "Authentication is possible but has failed or not yet been provided."
NO_SUCH_PATH = "The requested resource could not be found."
DOES_NOT_EXIST = "The requested resource does not exist."
INTERNAL = "There was an internal server error."
ALREADY_EXISTS = "resource already exists"
OTHER_COLLECTION = "Resource by this name exists but is not in this collection."
NAME_ILLEGAL = "The name of the entity contains illegal characters."
NAME_NOT_QUALIFIED = (
    "The fully qualified name of the entity must contain at least the namespace"
    " and the name of the entity."
)
PARAMETERS_NOT_ALLOWED = (
    "Request defines parameters that are not allowed (e.g., reserved properties)."
)
FEED_NAME = "Feed name is not valid"
DOCS_WITH_COUNT = "The parameter 'docs' is not permitted with 'count'."

BINDING_MISSING = "Binding references a package that does not exist."
BINDING_TO_BINDING = "Cannot bind to another package binding."
BINDING_NOT_PACKAGE = "Cannot bind to a resource that is not a package."
PACKAGE_TO_BINDING = "Resource is a package and cannot be converted into a binding."
NOT_ON_BINDING = "Operation not permitted on package binding."

SEQUENCE_EMPTY = "No component specified for the sequence."
SEQUENCE_TOO_LONG = "Too many actions in the sequence."
SEQUENCE_CYCLIC = "Sequence may not refer to itself."
SEQUENCE_COMPONENT = "Sequence component does not exist."

RULE_INCOMPLETE = "rule requires a valid trigger and a valid action"
RULE_WITHOUT_TRIGGER = "Only rules with existing triggers can be activated"

PROPERTY_MISSING = "Response does not include requested property."
UNKNOWN_CONTENT_TYPE = "Response did not specify a known content-type."
CONTENT_TYPE_MISMATCH = "Response type in header did not match generated content type."
PROCESSING_ERROR = "There was an error processing your request."
NOT_READY = "Response not yet ready."
NO_RESOURCES = "Failed to provision resources to run the action."


def malformed(detail: str) -> ApiError:
    return ApiError(400, f"The request content was malformed:\n{detail}")


def query_malformed(name: str, detail: str) -> ApiError:
    return ApiError(400, f"The query parameter '{name}' was malformed:\n{detail}")


def does_not_exist(name: str | None = None) -> ApiError:
    text = DOES_NOT_EXIST if name is None else f"The requested resource '{name}' does not exist."
    return ApiError(404, text)


def not_authorized(name: str) -> ApiError:
    return ApiError(403, f"The supplied authentication is not authorized to access '{name}'.")


def too_large(field: str, size: int, allowed: int) -> ApiError:
    return ApiError(413, f"{field} larger than allowed: {size} > {allowed} bytes.")


def unknown_runtime(kind: str, known: Iterable[str]) -> ApiError:
    values = ", ".join(f"'{name}'" for name in known)
    return malformed(
        f"The specified runtime '{kind}' is not supported by this platform."
        f" Valid values are: {values}."
    )


def package_not_empty(count: int) -> ApiError:
    noun = "entity" if count == 1 else "entities"
    return ApiError(
        409,
        f"Package not empty (contains {count} {noun}). Set force param or delete package contents.",
    )


def inactive_rule(rule: str, action: str) -> str:
    return f"Rule '{rule}' is inactive, action '{action}' was not activated."


def not_valid(media_type: str) -> ApiError:
    return ApiError(400, f"Response is not valid '{media_type}'.")
