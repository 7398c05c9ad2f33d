import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.prepare.scans.kind import masked
from tests.core.prepare.scans.scanning import chat, found, hits

CHANCE = "q7Rk2ZpX9vLm4TdW8sYc1NbH6gJf3KaE5uQiV0xOzPrSwMyBtCnDhGlAejIoUFqXk7Rk2ZpX9vLm4TdW8sYc1N"
"""86 characters that look random, put together here so that no scanner of this repository takes them for a secret."""

UPPER = "".join(letter for letter in CHANCE.upper() if letter in string.ascii_uppercase + string.digits)
HEX = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"

SECRETS = [
    ("AKIA" + UPPER[:16], "an AWS access key"),
    ("ghp_" + CHANCE[:36], "a GitHub token"),
    ("github_pat_" + CHANCE[:82], "a GitHub token"),
    ("glpat-" + CHANCE[:20], "a GitLab token"),
    ("xoxb-123987456-" + CHANCE[:24], "a Slack token"),
    ("AIza" + CHANCE[:35], "a Google API key"),
    ("sk-" + CHANCE[:20] + "T3BlbkFJ" + CHANCE[20:40], "an OpenAI key"),
    ("sk-ant-" + CHANCE[:60], "an Anthropic key"),
    ("sk_live_" + CHANCE[:24], "a Stripe key"),
    ("npm_" + CHANCE[:36], "an npm token"),
    ("SG." + CHANCE[:22] + "." + CHANCE[22:65], "a SendGrid key"),
    ("eyJ" + CHANCE[:30] + ".eyJ" + CHANCE[10:40] + "." + CHANCE[:43], "a JSON web token"),
    (CHANCE[:3] + "8Q~" + CHANCE[:34], "an Azure client secret"),
    (CHANCE[:52] + "JQQJ99" + CHANCE[:26], "an Azure AI key"),
    ("-----BEGIN RSA PRIVATE KEY-----\n" + CHANCE[:64], "a private key"),
    ("AccountName=x;AccountKey=" + CHANCE[:86] + "==;", "an Azure storage key"),
    ("SharedAccessKeyName=x;SharedAccessKey=" + CHANCE[:43] + "=", "an Azure access key"),
    ("https://x.blob.core.windows.net/y?sv=2024-01-01&sig=" + CHANCE[:43] + "%3D", "a shared access signature"),
    ("https://hooks.slack.com/services/T" + UPPER[:9] + "/B" + UPPER[9:18] + "/" + CHANCE[:24], "a webhook address"),
    ("postgres://jane:" + CHANCE[:12] + "@db.gardentools.co:5432/x", "a password in an address"),
    (f"Server=tcp:x,1433;Database=y;User ID=z;Password={CHANCE[:14]};", "a password in a connection string"),
    ("Authorization: Bearer " + CHANCE[:40], "a bearer token"),
    ('api_key = "' + CHANCE[:32] + '"', "a key in code"),
    ('{"client_secret": "' + CHANCE[:32] + '"}', "a key in code"),
    ("AZURE_OPENAI_KEY='" + HEX + "'", "a key in code"),
]
NO_SECRETS = [
    "AKIAIOSFODNN7EXAMPLE",
    "AKIA" + "A" * 16,
    "ghp_" + "x" * 36,
    "sk-your-key-here",
    "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    "AccountKey=<your key>;",
    "https://x.blob.core.windows.net/y?sv=1&sig=<signature>",
    "https://user:password@gardentools.co, ftp://username:password@ftp.example.com/",
    "postgres://jane:${DB_PASSWORD}@db/x, http://a:b@c",
    "Server=x;User ID=y;Password=your_password;",
    "Authorization: Bearer <token>, Bearer YOUR_ACCESS_TOKEN_GOES_HERE_PLEASE",
    'api_key = "YOUR_API_KEY_GOES_IN_HERE_PLEASE"',
    'api_key = os.environ["OPENAI_API_KEY"]',
    'token_type = "this-is-just-a-longer-name"',
    "sha256: " + HEX * 2,
    "commit " + HEX,
]


@pytest.mark.parametrize(("text", "kind"), SECRETS)
def test_secrets_are_found_by_their_shape(text: str, kind: str) -> None:
    assert found(f"It is {text}") == {kind}


@pytest.mark.parametrize("text", NO_SECRETS)
def test_what_stands_in_a_secrets_place_is_left_alone(text: str) -> None:
    assert found(text) == set()


@pytest.mark.parametrize(("text", "kind"), SECRETS)
def test_a_masked_secret_shows_two_characters_at_most(text: str, kind: str) -> None:
    (hit,) = hits(chat(f"It is {text}"))
    shown = hit.masked.split("***")
    assert hit.kind.name == kind
    assert [len(part) for part in shown] == [1, 1]


@given(st.text(min_size=1))
def test_no_mask_shows_the_middle(value: str) -> None:
    middle = value[1:-1]
    assert masked(value) in {"***", f"{value[0]}***{value[-1]}"}
    assert len(middle) >= 6 or masked(value) == "***"


def test_an_image_is_no_text() -> None:
    assert found("data:image/png;base64," + "AKIA" + UPPER[:16]) == set()
