"""Behind a real nginx, with the files that are shipped: at a name of its own, below a prefix."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from afterword.server.serve import running
from afterword.server.settings import Settings
from crawling import crawl
from page_harness import SOON, page
from server_harness import Caller, make_key, problem, said, serving

SHIPPED = Path(__file__).parents[3] / "deploy" / "nginx"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/bin")
PASSWORD = "open sesame"  # noqa: S105  # of tests
CONVERSATION = "team/7 😀"
SILENCE_SECONDS = 1  # that nginx bears; a fifth is the heartbeat's

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")

_MAIN = """\
daemon off;
USER
pid FOLDER/pid;
error_log FOLDER/error.log info;
events {}
http {
    access_log FOLDER/access.log;
    client_body_temp_path FOLDER/body;
    proxy_temp_path FOLDER/proxy;
    fastcgi_temp_path FOLDER/fastcgi;
    scgi_temp_path FOLDER/scgi;
    uwsgi_temp_path FOLDER/uwsgi;
    SITE
}
"""
_OTHER_SITE = """\
server {
    listen 443 ssl;
    server_name afterword.example.com;
    ssl_certificate /etc/letsencrypt/live/afterword.example.com/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/afterword.example.com/privkey.pem;
    include snippets/afterword-prefix.conf;
}
"""
_STREAM = re.compile(r"(location = \S*/v1/asks {[^}]* snippets/)afterword-proxy")
# What is at a name of its own, and what is below a prefix of another site.
SITES = {"name": ("include afterword.conf;", ""), "prefix": (_OTHER_SITE, "/afterword")}


def free_ports(n):
    """Give ports that nobody listens on."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def write(folder, site, upstream):
    """Write the shipped files with the ports and places of a test; give the plain and TLS port."""
    plain, tls = free_ports(2)
    here = {
        "SITE": site,
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443": f"listen 127.0.0.1:{tls}",
        "/etc/letsencrypt/live/afterword.example.com": str(folder),
        "/var/log/nginx": str(folder),
        "127.0.0.1:8484;": f"{upstream};",
        # Folders of tests are closed to the user that nginx would become.
        "USER": "user root;" if os.geteuid() == 0 else "",
        "FOLDER": str(folder),
    }
    shipped = {path.name: path.read_text() for path in SHIPPED.iterdir()}
    impatient = shipped["afterword-proxy.conf"].replace("60s", f"{SILENCE_SECONDS}s")
    files = {"nginx.conf": _MAIN, "afterword.conf": shipped.pop("afterword.conf")}
    files |= {f"snippets/{name}": text for name, text in shipped.items()}
    files["snippets/impatient.conf"] = impatient
    (folder / "snippets").mkdir()
    for name, text in files.items():
        # With streams alone nginx has little patience: a page may take its time.
        written = _STREAM.sub(r"\1impatient", re.sub(r"listen \[::\].*\n", "", text))
        for shown, put in here.items():
            written = written.replace(shown, put)
        (folder / name).write_text(written)
    return plain, tls


def certify(folder):
    """Make a certificate for this machine; give it."""
    names = "subjectAltName=IP:127.0.0.1,DNS:afterword.example.com"
    key, made = folder / "privkey.pem", folder / "fullchain.pem"
    command = ("openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-subj", "/CN=test")
    files = ("-keyout", key, "-out", made, "-addext", names)
    subprocess.run([*command, *files], check=True, capture_output=True)  # noqa: S603  # our own
    return made


@contextmanager
def proxied(folder, site, url):
    """Run nginx in front of a server; give the addresses of its two ports, plain and TLS."""
    folder.mkdir()
    certify(folder)
    ports = write(folder, site, httpx.URL(url).netloc.decode())
    command = (NGINX, "-p", folder, "-c", folder / "nginx.conf")
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)  # noqa: S603  # our own
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603  # our own command
    try:
        wait(ports[1], process)
        yield f"http://127.0.0.1:{ports[0]}", f"https://127.0.0.1:{ports[1]}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def wait(port, process):
    """Wait until somebody listens on a port."""
    while True:
        assert process.poll() is None
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            continue


class Site:
    """A server behind nginx, with a caller of it and a browser."""

    def __init__(self, server, key, url, folder):
        """Take where they are."""
        self.root, self.local, self.folder = url, server.url, folder
        self.caller = Caller(url, key)
        self.caller.services = server.services
        self.browser = httpx.Client(headers={"Accept": "text/html"}, timeout=30)


@pytest.fixture(scope="module", params=SITES)
def site(request, tmp_path_factory):
    """A site as it is shipped."""
    folder = tmp_path_factory.mktemp(request.param)
    nginx, data = folder / "nginx", folder / "data"
    lines, prefix = SITES[request.param]
    _, key = make_key(data)
    public_url = f"https://afterword.example.com{prefix}"
    settings = Settings(data_dir=data, port=0, password=PASSWORD, public_url=public_url)
    with pytest.MonkeyPatch.context() as patch, running(settings) as server:
        server.services.streams.heartbeat_s = SOON
        with proxied(nginx, lines, server.url) as (_, url):
            patch.setenv("SSL_CERT_FILE", str(nginx / "fullchain.pem"))
            site = Site(server, key, f"{url}{prefix}", folder)
            yield site
            site.caller.http.close()
            site.browser.close()


def test_an_ask_arrives_at_once_and_the_stream_outlives_the_proxys_patience(site):
    """Nothing is held back: heartbeats come one by one, and then the ask."""
    with page(site.caller, site.folder / "data", "u-stream").listen() as stream:
        for _ in range(round(3 * SILENCE_SECONDS / SOON)):
            assert stream.block() == {"": "here"}
        asked = site.caller.thank("c-stream", user_id="u-stream")
        assert stream.ask() == asked
        assert stream.block() == {"": "here"}


def test_every_link_stays_in_its_place(site):
    """Pages, files, redirects and forms; an id with a slash; a cookie for HTTPS alone."""
    site.caller.chat(CONVERSATION)
    assert site.caller.rate(CONVERSATION, rating="negative", reason="no luck").status_code == 201
    asked, doors = crawl(site.browser, site.root, "", "sessions/x")
    told = {"password": PASSWORD, "to": "overview"}
    answer = site.browser.post(f"{site.root}/signin", data=told)
    found, forms = crawl(site.browser, site.root, "", "overview/")

    assert [*doors, *forms] == ["signin", "signout"]
    assert {*asked.values(), *found.values()} == {200, 303}
    assert "sessions/team%2F7%20%F0%9F%98%80~1" in found
    assert answer.headers["set-cookie"].endswith("; Secure")
    session = site.caller.session(f"{CONVERSATION}~1")["session"]
    assert session["rating"]["rating"] == "negative"


@pytest.mark.parametrize("n_bytes", [1_048_576 + 1, 3_000_000])
@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "chunked"])
def test_the_limit_of_a_body_is_ours(site, n_bytes, is_whole):
    """The proxy has none; the answer is a problem, and the connection goes on."""
    body = b" " * n_bytes
    answer = site.caller.http.post("/v1/events", content=body if is_whole else iter([body]))

    problem(answer, 413, "body_too_large")
    assert site.caller.send(said("c-after", "user"))["accepted"] == 1


def test_a_body_as_large_as_may_be_is_taken(site):
    """Up to our limit the proxy is in nobody's way."""
    events = json.dumps({"events": [said("c-large", "user", "x" * 90_000)] * 11}).encode()
    assert 990_000 < len(events) < 1_048_576
    answer = site.caller.http.post("/v1/events", content=events)

    assert (answer.status_code, answer.json()["accepted"]) == (202, 11)


def test_who_comes_through_a_proxy_is_never_local(site):
    """Whatever they claim: counters are for the machine itself, and the demo too."""
    claims = {"X-Forwarded-For": "127.0.0.1", "Host": "localhost"}
    signed_out = httpx.get(f"{site.root}/overview", headers=claims)
    metrics = httpx.get(f"{site.root}/metrics", headers=claims)

    assert httpx.get(f"{site.local}/metrics").status_code == 200
    assert (signed_out.status_code, signed_out.headers["location"]) == (303, "signin?to=overview")
    assert metrics.status_code == 404


@pytest.mark.parametrize("name", SITES)
def test_no_log_of_nginx_holds_a_key_or_a_token(name, tmp_path, monkeypatch):
    """Not of a stream that was open, not of one whose server was killed."""
    lines, prefix = SITES[name]
    with (
        serving(tmp_path, AFTERWORD_PUBLIC_URL=f"https://example.com{prefix}") as (
            process,
            direct,
        ),
        proxied(tmp_path / "nginx", lines, str(direct.http.base_url)) as (_, url),
    ):
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nginx" / "fullchain.pem"))
        visitor = page(Caller(f"{url}{prefix}", direct.key), tmp_path)
        with visitor.listen() as stream:
            direct.thank("c-1", user_id="u-7")
            assert stream.ask()["conversation_id"] == "c-1"
            process.kill()
            with pytest.raises(httpx.RemoteProtocolError):
                stream.event()
        assert httpx.get(f"{url}{prefix}/healthz").status_code == 502
    logs = {path.name: path.read_text() for path in (tmp_path / "nginx").glob("*.log")}

    assert "/healthz" in logs["error.log"]
    assert any(
        "/healthz" in log and "502" in log for name, log in logs.items() if name != "error.log"
    )
    assert [name for name, log in logs.items() if visitor.key in log or visitor.token in log] == []


def test_plain_http_is_led_to_https(tmp_path):
    """With the whole address, as it was asked for."""
    with proxied(tmp_path / "nginx", SITES["name"][0], "http://127.0.0.1:9") as (plain, _):
        answer = httpx.get(f"{plain}/sessions/a%2Fb?project=p")

    assert answer.headers["location"] == "https://127.0.0.1/sessions/a%2Fb?project=p"
