"""What tests of notify are given."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from intake_cast import House
from notify_cast import Receiver


@pytest.fixture
def house(tmp_path):
    """An empty journal with its intake."""
    opened = House(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def receiver():
    """A receiver of what channels are told."""
    opened = Receiver()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for hooks.example and this machine, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not here to make a certificate")
    folder = tmp_path_factory.mktemp("certificate")
    names = "subjectAltName=DNS:hooks.example,DNS:localhost,IP:127.0.0.1"
    made = ["-keyout", folder / "key.pem", "-out", folder / "certificate.pem"]
    subprocess.run(  # noqa: S603  # a fixed command
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=hooks.example", "-addext", names, *made),
        ],
        check=True,
        capture_output=True,
    )
    return folder / "certificate.pem", folder / "key.pem"


@pytest.fixture
def secure(certificate, monkeypatch):
    """A receiver behind TLS whose certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    opened = Receiver(certificate)
    yield opened
    opened.close()
