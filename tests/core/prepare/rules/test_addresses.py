import pytest

from shared.core.prepare.rules.addresses import judge

INSIDE = "leads to a host inside a network"
NO_HOST = "has no valid host"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a.png",
        "https://example.com:8443/a.png?x=1#y",
        "https://EXAMPLE.com./a.png",
        "https://bücher.example/a.png",
        "https://8.8.8.8/a.png",
        "https://[2606:4700:4700::1111]/a.png",
        "https://localhost.example.com/a.png",
        "https://example.com/@localhost/a.png",
        "https://internal.com",
    ],
)
def test_an_address_that_everybody_can_reach_is_fine(url: str) -> None:
    assert judge(url).complaint == ""


@pytest.mark.parametrize(
    ("host", "complaint"),
    [
        ("localhost", INSIDE),
        ("LOCALHOST:8080", INSIDE),
        ("localhost.", INSIDE),
        ("app.localhost", INSIDE),
        ("intranet", INSIDE),
        ("files.corp.internal", INSIDE),
        ("metadata.google.internal", INSIDE),
        ("printer.local", INSIDE),
        ("router.home.arpa", INSIDE),
        ("127.0.0.1", INSIDE),
        ("10.1.2.3", INSIDE),
        ("172.16.0.1", INSIDE),
        ("192.168.0.7", INSIDE),
        ("169.254.169.254", INSIDE),
        ("100.64.0.1", INSIDE),
        ("224.0.0.1", INSIDE),
        ("0.0.0.0", INSIDE),
        ("127.1", INSIDE),
        ("2130706433", INSIDE),
        ("0x7f000001", INSIDE),
        ("0x7f.0.0.1", INSIDE),
        ("0177.0.0.1", INSIDE),
        ("0xa9fea9fe", INSIDE),
        ("127.0.0.1.", INSIDE),
        ("１２７.0.0.1", INSIDE),  # noqa: RUF001 - wide digits, as browsers read them
        ("[::1]", INSIDE),
        ("[::]", INSIDE),
        ("[fe80::1]", INSIDE),
        ("[fd00::1]", INSIDE),
        ("[::ffff:127.0.0.1]", INSIDE),
        ("[::ffff:7f00:1]", INSIDE),
        ("[64:ff9b::7f00:1]", INSIDE),
        ("[2002:7f00:1::]", INSIDE),
        ("", NO_HOST),
        ("1.2.3.4.5", NO_HOST),
        ("1.2.3.256", NO_HOST),
        ("256.1.1.1", NO_HOST),
        ("08.1.1.1", NO_HOST),
        ("[::1", NO_HOST),
        ("[127.0.0.1]", NO_HOST),
        ("exa mple.com", NO_HOST),
        ("example.com%2e", NO_HOST),
        ("example.com:port", NO_HOST),
        ("ada@example.com", "carries a user name or a password"),
        ("example.com:x@127.0.0.1", "carries a user name or a password"),
    ],
)
def test_an_address_that_leads_elsewhere_is_not(host: str, complaint: str) -> None:
    assert judge(f"https://{host}/a.png").complaint == complaint


def test_a_backslash_ends_the_host_as_it_does_in_browsers() -> None:
    assert judge("https://127.0.0.1\\example.com/a.png").complaint == INSIDE


@pytest.mark.parametrize(
    ("query", "expires"),
    [
        ("?sv=2024-11-04&se=2026-03-01T00%3A00%3A00Z&sr=b&sig=x", "2026-03-01"),
        ("?se=2026-03-01&sig=x", "2026-03-01"),
        ("?se=2026%2D03%2D01&sig=x", "2026-03-01"),
        ("?use=2026-03-01", ""),
        ("?se=soon", ""),
        ("", ""),
    ],
)
def test_the_day_on_which_a_signature_expires_is_read(query: str, expires: str) -> None:
    assert judge(f"https://example.blob.core.windows.net/a.png{query}").expires == expires
