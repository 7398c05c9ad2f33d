import pytest

from tests.core.prepare.scans.scanning import chat, found, hits

EMAIL, PHONE, HOST = "e-mail address", "phone number", "internet address"

SOMEONES = [
    ("Write to jane.roe@gardentools.co.uk.", EMAIL),
    ("邮箱jane_roe@163.com。", EMAIL),
    ("mail:\nroe+news@mail.gardentools.de", EMAIL),
    ("Ring +49 30 901820 today", PHONE),
    ("Ring +44 (0)20 7946 0018", PHONE),
    ("+1 212-736-5000", PHONE),
    ("call (212) 736-5000", PHONE),
    ("call 212-736-5000 or 212.736.5001", PHONE),
    ("T\u00e9l. 01 44 58 10 21", PHONE),
    ("my number: 07912 345 678", PHONE),
    ("電話番号: 03-3581-0101", PHONE),
    ("请拨打13912345678联系我", PHONE),
    ("Phone: 0711 9876543", PHONE),
    ("The server is 93.184.215.14.", HOST),
]
NOBODYS = [
    "jane@example.com, a@b.example, x@localhost.test",
    "\n@app.route('/')\n@pytest.mark.parametrize",
    "logo@2x.png; git@v2",
    "ftp://user:secret@ftp.gardentools.co/",
    "me@home",
    "(212) 555-0123 in a film",
    "1-800-736-5000 is free",
    "Order 2127365000 of 2026-03-14, 14.03.2026",
    "123-456-7890",
    "x+4930901820 = 5, 821091117+4908374100427",
    "472547338\n+960397912423686\n------",
    "01 02 03 04 05",
    "3600000000000 + 62426244000",
    "UUID 6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "13912345678 apples",
    "Phone: 2026-03-14",
    "iPhone 15 and Mobile 3",
    "version 1.2.3.4, v10.0.19041.1",
    "192.168.1.1, 10.0.0.1, 127.0.0.1, 8.8.8.8, 93.184.216.0/24, 999.1.1.1, 1.2.3.4.5",
    "the hotel: 0711 9876543",
    "Latitude 37.3362725, -121.8244116",
]


@pytest.mark.parametrize(("text", "kind"), SOMEONES)
def test_ways_to_reach_a_person_are_found(text: str, kind: str) -> None:
    assert found(text) == {kind}


@pytest.mark.parametrize("text", NOBODYS)
def test_what_reaches_nobody_is_left_alone(text: str) -> None:
    assert found(text) == set()


def test_addresses_are_masked_but_for_what_tells_them_apart() -> None:
    (hit,) = hits(chat("Write to jane.roe@gardentools.co.uk, or to john@gardentools.co.uk"))
    assert (hit.masked, hit.count) == ("j***@g***.uk", 2)


def test_a_number_is_masked_without_what_names_it() -> None:
    (hit,) = hits(chat("Phone: 0711 9876543"))
    assert hit.masked == "0***3"
