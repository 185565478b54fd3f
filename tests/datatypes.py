"""What values of each data type look like: the table that every door is tested with.

Values are JSON texts, so that no digit is lost on the way. A new data type has one entry here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Broken = tuple[str, str]
"""A fault: its place, as a JSON Pointer from the value, and its rule."""


@dataclass(frozen=True)
class Examples:
    """What a property with this definition takes and refuses."""

    definition: Mapping[str, Any]
    valid: list[str]
    invalid: Mapping[str, list[Broken]]
    canonical: Mapping[str, str] = field(default_factory=dict)
    """What comes back for valid texts that do not come back as they were sent."""

    def comes_back(self, text: str) -> str:
        return self.canonical.get(text, text)


def texts(*values: str) -> list[str]:
    return [json.dumps(value, ensure_ascii=False) for value in values]


def members(key: str, *values: str) -> list[str]:
    return [f'{{"{key}":"{value}"}}' for value in values]


def mistyped(*values: str) -> dict[str, list[Broken]]:
    return {value: [("", "type")] for value in values}


def out_of_range(*values: str) -> dict[str, list[Broken]]:
    return {value: [("", "range")] for value in values}


NO_TEXT = mistyped("1", "1.5", "true", "null", "[]", "{}", '["a"]')
NO_OBJECT = mistyped('"a"', '""', "1", "true", "null", "[]", "[{}]")
ESCAPED = {r'"\u00e9\ud83d\ude00\/"': '"é😀/"', r'"a\u0009b"': r'"a\tb"'}

# fmt: off
DAYS = [
    "2024", "2024-02", "2024-02-29", "2000-02-29", "0004-02-29", "0001", "0001-01-01", "9999",
    "9999-12-31", "2024-04-30", "2023-02-28", "1900-02-28",
]
NOT_A_DAY = [
    "", "24", "2024-5", "2024-00", "2024-13", "2024-04-31", "2024-02-30", "2023-02-29",
    "1900-02-29", "2100-02-29", "0000", "0000-02-29", "2024-01-00", "2024-01-32", "20240101",
    "2024/01/01", "2024-1-1", "-2024", "+2024", "12024", "2024-", "2024-01-01 ", " 2024",
    "2024-01-01\n", "٢٠٢٤", "yesterday",
]
INSTANTS = [
    "2024-05-31T13:30:00Z", "2024-05-31T13:30:00+02:00", "2024-05-31T00:00:00-05:00",
    "2024-02-29T23:59:59+14:00", "2024-05-31T13:30:00-13:59", "2016-12-31T23:59:60Z",
    "2024-05-31T13:30:00.125Z", "2024-05-31T13:30:00.123456789+00:00",
]
NOT_AN_INSTANT = [
    "2024-05-31T13:30:00", "2024-05-31T13:30Z", "2024-05-31T13Z", "2024-05-31T24:00:00Z",
    "2024-05-31T13:60:00Z", "2024-05-31T13:30:61Z", "2024-05-31T13:30:00+14:01",
    "2024-05-31T13:30:00+2:00", "2024-05-31T13:30:00+0200", "2024-05-31T13:30:00+02",
    "2024-05-31T13:30:00.Z", "2024-05-31T13:30:00,5Z", "2024-05-31t13:30:00z",
    "2024-05-31 13:30:00Z", "2024-02-30T13:30:00Z", "2023-02-29T00:00:00Z",
    "2024-05T13:30:00Z", "2024-05-31T13:30:00Z\n", "2024-05-31T13:30:00ZZ",
]
# fmt: on

TABLE: Mapping[str, Examples] = {
    "symbol": Examples(
        definition={"type": "symbol"},
        valid=[
            *texts(
                "South West Clinic",
                "",
                " ",
                "  two\n\nlines\t",
                "😀",
                "👩‍⚕️",
                "é",
                "e\u0301",
                "\u2028",
            ),
            *texts("null", "1", '"quoted"', "\\u0000", "<b>", "مرحبا", "x" * 10_000),
            *ESCAPED,
        ],
        invalid=NO_TEXT,
        canonical=ESCAPED,
    ),
    "code": Examples(
        definition={"type": "code"},
        valid=texts("active", "a", "two words", "a b c", "é", "😀", "-", "1"),
        invalid={
            **NO_TEXT,
            **mistyped(
                *texts("", " ", " a", "a ", "a  b", "a\tb", "a\nb", "a\n", "a\u00a0b", "a\u3000b")
            ),
        },
    ),
    "markdown": Examples(
        definition={"type": "markdown"},
        valid=texts("Open **every** day.", "", "# A\n\n* b\n", "<script>", "😀"),
        invalid=NO_TEXT,
    ),
    "xhtml": Examples(
        definition={"type": "xhtml"},
        valid=texts("<div>Open <b>every</b> day.</div>", "", "<p>", "a < b"),
        invalid=NO_TEXT,
    ),
    "uri": Examples(
        definition={"type": "uri"},
        valid=texts(
            "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "urn:oid:1.2.3", "http://a.b/c?d=e#f"
        )
        + texts("relative/path", "#part", "a", "https://müller.example/é"),
        invalid={**NO_TEXT, **mistyped(*texts("", " ", "a b", " a", "a\n", "a\tb", "a\u2003b"))},
    ),
    "url": Examples(
        definition={"type": "url"},
        valid=texts(
            "https://example.org/clinics/7", "http://a", "mailto:a@b.example", "ftp://a/b?c#d"
        )
        + texts("HTTPS://EXAMPLE.ORG", "mllp://10.1.1.10:1234", "urnx:a", "https://urn:8000"),
        invalid={
            **NO_TEXT,
            **mistyped(
                *texts("", "example.org", "/path", "//host/path", "https:", ":a", "1a:b", "a b:c")
            ),
            **mistyped(
                *texts("https://a b", "https://a\n", "urn:uuid:c757873d", "URN:oid:1.2", "Urn:x")
            ),
        },
    ),
    "integer": Examples(
        definition={"type": "integer"},
        valid=[
            *["0", "1", "-1", "1020993", "9223372036854775807", "-9223372036854775808"],
            *["1.0", "1e3", "1E+3", "-0", "-0.0", "12.5e1", "9.223372036854775807e18", "100e-2"],
        ],
        invalid={
            **mistyped(
                '"1"',
                '""',
                "true",
                "null",
                "[]",
                "{}",
                "[1]",
                "1.5",
                "-0.1",
                "1e-1",
                "1e-999999999",
            ),
            **mistyped("9223372036854775807.5"),
            "9223372036854775808": [("", "max")],
            "-9223372036854775809": [("", "min")],
            "1e19": [("", "max")],
            "1e999999999": [("", "max"), ("", "range")],
            "-1e101": [("", "min"), ("", "range")],
            f"1.{'0' * 100}": [("", "range")],
        },
        canonical={
            "1e3": "1000",
            "1E+3": "1000",
            "-0": "0",
            "-0.0": "0.0",
            "12.5e1": "125",
            "9.223372036854775807e18": "9223372036854775807",
            "100e-2": "1.00",
        },
    ),
    "decimal": Examples(
        definition={"type": "decimal"},
        valid=[
            *["0", "0.0", "-0", "-0.0", "0e5", "1", "1.10", "-1.10", "0.1", "1e3", "1.5e2", "1E-2"],
            *["1e100", "-1e100", "1e-100", "9" * 100, f"0.{'9' * 100}", f"0.{'0' * 99}1"],
            *[f"1{'0' * 100}", f"-{'9' * 50}.{'9' * 50}", f"{'9' * 100}e-100", f"0.{'0' * 100}"],
        ],
        invalid={
            **mistyped('"1"', '""', "true", "null", "[]", "{}", "[1.5]"),
            **out_of_range("1e101", "-1e101", "1e-101", "9" * 101, "1e999999999", "1e-999999999"),
            **out_of_range(f"0.{'9' * 101}", f"1.{'0' * 100}", "0e101", f"0.{'0' * 101}"),
        },
        canonical={
            "-0": "0",
            "-0.0": "0.0",
            "0e5": "0",
            "1e3": "1000",
            "1.5e2": "150",
            "1E-2": "0.01",
            "1e100": f"1{'0' * 100}",
            "-1e100": f"-1{'0' * 100}",
            "1e-100": f"0.{'0' * 99}1",
            f"{'9' * 100}e-100": f"0.{'9' * 100}",
        },
    ),
    "boolean": Examples(
        definition={"type": "boolean"},
        valid=["true", "false"],
        invalid=mistyped("0", "1", '"true"', '""', "null", "[]", "{}", "[true]"),
    ),
    "date": Examples(
        definition={"type": "date"},
        valid=texts(*DAYS),
        invalid={**NO_TEXT, **mistyped("2024", *texts(*NOT_A_DAY, *INSTANTS))},
    ),
    "datetime": Examples(
        definition={"type": "datetime"},
        valid=texts(*DAYS, *INSTANTS),
        invalid={**NO_TEXT, **mistyped("2024", *texts(*NOT_A_DAY, *NOT_AN_INSTANT))},
    ),
    "instant": Examples(
        definition={"type": "instant"},
        valid=texts(*INSTANTS),
        invalid={**NO_TEXT, **mistyped(*texts(*NOT_A_DAY, *NOT_AN_INSTANT, *DAYS))},
    ),
    "time": Examples(
        definition={"type": "time"},
        valid=texts(
            "13:30:00", "00:00:00", "23:59:59", "23:59:60", "13:30:00.125", "13:30:00.123456789"
        ),
        invalid={
            **NO_TEXT,
            **mistyped(
                *texts("", "13:30", "1:30:00", "24:00:00", "13:60:00", "13:30:61", "13:30:00Z")
            ),
            **mistyped(
                *texts("13:30:00+02:00", "T13:30:00", "13:30:00.", "13:30:00\n", "٠٠:٠٠:٠٠")
            ),
            **mistyped(*texts("2024-05-31", "2024-05-31T13:30:00Z", "133000")),
        },
    ),
    "period": Examples(
        definition={"type": "period"},
        valid=[
            "{}",
            '{"start":"2023-01-01"}',
            '{"end":"2024"}',
            '{"id":"a1","start":"2023-01-01","end":"2024"}',
            '{"start":"2024","end":"2024"}',
            '{"start":"2024-03-01","end":"2024"}',
            '{"start":"2024","end":"2024-03-01"}',
            '{"start":"2024-05-31","end":"2024-05-31T00:00:00Z"}',
            '{"start":"2024-05-31T23:00:00Z","end":"2024-05-31"}',
            '{"start":"2024-05-31T13:30:00+02:00","end":"2024-05-31T11:30:00Z"}',
            '{"start":"2024-06-01T00:30:00+02:00","end":"2024-05-31T23:00:00Z"}',
            '{"start":"2024-05-31T20:30:00-05:00","end":"2024-06-01T01:30:00Z"}',
            '{"start":"2016-12-31T23:59:60.5Z","end":"2017-01-01T00:00:00Z"}',
            '{"start":"0001-01-01T00:00:00+14:00","end":"9999-12-31T23:59:59-13:00"}',
        ],
        invalid={
            **NO_OBJECT,
            '{"start":"2024","end":"2023"}': [("", "order")],
            '{"start":"2024-02","end":"2024-01-31"}': [("", "order")],
            '{"start":"2024-06-01","end":"2024-05-31T23:00:00-05:00"}': [("", "order")],
            '{"start":"2024-05-31T11:30:00.001Z","end":"2024-05-31T13:30:00+02:00"}': [
                ("", "order")
            ],
            '{"start":"2024-05-31T20:30:01-05:00","end":"2024-06-01T01:30:00Z"}': [("", "order")],
            '{"start":"2017-01-01T00:00:00Z","end":"2016-12-31T23:59:60.5Z"}': [("", "order")],
            '{"start":"2024-02-30","end":"2023"}': [("/start", "type")],
            '{"start":1,"end":"24"}': [("/end", "type"), ("/start", "type")],
            '{"from":"2024","id":""}': [("/from", "unknown"), ("/id", "type")],
        },
    ),
    "address": Examples(
        definition={"type": "address"},
        valid=[
            "{}",
            '{"id":"a1","use":"home","type":"both","text":"","line":["1 Main Street",""]'
            ',"city":"Toronto","district":"d","state":"ON","postalCode":"M5V","country":"CA"'
            ',"period":{"start":"2024"}}',
            '{"use":"work","type":"postal","line":[]}',
            '{"use":"temp","type":"physical"}',
            '{"use":"old"}',
        ],
        invalid={
            **NO_OBJECT,
            '{"use":"billing","type":"Postal"}': [("/type", "enum"), ("/use", "enum")],
            '{"use":"","city":1}': [("/city", "type"), ("/use", "type")],
            '{"line":"1 Main Street","street":"x"}': [("/line", "type"), ("/street", "unknown")],
            '{"line":["a",1,null]}': [("/line/1", "type"), ("/line/2", "type")],
            '{"period":{"start":"2024","end":"2023","id":" "}}': [
                ("/period", "order"),
                ("/period/id", "type"),
            ],
        },
    ),
    "humanname": Examples(
        definition={"type": "humanname"},
        valid=[
            "{}",
            '{"id":"a1","use":"official","text":"Ada Okafor","family":"Okafor","given":["Ada","M."]'
            ',"prefix":["Dr."],"suffix":[],"period":{}}',
            *members("use", "usual", "temp", "nickname", "anonymous", "old", "maiden"),
        ],
        invalid={
            **NO_OBJECT,
            '{"use":"home"}': [("/use", "enum")],
            '{"given":"Ada","prefix":[1],"suffix":{}}': [
                ("/given", "type"),
                ("/prefix/0", "type"),
                ("/suffix", "type"),
            ],
            '{"family":["Okafor"],"first":"Ada"}': [("/family", "type"), ("/first", "unknown")],
        },
    ),
    "contactpoint": Examples(
        definition={"type": "contactpoint"},
        valid=[
            "{}",
            '{"id":"a1","system":"phone","value":"+1 416 555 0100","use":"work","rank":1'
            ',"period":{}}',
            '{"rank":1.0}',
            *members("system", "fax", "email", "pager", "url", "sms", "other"),
            *members("use", "home", "temp", "old", "mobile"),
        ],
        invalid={
            **NO_OBJECT,
            '{"rank":0}': [("/rank", "min")],
            '{"rank":-1,"system":"Phone","use":"usual"}': [
                ("/rank", "min"),
                ("/system", "enum"),
                ("/use", "enum"),
            ],
            '{"rank":1.5,"value":4165550100}': [("/rank", "type"), ("/value", "type")],
            '{"phone":"1"}': [("/phone", "unknown")],
        },
    ),
    "identifier": Examples(
        definition={"type": "identifier"},
        valid=[
            "{}",
            '{"id":"a1","system":"http://hl7.org/fhir/sid/us-npi","value":"9941339100","use":"official"}',
            '{"system":"urn:oid:1.2","value":"","period":{"end":"2024"}}',
            *members("use", "usual", "temp", "secondary", "old"),
        ],
        invalid={
            **NO_OBJECT,
            '{"system":"","value":1}': [("/system", "type"), ("/value", "type")],
            '{"system":"a b","use":"maiden"}': [("/system", "type"), ("/use", "enum")],
            '{"type":"npi","period":"2024"}': [("/period", "type"), ("/type", "unknown")],
        },
    ),
    "coding": Examples(
        definition={"type": "coding"},
        valid=[
            "{}",
            '{"id":"a1","system":"urn:ietf:bcp:47","version":"2","code":"fr CA","display":"French"'
            ',"userSelected":false}',
        ],
        invalid={
            **NO_OBJECT,
            '{"code":" fr","userSelected":"true"}': [("/code", "type"), ("/userSelected", "type")],
            '{"system":" ","version":2,"display":null,"text":"x"}': [
                ("/display", "type"),
                ("/system", "type"),
                ("/text", "unknown"),
                ("/version", "type"),
            ],
        },
    ),
    "geopoint": Examples(
        definition={"type": "geopoint"},
        valid=[
            '{"longitude":-79.4,"latitude":43.70}',
            '{"longitude":180,"latitude":90.0,"id":"a1"}',
            '{"longitude":-180.0,"latitude":-90}',
            '{"longitude":0,"latitude":0}',
            '{"longitude":1e1,"latitude":-0.0}',
        ],
        invalid={
            **NO_OBJECT,
            "{}": [("/latitude", "required"), ("/longitude", "required")],
            '{"longitude":1}': [("/latitude", "required")],
            '{"longitude":180.0000000000000000000000001,"latitude":-91}': [
                ("/latitude", "min"),
                ("/longitude", "max"),
            ],
            '{"longitude":-180.1,"latitude":90.1}': [("/latitude", "max"), ("/longitude", "min")],
            '{"longitude":"1","latitude":true,"altitude":1}': [
                ("/altitude", "unknown"),
                ("/latitude", "type"),
                ("/longitude", "type"),
            ],
        },
        canonical={'{"longitude":1e1,"latitude":-0.0}': '{"longitude":10,"latitude":0.0}'},
    ),
    "attachment": Examples(
        definition={"type": "attachment"},
        valid=[
            "{}",
            '{"id":"a1","contentType":"application/pdf","language":"en-CA","data":"SGVsbG8="'
            ',"url":"https://example.org/a.pdf","size":0,"hash":"AAAAAA==","title":"","creation":"2024-05"}',
            '{"data":"","hash":"ab+/"}',
            '{"size":9223372036854775807,"creation":"2024-05-31T13:30:00Z"}',
        ],
        invalid={
            **NO_OBJECT,
            '{"size":-1}': [("/size", "min")],
            '{"size":1.5,"contentType":""}': [("/contentType", "type"), ("/size", "type")],
            '{"data":"SGVsbG8","hash":"SG Vs"}': [("/data", "type"), ("/hash", "type")],
            '{"data":"SGVsbG8=\\n","hash":"===="}': [("/data", "type"), ("/hash", "type")],
            '{"data":"_-_-","url":"urn:uuid:1"}': [("/data", "type"), ("/url", "type")],
            '{"creation":"2024-02-30","language":"en  CA","name":"a"}': [
                ("/creation", "type"),
                ("/language", "type"),
                ("/name", "unknown"),
            ],
        },
    ),
    "reference": Examples(
        definition={"type": "reference"},
        valid=[
            '{"type":"office","id":"south-west"}',
            '{"type":"-","id":"-"}',
            f'{{"type":"{"p" * 62}","id":"{"i" * 93}"}}',
        ],
        invalid={
            **NO_OBJECT,
            "{}": [("/id", "required"), ("/type", "required")],
            '{"type":"office"}': [("/id", "required")],
            '{"type":"of fice","id":"_a"}': [("/id", "pattern"), ("/type", "pattern")],
            '{"type":"office\\n","id":"a\\n"}': [("/id", "pattern"), ("/type", "pattern")],
            '{"type":"","id":""}': [("/id", "pattern"), ("/type", "pattern")],
            '{"type":"é","id":"a/b"}': [("/id", "pattern"), ("/type", "pattern")],
            f'{{"type":"{"p" * 63}","id":"{"i" * 94}"}}': [
                ("/id", "pattern"),
                ("/type", "pattern"),
            ],
            '{"type":1,"id":null,"display":"x"}': [
                ("/display", "unknown"),
                ("/id", "type"),
                ("/type", "type"),
            ],
        },
    ),
    "array": Examples(
        definition={"type": "array", "items": {"type": "array", "items": {"type": "decimal"}}},
        valid=["[]", "[[]]", "[[1,2],[],[3]]", "[[2,1,1]]", "[[1.10,1e3]]"],
        invalid={
            **mistyped('"a"', '""', "1", "true", "null", "{}", '{"0":[]}'),
            "[1]": [("/0", "type")],
            "[null]": [("/0", "type")],
            "[[1],[2,null]]": [("/1/1", "type")],
            f'[[{",".join(["0"] * 10)},"10"],2]': [("/0/10", "type"), ("/1", "type")],
        },
        canonical={"[[1.10,1e3]]": "[[1.10,1000]]"},
    ),
    "object": Examples(
        definition={
            "type": "object",
            "properties": {
                "opens": {"type": "time", "rules": [{"required": True}]},
                "rooms": {"type": "object", "properties": {"count": {"type": "integer"}}},
            },
        },
        valid=[
            '{"opens":"09:00:00"}',
            '{"opens":"09:00:00","rooms":{}}',
            '{"rooms":{"count":3},"opens":"09:00:00"}',
        ],
        invalid={
            **NO_OBJECT,
            "{}": [("/opens", "required")],
            '{"rooms":{"count":"3","size":1}}': [
                ("/opens", "required"),
                ("/rooms/count", "type"),
                ("/rooms/size", "unknown"),
            ],
            '{"opens":"9","closes":"17:00:00"}': [("/closes", "unknown"), ("/opens", "type")],
            '{"opens":"09:00:00","id":"a1","a/b~c":1}': [
                ("/a~1b~0c", "unknown"),
                ("/id", "unknown"),
            ],
        },
    ),
}

VALID = [(type, text) for type, examples in TABLE.items() for text in examples.valid]
INVALID = [
    (type, text, broken)
    for type, examples in TABLE.items()
    for text, broken in examples.invalid.items()
]
