"""Types that hold dates and times (FHIR R4, primitive types). Every date exists in the calendar."""

from profiles.datatypes import patterns
from profiles.datatypes.base import ORDERED, Scale
from profiles.datatypes.text import Text


class Date(Text):
    name = "date"
    lookups = ORDERED
    scale = Scale.SPAN
    hint = "Like 2024, 2024-05 or 2024-05-31"
    expectation = "a date: a year, a month or a day, like 2024, 2024-05 or 2024-05-31"
    example = "2024-05-31"
    pattern = patterns.DATE


class DateTime(Text):
    name = "datetime"
    lookups = ORDERED
    scale = Scale.SPAN
    hint = "Like 2024-05-31, or 2024-05-31T13:30:00+02:00"
    expectation = "a date like 2024-05, or a date and time like 2024-05-31T13:30:00+02:00"
    example = "2024-05-31T13:30:00+02:00"
    pattern = patterns.DATETIME


class Instant(Text):
    name = "instant"
    lookups = ORDERED
    scale = Scale.MOMENT
    hint = "Like 2024-05-31T13:30:00Z"
    expectation = "a date and time with an offset, like 2024-05-31T13:30:00Z"
    example = "2024-05-31T13:30:00.125Z"
    pattern = patterns.INSTANT


class Time(Text):
    name = "time"
    lookups = ORDERED
    scale = Scale.MOMENT
    hint = "Like 13:30:00"
    expectation = "a time of day with seconds, like 13:30:00"
    example = "13:30:00"
    pattern = patterns.TIME
