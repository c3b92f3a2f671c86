"""A reader who follows every link: none may lead out of the place where the app is mounted."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urldefrag

_NAMES = frozenset({"href", "src", "action", "xlink:href", "formaction", "poster", "server"})
_STYLE = re.compile(r"url\(['\"]?([^)'\"]+)")


class _Page(HTMLParser):
    """What a page names: what it links to, and where its forms are sent."""

    def __init__(self, text):
        super().__init__()
        self.places, self.forms = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Collect the addresses of one element."""
        told = dict(attrs)
        for name, place in attrs:
            is_name = name in _NAMES or name.startswith("hx-")
            if not is_name or place.startswith(("data:", "#")):
                continue
            if tag == "form" and told.get("method") == "post":
                self.forms.append(place)
            else:
                self.places.append(place)


def crawl(browser, root, *starts):
    """Follow every link, file, redirect and form from some places on; give what was answered.

    Args:
        browser: An ``httpx.Client`` that does not follow by itself.
        root: Where the app is mounted, with no slash at its end.
        *starts: Relative to the root.

    Returns:
        Status by place; of a form its methods by place.
    """
    waiting = [browser.build_request("GET", f"{root}/{start}").url for start in starts]
    found, forms = {}, {}
    while waiting:
        url = waiting.pop()
        place = _below(url, root)
        if place in found:
            continue
        answer = browser.get(url)
        found[place] = answer.status_code
        pages = [answer.headers["location"]] if answer.is_redirect else _named(answer)
        waiting += [url.join(urldefrag(one).url) for one in pages]
        for one in _forms(answer):
            methods = browser.options(url.join(one)).headers["allow"]
            forms[_below(url.join(one), root)] = methods
    return found, forms


def _below(url, root):
    assert str(url).startswith(f"{root}/"), f"{url} lies outside of {root}"
    return str(url).removeprefix(f"{root}/")


def _named(answer):
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind in ("text/html", "image/svg+xml"):
        return _Page(answer.text).places
    if kind == "text/css":
        return _STYLE.findall(answer.text)
    return []


def _forms(answer):
    return (
        _Page(answer.text).forms if "text/html" in answer.headers.get("content-type", "") else []
    )
