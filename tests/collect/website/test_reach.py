from __future__ import annotations

import pytest

from scanner.collect.website.reach import leads_to_tls
from scanner.fetch.client import Reply


def reply(body: str, status: int = 200, url: str = "http://a.test/", **headers: str) -> Reply:
    given = {"content_type": "text/html"} | dict(headers)
    lines = tuple((name.replace("_", "-"), value) for name, value in given.items())
    return Reply(url, status, lines, body.encode(), cut=False, ip=None, hops=())


@pytest.mark.parametrize(
    ("answer", "leads"),
    [
        (reply("", url="https://a.test/"), True),
        (reply("<p>欢迎"), False),
        (reply("<p>欢迎", 403), None),
        (reply("<p>欢迎", 503), None),
        (reply(""), None),
        (reply("ok", content_type="text/plain"), None),
        (reply("<p>", refresh="0; url=https://a.test/"), None),
        (reply("<meta http-equiv='refresh' content='0;url=https://a.test/'>"), None),
        (reply("<script>location.protocol = 'https:'</script>"), None),
        (reply("<script>window.location.replace('https://a.test')</script>"), None),
        (reply("<script>location = 'https://a.test'</script>"), None),
    ],
)
def test_plain_http_stays_only_where_a_page_of_its_own_stands(
    answer: Reply, leads: bool | None
) -> None:
    assert leads_to_tls(answer) is leads
