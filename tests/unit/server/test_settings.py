"""What a server is told when it starts."""

from pathlib import Path

import pytest

from afterword.errors import SetupError
from afterword.server.settings import Settings


def test_defaults_listen_to_this_machine_only():
    """Nothing is told: nobody else can reach it."""
    settings = Settings.read({})

    assert (settings.host, settings.port) == ("127.0.0.1", 8484)
    assert settings.data_dir == Path("afterword-data")
    assert settings.history_dir == Path("afterword-data/history")


def test_what_is_told_goes_before_the_environment():
    """None and an empty variable count as not told."""
    environment = {"AFTERWORD_DATA": "/srv/a", "AFTERWORD_PORT": "9000", "AFTERWORD_HOST": ""}
    settings = Settings.read(environment, port=0, data_dir=None)

    assert settings == Settings(data_dir=Path("/srv/a"), port=0)


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"AFTERWORD_PORT": "many"}, "AFTERWORD_PORT"),
        ({"AFTERWORD_PORT": "70000"}, "AFTERWORD_PORT"),
        ({"AFTERWORD_LOG_LEVEL": "loud"}, "AFTERWORD_LOG_LEVEL"),
    ],
)
def test_an_impossible_value_names_its_variable(environment, name):
    """The error says what to correct."""
    with pytest.raises(SetupError, match=name):
        Settings.read(environment)


def test_secrets_are_not_written_into_logs():
    """Neither the password nor a database's address, which may hold one."""
    told = {"password": "open sesame", "database_url": "sqlite:///secret.db"}
    settings = Settings.read({}, **told)

    assert "sesame" not in f"{settings} {settings!r}"
    assert "secret" not in f"{settings} {settings!r}"
    assert "port=8484" in repr(settings)
    assert "password=None" in repr(Settings())


@pytest.mark.parametrize(
    ("public_url", "prefix"),
    [
        (None, ""),
        ("https://rate.example", ""),
        ("https://rate.example/", ""),
        ("https://example.com/rate/", "/rate"),
        ("https://example.com/%C3%BC/rate", "/ü/rate"),
    ],
)
def test_the_path_of_the_public_address_is_the_prefix(public_url, prefix):
    """Decoded, without a slash at its end."""
    assert Settings(public_url=public_url).prefix == prefix
