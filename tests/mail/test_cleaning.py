"""HTML from outside: nothing in it acts, nothing is fetched until asked, and what it says can be read."""

import re

import pytest

from counterbell.mail.cleaning import clean
from counterbell.mail.plain import plain_text
from counterbell.mail.quotes import new_part

_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


def test_a_link_opens_elsewhere_and_tells_nobody() -> None:
    html = clean('<a href="https://shop.example/?a=1&b=2">x</a>').html
    assert dict(_ATTRIBUTE.findall(html)) == {
        "href": "https://shop.example/?a=1&amp;b=2",
        "rel": "noopener noreferrer nofollow",
        "target": "_blank",
    }


def test_remote_pictures_wait_until_somebody_asks() -> None:
    html = '<img src="https://x.example/1.gif" alt="A lamp"><img src="http://x.example/2.gif">'
    assert clean(html).blocked_pictures == 2
    assert "x.example" not in clean(html).html
    assert "A lamp" in clean(html).html
    shown = clean(html, remote_pictures=True)
    assert re.findall('src="([^"]*)"', shown.html) == ["https://x.example/1.gif", "https://x.example/2.gif"]
    assert shown.blocked_pictures == 0


def test_pictures_of_the_mail_are_shown_from_where_we_keep_them() -> None:
    html = '<img src="cid:logo@x"><img src="cid:unknown">'
    cleaned = clean(html, picture={"logo@x": "/pictures/7"}.get)
    assert 'src="/pictures/7"' in cleaned.html
    assert "cid:" not in cleaned.html


def test_html_that_nobody_would_write_is_shown_as_text() -> None:
    assert clean("<b>" * 50_000 + "<img src=x onerror=alert(1)>hello").html.endswith("hello</pre>")


def test_html_is_read_as_text_with_its_lists_links_and_quotes() -> None:
    html = """<div style="display:none">preheader</div><p>Hello&nbsp;Ann,</p><ul><li>one</li><li>two</li></ul>
        see <a href="https://x.example/a">this</a> or <a href="https://x.example/b">https://x.example/b</a><br>
        <blockquote><p>quoted</p></blockquote><table><tr><td>a</td><td>b</td></tr></table><pre>x
  y</pre>"""
    assert plain_text(html) == (
        "Hello Ann,\n\n- one\n- two\n\nsee this <https://x.example/a> or https://x.example/b\n\n"
        "> quoted\n\na b\n\nx\n  y"
    )


GMAIL = """<div dir="ltr">Thanks!</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Jan 5,
2026 at 10:00 AM Ann &lt;<a href="mailto:ann@shop.example">ann@shop.example</a>&gt; wrote:<br></div><blockquote
class="gmail_quote" style="margin:0"><div>Did it come?</div></blockquote></div>"""
OUTLOOK = """<div><p class=MsoNormal>Thanks!</p><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt'>
<p><b>From:</b> Ann &lt;ann@shop.example&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Kim<br><b>Subject:</b> x</p></div>
<p>Did it come?</p></div>"""
OUTLOOK_WEB = """<div>Thanks!</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Ann
&lt;a@x.example&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Kim<br><b>Subject:</b> x</div><div>Did it come?</div>"""
APPLE = """<html><body>Thanks!<br><div dir="ltr"><blockquote type="cite">On 5 Jan 2026, at 10:00, Ann
&lt;a@x.example&gt;
wrote:<br><br></blockquote></div><blockquote type="cite"><div>Did it come?</div></blockquote></body></html>"""
YAHOO = """<div>Thanks!</div><div id="yahoo_quoted_123" class="yahoo_quoted"><div>On Monday, January 5, 2026, Ann
&lt;a@x.example&gt; wrote:</div><div>Did it come?</div></div>"""


@pytest.mark.parametrize("html", [GMAIL, OUTLOOK, OUTLOOK_WEB, APPLE, YAHOO])
def test_the_quotes_of_html_mail_are_known_by_their_text(html: str) -> None:
    assert new_part(plain_text(html)) == "Thanks!"
