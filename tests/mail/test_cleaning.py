"""HTML from outside: nothing in it acts, nothing is fetched until asked, and what it says can be read."""

import re

import pytest

from counterbell.mail.cleaning import clean
from counterbell.mail.plain import plain_text
from counterbell.mail.quoted_html import without_quotes
from counterbell.mail.quotes import new_part

TRICKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/xss.js></SCRIPT>",
    "<<SCRIPT>alert(1);//\\<</SCRIPT>",
    "<SCRIPT/XSS SRC='https://evil.example/xss.js'></SCRIPT>",
    "<SCRIPT/SRC='https://evil.example/xss.js'></SCRIPT>",
    "<SCRIPT SRC=https://evil.example/xss.js?< B >",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<IMG SRC=\"javascript:alert('XSS');\">",
    "<IMG SRC=JaVaScRiPt:alert('XSS')>",
    "<IMG SRC=`javascript:alert(1)`>",
    '<a onmouseover="alert(document.cookie)">x</a>',
    "<a onmouseover=alert(document.cookie)>x</a>",
    '<IMG """><SCRIPT>alert(1)</SCRIPT>"\\>',
    '<IMG SRC=# onmouseover="alert(1)">',
    '<IMG SRC= onmouseover="alert(1)">',
    '<IMG SRC=/ onerror="alert(1)"></img>',
    '<img src=x onerror="&#0000106&#0000097&#0000118alert(1)">',
    "<IMG SRC=&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;&#97;&#108;&#101;&#114;&#116;>",
    '<a href="jav\tascript:alert(1);">x</a>',
    '<a href="jav&#x09;ascript:alert(1);">x</a>',
    '<a href="jav&#x0A;ascript:alert(1);">x</a>',
    '<a href=" &#14;  javascript:alert(1);">x</a>',
    '<a href="java\0script:alert(1)">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    '<a href="//evil.example">x</a>',
    '<a href="/logout">x</a>',
    '<a href="cid:x">x</a>',
    '<IMG DYNSRC="javascript:alert(1)">',
    '<IMG LOWSRC="javascript:alert(1)">',
    '<img srcset="https://evil.example/1.png 1x">',
    "<svg/onload=alert('XSS')>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<BODY BACKGROUND=\"javascript:alert('XSS')\">",
    "<BODY ONLOAD=alert('XSS')>",
    '<BGSOUND SRC="javascript:alert(1);">',
    "<BR SIZE=\"&{alert('XSS')}\">",
    '<LINK REL="stylesheet" HREF="https://evil.example/xss.css">',
    "<STYLE>@import'https://evil.example/xss.css';</STYLE>",
    '<STYLE>li {list-style-image: url("javascript:alert(1)");}</STYLE><UL><LI>x</br>',
    "<IMG STYLE=\"xss:expr/*XSS*/ession(alert('XSS'))\">",
    '<DIV STYLE="background-image: url(https://evil.example/1.png)">x</DIV>',
    "<DIV STYLE=\"width: expression(alert('XSS'));\">x</DIV>",
    '<div style="position:fixed;top:0;left:0;width:100%;height:100%">x</div>',
    '<META HTTP-EQUIV="refresh" CONTENT="0;url=javascript:alert(\'XSS\');">',
    "<IFRAME SRC=\"javascript:alert('XSS');\"></IFRAME>",
    '<IFRAME SRCDOC="<script>alert(1)</script>"></IFRAME>',
    "<FRAMESET><FRAME SRC=\"javascript:alert('XSS');\"></FRAMESET>",
    '<TABLE BACKGROUND="https://evil.example/1.png"><TD BACKGROUND="javascript:alert(1)">x',
    "<BASE HREF=\"javascript:alert('XSS');//\">",
    '<OBJECT TYPE="text/x-scriptlet" DATA="https://evil.example/x.html"></OBJECT>',
    '<EMBED SRC="data:image/svg+xml;base64,PHN2Zz4=" type="image/svg+xml">',
    '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
    "<!--[if gte IE 4]><SCRIPT>alert('XSS');</SCRIPT><![endif]-->",
    "<? echo('<SCR)'; echo('IPT>alert(1)</SCRIPT>'); ?>",
    '<form action="https://evil.example"><input type=password name=p><button>Log in</button></form>',
    '<video src="https://evil.example/v.mp4" autoplay></video><audio src=x onerror=alert(1)>',
    "<isindex type=image src=1 onerror=alert(1)>",
    '<p class="menu" id="logout" name="x">x</p>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<xmp><img src=x onerror=alert(1)></xmp><plaintext><img src=x onerror=alert(1)>",
    '<a href="https://ok.example" ping="https://evil.example" target=_top download>x</a>',
    "<details open ontoggle=alert(1)>x</details>",
    "<template><img src=x onerror=alert(1)></template>",
    "\u00bcscript\u00bealert(1)\u00bc/script\u00be<script\\x20type='text/javascript'>alert(1)</script>",
]

_TAG = re.compile(r"<(/?)([a-z0-9]+)((?:\s[^<>]*)?)>")
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
HARMLESS = {"href", "rel", "target", "src", "alt", "align", "open", "dir", "start"}


@pytest.mark.parametrize("trick", TRICKS)
def test_nothing_active_is_left(trick: str) -> None:
    html = clean(f"<p>before</p>{trick}").html
    for _closing, tag, inside in _TAG.findall(html):
        assert tag not in {
            "script",
            "style",
            "iframe",
            "svg",
            "form",
            "input",
            "meta",
            "base",
            "link",
            "object",
            "embed",
        }
        for name, value in _ATTRIBUTE.findall(inside):
            assert name in HARMLESS
            assert name not in ("href", "src") or value.startswith(("https://ok.example",))
    assert "<p>before</p>" in html


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
    assert shown.html.count("x.example") == 2
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
def test_the_quotes_of_html_mail_are_known_by_their_marks_and_their_text(html: str) -> None:
    folded = without_quotes(html)
    assert "Thanks!" in folded
    assert "Did it come?" not in folded
    assert new_part(plain_text(html)) == "Thanks!"


def test_html_that_is_all_quote_is_left_as_it_is() -> None:
    html = '<blockquote type="cite">Look at this</blockquote>'
    assert without_quotes(html) == html
