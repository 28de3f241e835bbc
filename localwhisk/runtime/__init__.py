"""Runs actions: one process per worker, one call at a time, kept warm between calls."""

from localwhisk.runtime.executable import Executable, Outcome
from localwhisk.runtime.pool import Pool
from localwhisk.runtime.programs import Program, discover, program

__all__ = ["Executable", "Outcome", "Pool", "Program", "discover", "program"]
