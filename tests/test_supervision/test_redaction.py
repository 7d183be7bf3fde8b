"""Secrets do not leave the driver process in text."""

from __future__ import annotations

from code_analysis_db.supervision.redaction import Redactor

CONFIG = {
    "type": "postgres",
    "config": {
        "host": "db.example",
        "password": "s3cret.word",
        "ssl": {"key_passphrase": "open sesame"},
        "port": 5432,
    },
}


def test_passwords_are_masked_wherever_they_stand() -> None:
    """Also nested ones, and with characters that a pattern would read otherwise."""
    redact = Redactor(CONFIG)
    assert redact("dsn: user:s3cret.word@db.example") == "dsn: user:***@db.example"
    assert redact("passphrase 'open sesame' wrong") == "passphrase '***' wrong"
    assert redact("s3cretxword") == "s3cretxword"


def test_the_endpoints_key_is_masked() -> None:
    """It is given beside the configuration."""
    assert Redactor({}, "00ffaa")("key=00ffaa") == "key=***"


def test_without_secrets_nothing_is_masked() -> None:
    """An empty password is none."""
    text = "driver 'sqlite' opened"
    assert Redactor({"password": "", "token": None})(text) == text


def test_a_secret_that_holds_another_is_masked_as_a_whole() -> None:
    """The longest one wins."""
    redact = Redactor({"password": "ab"}, "abcd")
    assert redact("abcd ab") == "*** ***"


def test_a_password_in_a_url_is_masked() -> None:
    """Even one that no option names."""
    text = "cannot reach postgresql://scott:tiger@db.example:5432/x"
    assert Redactor({})(text) == "cannot reach postgresql://scott:***@db.example:5432/x"
