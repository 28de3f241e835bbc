"""A search as it stands: what was asked, how far it is, how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass

# The states that an entry may end in; "queued" is where it begins.
FINAL_STATES = ("matched", "no_match", "no_face", "failed", "skipped")


@dataclass(frozen=True)
class Job:
    id: str
    subject: str
    source: str
    query: str
    created: float
    deadline: float
    expires: float
    counts: Mapping[str, int]
    failures: Mapping[str, int]
    exhausted: bool
    cursor: str | None
    failure: tuple[str, str] | None

    @classmethod
    def read(cls, job: str, raw: Mapping[str, str]) -> "Job":
        """From the fields of the job's hash."""
        return cls(
            id=job,
            subject=raw["subject"],
            source=raw["source"],
            query=raw["query"],
            created=float(raw["created"]),
            deadline=float(raw["deadline"]),
            expires=float(raw["expires"]),
            counts={name: int(raw.get(f"count:{name}", 0)) for name in ("found", *FINAL_STATES)},
            failures={k[4:]: int(v) for k, v in sorted(raw.items()) if k.startswith("why:")},
            exhausted="exhausted" in raw,
            cursor=raw.get("cursor"),
            failure=(raw["failure"], raw["failure_message"]) if "failure" in raw else None,
        )

    @property
    def settled(self) -> int:
        return sum(self.counts[state] for state in FINAL_STATES)

    def state(self, now: float) -> str:
        """`searching`, `processing`, `finished` or `failed`: derived, never stored."""
        if self.failure:
            return "failed"
        if now >= self.deadline or (self.exhausted and self.settled >= self.counts["found"]):
            return "finished"
        return "processing" if self.exhausted else "searching"
