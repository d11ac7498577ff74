"""Lists of GitHub's that go on: where the Link header leads, within this API alone."""

from __future__ import annotations

from urllib.parse import urlsplit

from laurels.adapters.github.client.outcomes import BadAnswer


def next_page(link: str, api_url: str) -> str | None:
    """Return the address of the next page; raises BadAnswer where it is another host's."""
    for part in link.split(","):
        target, _, parameters = part.partition(";")
        if 'rel="next"' not in parameters.replace(" ", "").replace("'", '"'):
            continue
        url = target.strip().removeprefix("<").removesuffix(">")
        if urlsplit(url)[:2] != urlsplit(api_url)[:2]:
            raise BadAnswer("GitHub's list leads to another host")
        return url
    return None
