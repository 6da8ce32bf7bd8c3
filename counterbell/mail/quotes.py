"""The new part of a reply: without the quoted mail, what introduces it, the signature, the telephone's footer.

How it is done: each line gets a kind (text, quote, introduction, head of another mail, footer, rule, blank) from its
own looks and its neighbours'; a few rules then decide over the kinds. No model, no statistics: every cut can be
explained.

1. From a line that begins another mail ("-----Original Message-----", a block of From/Sent/To/Subject, "On Monday Ann
   wrote:" before text that is not quoted) everything is cut.
2. An introduction goes. The quote under it goes too, unless there is text both before and after it: then somebody has
   answered line by line, and the quotes stay, as they are what the answers are about.
3. A quote nobody introduced stays if text follows it. At the end of a mail quotes are cut.
4. A signature behind "-- " is cut, and the few lines behind a rule at the very end; so are lines such as "Sent from my
   iPhone" at the end and before a quote. A greeting and a name that the writer typed stay.
5. A mail that begins with another one's head (it was just passed on) keeps what follows that head; one that is nothing
   but a quote is kept whole.

What it does not do: recognise signatures without a mark, or disclaimers; it cuts too little rather than a customer's
words. `split` gives both parts; the original is the caller's to keep.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final, Literal

from . import quote_words as said
from .quote_words import alternatives, pattern

LONGEST_INTRODUCTION = 6
"""Lines over which mail programs wrap an introduction; with some more if they are blank."""
LONGEST_LINE = 500
"""Characters; a longer line is a paragraph."""
MOST_LINES = 20_000
"""A longer text is no letter, and is left as it is."""
MOST_INTRODUCTIONS = 500
SIGNATURE_LINES = 15
SHORT = 20
ENDINGS = ":\uff1a>-*_"
"""Characters with which introductions end."""
MOST_FIELDS = 10
LONGEST_FOOTER = 200
RULE_LINES = 4
"""So many lines behind a rule at the end of a mail are a signature; more are a part of it."""

Kind = Literal["text", "blank", "quote", "introduction", "head", "footer", "rule", "mark"]


@dataclass(frozen=True)
class Reply:
    """A reply taken apart: `new` is what its writer has added, `rest` what was cut off (quotes, signature)."""

    new: str
    rest: str


_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u1427\u00ad"))
_QUOTED = re.compile(r"^\s{0,3}(?:>|\|(?:\s|$)|&gt;)")
_NAMED_QUOTE = re.compile(r"^\s{0,3}([A-Za-z]{1,12})>")
_PREFIX = re.compile(r"^(?:\s{0,3}(?:>|\||&gt;))+\s*")
_RULE = re.compile(r"^\s*([-_=~*#+\u2013\u2014\u2500\u2501]{2,}|[-_=~*#+](?:\s[-_=~*#+]){2,})\s*$")
_SIGNING_RULE = re.compile(r"^\s*[-_=\u2013\u2014\u2500\u2501]{3,}\s*$")
_MARK = re.compile(r"^\s{0,3}(?:--|\u2014)\s?$")
_WRAPPING = " \t*_<>()[]{}\"'\u201c\u201d\u00ab\u00bb"

_EMAIL = re.compile(r"[^\s<>\"'()\[\]]+@[^\s<>\"'()\[\]]+")
_DATE = pattern(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}年|\d{1,2}월|"
    rf"\b\d{{1,2}}(?:st|nd|rd|th|er|\.|º)?(?:\s+de)?\s*(?:{said.MONTHS})|(?:{said.MONTHS})\w*\.?\s+\d{{1,2}}\b|"
    r"\b\d{1,2}[:.h]\d{2}\b"
)
_TIME = re.compile(r"\b\d{1,2}(?:[:h]\d{2}\b|\.\d{2}\b(?![.\d]))")
_DATED = pattern(
    rf"^(?:{alternatives(said.ON)}(?:\b|(?=\d))[\s,:]*)?(?:[^\W\d_]{{2,14}}\.?,?\s+)?"
    rf"(?:\d|(?:{said.MONTHS})\w*\.?\s+\d|[^\W\d_]+,?\s+\d)"
)
_WROTE = alternatives(said.WROTE)
_COLON = r"\s*[:\uff1a]\s*$"
_ENDS_WROTE = pattern(rf"(?<!\w){_WROTE}\s*[:\uff1a]?\s*$|{_WROTE}{_COLON}")
_ENDS_COLON = re.compile(_COLON)
_WROTE_ON = pattern(rf"[>)\"]\s+{_WROTE}\s.*\d.*{_COLON}")
_ENDS_EMAIL = re.compile(r"@[^\s<>]+(?:<[^<>]*>)?\s*(?:>{1,2}\s*[:\uff1a]?|[:\uff1a])\s*$")
_ZONED = re.compile(r"^\d{4}-\d\d-\d\d \d\d?:\d\d (?:GMT|UTC)\s?[+-]?[\d:]*\s.{1,80}$")

_BEGINS = pattern(
    rf"^[\s>*_]*[-_=*]{{2,}}\s*{alternatives(said.BEGINS)}\s*:?\s*[-_=*]{{2,}}[\s*_]*$"
    rf"|^[\s>*]*{alternatives(said.BEGINS)}\s*[:\uff1a][\s*]*$"
)
_ROLES: Final = {
    role: pattern(rf"^\*{{0,2}}{alternatives(words)}\s*\*{{0,2}}\s*[:\uff1a]\*{{0,2}}(?:\s|$)")
    for role, words in (
        ("from", said.FROM),
        ("sent", said.SENT),
        ("to", said.TO),
        ("subject", said.SUBJECT),
        ("other", said.OTHER),
    )
}

_DEVICE = rf"\b(?:{said.DEVICES})\b"
_FOOTER = pattern(
    rf"^(?:{alternatives(said.SENT_FROM)} (?:{said.FROM_A}) (?:(?:{said.MY}) .{{1,100}}|.{{0,40}}{_DEVICE}.{{0,120}})"
    rf"|(?:[^\W\d_]+ )?from (?:my |a )?(?:{said.DEVICES})(?: \w{{1,8}})?"
    rf"|(?:von mein|von unterwegs|mit |diese (?:nachricht|e-?mail)).{{0,80}}{_DEVICE}.{{0,40}} gesendet\.?"
    rf"|(?:{said.GET_APP}).*|(?:{said.PROVIDED}).{{0,40}})$"
)


def new_part(text: str) -> str:
    """What the writer of a reply has added: `split(text).new`."""
    return split(text).new


def split(text: str) -> Reply:
    """A reply taken apart; see above for how."""
    lines = [line.rstrip() for line in _even(text).split("\n")]
    if len(lines) > MOST_LINES:
        return Reply(text, "")
    kept = set(_Reading(lines).kept())
    new = "\n".join(line for number, line in enumerate(lines) if number in kept)
    rest = "\n".join(line for number, line in enumerate(lines) if number not in kept)
    return Reply(new.strip("\n"), rest.strip("\n"))


def _even(text: str) -> str:
    """The text with line ends of one kind and without characters that nobody sees."""
    even = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    return even.translate(_INVISIBLE)


class _Reading:
    """The lines of one mail and their kinds; `bare` is without quote signs."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.bare = [
            _PREFIX.sub("", line if len(line) < LONGEST_LINE else f"{line[:LONGEST_LINE]}…").strip() for line in lines
        ]
        named = [match[1] for line in lines if (match := _NAMED_QUOTE.match(line))]
        self._named = {name for name in named if named.count(name) > 1}
        self.kinds: list[Kind] = [self._own_kind(line[:LONGEST_LINE]) for line in lines]
        self._introduced: set[int] = set()
        self._find_introductions()
        self._find_heads()

    def _own_kind(self, line: str) -> Kind:
        if not line:
            return "blank"
        if _MARK.match(line):
            return "mark"
        if _RULE.match(line):
            return "rule"
        named = _NAMED_QUOTE.match(line)
        if _QUOTED.match(line) or (named and named[1] in self._named):
            return "quote"
        return "footer" if len(line) <= LONGEST_FOOTER and _FOOTER.match(line.strip(_WRAPPING)) else "text"

    # ---- what introduces a quote

    def _find_introductions(self) -> None:
        ends = (number for number, line in enumerate(self.bare) if line and _may_end(line))
        for end in islice(ends, MOST_INTRODUCTIONS):
            start = self._start_of_introduction(end)
            if start is None or not self._is_sure(start, end):
                continue
            if self.kinds[start] == "quote":
                self._introduced.add(start)
            else:
                self.kinds[start : end + 1] = ["introduction"] * (end + 1 - start)

    def _start_of_introduction(self, end: int) -> int | None:
        """Where an introduction begins that ends here: at the nearest line with a date, else at one with an address."""
        told, used, otherwise = "", 0, None
        for start in range(end, -1, -1):
            if not self.bare[start]:
                if not self.bare[start + 1].startswith("<"):  # a bracket that was left open
                    break
                continue
            if used == LONGEST_INTRODUCTION or not self._goes_with(start, end):
                break
            used += 1
            told = f"{self.bare[start]} {told}".strip()
            if _introduces(told, dated=True):
                return start
            if otherwise is None and _introduces(told, dated=False):
                otherwise = start
        return otherwise

    def _is_sure(self, start: int, end: int) -> bool:
        """Whether it cannot be a sentence of the writer's own ("On 5 January you wrote: it comes on Monday")."""
        following = self._next(end + 1)
        quote_follows = following < len(self.lines) and self.kinds[following] == "quote"
        told = " ".join(self.bare[start : end + 1])
        return quote_follows or bool(_TIME.search(told) or _EMAIL.search(told))

    def _goes_with(self, start: int, end: int) -> bool:
        """Whether two lines can be of one introduction: both quoted or neither; a last ">" may be of an address."""
        kind, last_of_address = self.kinds[start], self.kinds[end] == "quote" and len(self.bare[end]) < SHORT
        if kind in ("introduction", "mark"):
            return kind == "introduction" and last_of_address
        return (kind == "quote") == (self.kinds[end] == "quote") or last_of_address

    # ---- the head of another mail

    def _find_heads(self) -> None:
        number = 0
        while number < len(self.lines):
            end = self._end_of_head(number)
            if end is not None:
                self.kinds[number : end + 1] = ["head"] * (end + 1 - number)
            number = number + 1 if end is None else end + 1

    def _end_of_head(self, start: int) -> int | None:
        """The last line of a head that begins here: a line that says so, or From, Sent, To, Subject."""
        if _BEGINS.match(self.lines[start][:LONGEST_LINE]):
            fields = self._end_of_fields(self._next(start + 1), fewest=2)
            return start if fields is None else fields
        return self._end_of_fields(start, fewest=3) if self.bare[start] else None

    def _end_of_fields(self, start: int, *, fewest: int) -> int | None:
        roles: list[str] = []
        number = end = start
        while number < len(self.lines) and number < start + 2 * MOST_FIELDS:
            role = _role(self.bare[number])
            if role:
                roles.append(role)
                end = number
            elif not roles or not self._between_fields(number):
                break
            number += 1
        complete = "from" in roles and len(set(roles)) >= fewest
        named = "subject" in roles or any(_EMAIL.search(line) for line in self.bare[start : end + 1])
        return end if complete and named else None

    def _between_fields(self, number: int) -> bool:
        """A field may go on over one more line, and blank lines may stand between fields."""
        following = self._next(number + 1)
        follows = following < len(self.lines) and _role(self.bare[following]) is not None
        return follows and (self.kinds[number] == "blank" or _role(self.bare[number - 1]) is not None)

    def _next(self, number: int) -> int:
        """The next line with something on it."""
        while number < len(self.lines) and not self.bare[number]:
            number += 1
        return number

    # ---- what stays

    def kept(self) -> list[int]:
        """The numbers of the lines that the writer of the mail has added."""
        end = self._end()
        opening = self._opening_quote(end)
        stay = [
            number
            for number in range(end)
            if self.kinds[number] not in ("introduction", "head") and number not in opening
        ]
        stay = self._without_signing_rule(self._without_end(self._without_signatures(stay)))
        stay = self._without_end(stay)
        return stay if any(self.kinds[number] == "text" for number in stay) else self._nothing_new()

    @cached_property
    def _texts(self) -> list[int]:
        return [number for number, kind in enumerate(self.kinds) if kind == "text"]

    def _text_before(self, number: int) -> bool:
        return bool(self._texts) and self._texts[0] < number

    def _end(self) -> int:
        """Where another mail begins behind what the writer has added."""
        for number, kind in enumerate(self.kinds):
            if kind == "head" and self._text_before(number):
                return number
            if kind == "introduction" and self._text_before(number) and self._before_unquoted(number):
                return number
        return len(self.lines)

    def _before_unquoted(self, number: int) -> bool:
        """Whether text that is not quoted follows the introduction."""
        kinds = (kind for kind in islice(self.kinds, number, None) if kind not in ("introduction", "blank"))
        return next(kinds, "quote") not in ("quote", "mark", "footer")

    def _opening_quote(self, end: int) -> range:
        """The introduced quote that a mail opens with, where all of the answer stands below it; else nothing."""
        first = next((number for number, kind in enumerate(self.kinds) if kind in ("text", "quote")), end)
        introduced = first in self._introduced or "introduction" in self.kinds[:first]
        if first == end or self.kinds[first] != "quote" or not introduced:
            return range(0)
        last = next((number for number in range(first, end) if self.kinds[number] not in ("quote", "blank")), end)
        answers = [number for number in self._texts if last <= number < end]
        in_between = answers and "quote" in self.kinds[last : answers[-1]]
        return range(first, last) if answers and not in_between else range(0)

    def _without_signatures(self, stay: list[int]) -> list[int]:
        """The lines less what stands behind a mark, up to the next quote."""
        left: list[int] = []
        place = 0
        while place < len(stay):
            signature = self._signature(stay, place)
            left += [] if signature else [stay[place]]
            place += signature or 1
        return left

    def _signature(self, stay: list[int], place: int) -> int:
        """How many lines from here are a signature; 0 if none begins here."""
        if self.kinds[stay[place]] != "mark" or not self._text_before(stay[place]):
            return 0
        length = lines = 0
        for number in islice(stay, place, None):
            if self.kinds[number] == "quote":
                break
            length += 1
            lines += self.kinds[number] != "blank"
            if lines > SIGNATURE_LINES:
                return 0
        return length

    def _without_signing_rule(self, stay: list[int]) -> list[int]:
        """The lines less a rule and the few lines right under it at the very end."""
        for place in range(len(stay) - 2, max(len(stay) - RULE_LINES - 2, 0), -1):
            number = stay[place]
            if self.kinds[number] == "text":
                continue
            signs = _SIGNING_RULE.match(self.lines[number]) and self.kinds[stay[place - 1]] == "blank"
            return stay[:place] if signs and self._text_before(number) else stay
        return stay

    def _without_end(self, stay: list[int]) -> list[int]:
        """The lines less those at the end that nobody wants to say: blanks, rules, footers, quotes."""
        left = list(stay)
        while left and self._trails(left[-1]):
            left.pop()
        return left

    def _trails(self, number: int) -> bool:
        kind = self.kinds[number]
        return kind in ("blank", "rule", "mark", "footer") or (kind == "quote" and self._text_before(number))

    def _nothing_new(self) -> list[int]:
        """All of a mail in which nothing seems new; nothing if it is another's and says whose."""
        another = self._next(0) in self._introduced or "introduction" in self.kinds or "head" in self.kinds
        return [] if another else list(range(len(self.lines)))


def _may_end(line: str) -> bool:
    """Whether an introduction may end with this line."""
    if line[-1] not in ENDINGS and not line[0].isdigit():
        return False
    told = line.strip("-*_ ")
    return bool(_ENDS_COLON.search(told) or _ENDS_EMAIL.search(told) or _ENDS_WROTE.search(told) or _ZONED.match(told))


def _introduces(told: str, *, dated: bool) -> bool:
    """Whether this is somebody and when and that they wrote; `dated`: it begins with the date."""
    told = told.strip("-*_ ")
    if len(told) > LONGEST_LINE:
        return False
    if not dated:
        whole = (
            told.count("<") == told.count(">")
            and "@" in told
            and bool(_EMAIL.search(told))
            and not told.startswith("<")
        )
        return whole and bool(_ENDS_WROTE.search(told) or _WROTE_ON.search(told))
    if _ZONED.match(told):
        return True
    return bool(_DATED.match(told) and _DATE.search(told) and (_ENDS_WROTE.search(told) or _ENDS_EMAIL.search(told)))


def _role(line: str) -> str | None:
    """What part of a mail's head a line is."""
    start = line[:100]
    if ":" not in start and "\uff1a" not in start:
        return None
    return next((role for role, looks in _ROLES.items() if looks.match(start)), None)
