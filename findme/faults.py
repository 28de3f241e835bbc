"""What is written to the log of a fault that we did not foresee."""

import sys
import traceback


def log(error: BaseException) -> None:
    """Its types and where in the code: a message could hold a token, or an address's password."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) and cause not in chain:
        chain.append(cause)
    print("\nafter ".join(_places(each) for each in chain), file=sys.stderr)


def _places(error: BaseException) -> str:
    frames = [(frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    places = [f"  {code.co_filename}:{line} in {code.co_name}" for code, line in frames]
    return "\n".join([type(error).__qualname__, *places])
