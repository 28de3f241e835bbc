"""Alarms come when they are due, by a clock that the test moves."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from feeds.provider.source import OptionError
from feeds.provider.sources.alarm import Alarm
from tests.feeds.sources.following import Following


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def alarms(following: Following, start: str, end: str) -> list[str]:
    """When it fires, for a provider that polls as it is told to, from CREATE on."""
    now: float | None = at(start)
    fired = []
    while now is not None and now < at(end):
        if following.poll(now):
            fired.append(f"{datetime.fromtimestamp(now, UTC):%d %H:%M:%S}")
        now = following.source.next_poll(following.options, following.state.cursor, now)
    return fired


def cron(fields: str, **options: Any) -> Following:
    return Following(Alarm(), {"kind": "alarm", "cron": fields, **options})


def test_five_fields_of_cron() -> None:
    following = cron("*/20 9-10 * * MON-FRI")
    assert alarms(following, "2026-05-08 09:50", "2026-05-11 09:30") == [
        *("08 10:00:00", "08 10:20:00", "08 10:40:00", "11 09:00:00", "11 09:20:00"),
    ]


def test_six_fields_begin_with_seconds() -> None:
    assert alarms(cron("*/30 59 23 * * *"), "2026-05-08 12:00", "2026-05-10 00:00") == [
        *("08 23:59:00", "08 23:59:30", "09 23:59:00", "09 23:59:30"),
    ]


@pytest.mark.parametrize(
    ("fields", "day", "fired"),
    [
        # There is no half past two on this day.
        ("30 2 * * *", "2026-03-28", ["28 01:30:00", "29 01:00:00", "30 00:30:00"]),
        ("0 */6 * * *", "2026-03-28", ["28 05:00:00", "28 11:00:00", "28 17:00:00"]),
        # And on this one there are two.
        ("30 2 * * *", "2026-10-24", ["24 00:30:00", "25 00:30:00", "26 01:30:00"]),
        (
            "*/30 2 * * *",
            "2026-10-25",
            ["25 00:30:00", "25 01:00:00", "25 01:30:00", "26 01:00:00"],
        ),
    ],
)
def test_where_clocks_change(fields: str, day: str, fired: list[str]) -> None:
    following = cron(fields, timezone="Europe/Berlin")
    assert alarms(following, f"{day} 00:00", f"{day[:8]}31 00:00")[: len(fired)] == fired


@pytest.mark.parametrize("minute", range(0, 180, 7))
def test_a_provider_that_was_down_while_clocks_changed_fires_once(minute: int) -> None:
    following = cron("30 2 * * *", timezone="Europe/Berlin")
    following.poll(at("2026-10-24 12:00"))
    after = f"2026-10-25 {minute // 60:02}:{minute % 60:02}"
    assert len(alarms(following, after, "2026-10-25 12:00")) == 1


def test_interval() -> None:
    following = Following(Alarm(), {"kind": "interval", "minutes": 2})
    assert alarms(following, "2026-05-08 12:00:10", "2026-05-08 12:05") == [
        *("08 12:00:10", "08 12:02:10", "08 12:04:10"),
    ]


@pytest.mark.parametrize("start", ["2026-05-08T12:03:00Z", "2026-05-01T00:01:00Z"])
def test_interval_from_a_date_that_comes_or_has_passed(start: str) -> None:
    following = Following(Alarm(), {"kind": "interval", "minutes": 2, "startDate": start})
    assert alarms(following, "2026-05-08 12:01:30", "2026-05-08 12:06") == [
        *("08 12:03:00", "08 12:05:00"),
    ]


def test_start_and_stop_of_cron() -> None:
    following = cron("0 * * * *", startDate="2026-05-08T10:00:00Z", stopDate="2026-05-08T12:00:00Z")
    assert alarms(following, "2026-05-08 01:00", "2026-05-09 01:00") == [
        *("08 10:00:00", "08 11:00:00"),
    ]


def test_a_later_stop_date_lets_it_go_on() -> None:
    following = cron("0 * * * *", stopDate="2026-05-08T01:30:00Z")
    assert len(alarms(following, "2026-05-08 00:30", "2026-05-09 00:00")) == 1
    following.options = {**following.options, "stopDate": "2026-05-08T12:30:00+00:00"}
    assert alarms(following, "2026-05-08 10:30", "2026-05-09 00:00") == [
        *("08 10:30:00", "08 11:00:00", "08 12:00:00"),
    ]


def test_most_alarms() -> None:
    following = cron("0 * * * *", maxTriggers=3)
    assert len(alarms(following, "2026-05-08 01:00", "2026-05-09 01:00")) == 3
    assert following.poll(at("2026-05-10 01:00")) == []


def test_once() -> None:
    following = Following(Alarm(), {"kind": "once", "date": 1778241600123})
    assert alarms(following, "2026-05-08 11:00", "2027-01-01 00:00") == ["08 12:00:00"]
    assert following.poll(at("2027-01-01 00:00")) == []


def test_a_missed_once_comes_late() -> None:
    following = Following(Alarm(), {"kind": "once", "date": "2026-05-08T12:00:00Z"})
    assert alarms(following, "2026-05-09 00:00", "2027-01-01 00:00") == ["09 00:00:00"]


@pytest.mark.parametrize(
    "options", [{"kind": "interval", "minutes": 2}, {"kind": "alarm", "cron": "*/2 * * * *"}]
)
def test_missed_alarms_are_one(options: dict[str, Any]) -> None:
    following = Following(Alarm(), options)
    following.poll(at("2026-05-08 12:00:00"))
    assert alarms(following, "2026-05-08 15:01", "2026-05-08 15:05") == [
        *("08 15:01:00", "08 15:02:00", "08 15:04:00"),
    ]


def test_none_is_lost_or_invented_when_the_provider_dies() -> None:
    following = cron("* * * * *")
    following.poll(at("2026-05-08 12:00:30"))
    dies = following.copy()
    dies.poll(at("2026-05-08 12:01"), steps=0)
    now = at("2026-05-08 12:01:03")
    assert [event.id for event in dies.poll(now)] == [event.id for event in following.poll(now)]
    assert dies.poll(now) == []


@pytest.mark.parametrize(
    ("given", "fired"),
    [
        ({}, {}),
        ({"trigger_payload": {"name": "Odin"}}, {"name": "Odin"}),
        ({"trigger_payload": "Odin"}, {"payload": "Odin"}),
        ({"trigger_payload": '{"name": "Odin"}'}, {"payload": '{"name": "Odin"}'}),
    ],
)
def test_payload(given: dict[str, Any], fired: dict[str, Any]) -> None:
    following = Following(Alarm(), {"kind": "interval", "minutes": 1, **given})
    [event] = following.poll(0)
    assert event.payload == fired
    assert Alarm().validate(json.loads(json.dumps(following.options))) == following.options


@pytest.mark.parametrize(
    ("options", "option", "remedy"),
    [
        ({"kind": "sometimes"}, "kind", "interval"),
        ({"kind": "alarm"}, "cron", "as a text"),
        ({"kind": "alarm", "cron": "* * * *"}, "cron", "five fields"),
        ({"kind": "alarm", "cron": "0 0 30 2 *"}, "cron", "day-of-month"),
        ({"kind": "alarm", "cron": "* * * * *", "timezone": "Europe/Atlantis"}, "timezone", "name"),
        ({"kind": "alarm", "cron": "* * * * *", "timezone": "../etc"}, "timezone", "name"),
        ({"kind": "alarm", "cron": "* * * * *", "minutes": 1}, "minutes", "timezone"),
        ({"kind": "interval", "minutes": 0}, "minutes", "at least 1"),
        ({"kind": "interval", "minutes": 1.5}, "minutes", "whole"),
        ({"kind": "interval", "minutes": 1, "startDate": "soon"}, "startDate", "2030"),
        ({"kind": "interval", "minutes": 1, "trigger_payload": [1]}, "trigger_payload", "object"),
        ({"kind": "once"}, "date", "2030"),
        ({"kind": "once", "date": True}, "date", "2030"),
        ({"kind": "once", "date": 1, "deleteAfterFire": "rules"}, "deleteAfterFire", "false"),
        (
            {"kind": "interval", "minutes": 1, "startDate": 2000, "stopDate": 1000},
            "stopDate",
            "after startDate",
        ),
    ],
)
def test_a_wrong_option_is_named_with_its_remedy(
    options: dict[str, Any], option: str, remedy: str
) -> None:
    with pytest.raises(OptionError) as wrong:
        Alarm().validate(options)
    assert wrong.value.option == option
    assert remedy in wrong.value.message
