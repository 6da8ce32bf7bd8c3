"""What a reply adds: quoted mail and signatures go, the customer's words stay."""

import pytest

from counterbell.mail.quotes import new_part, split

GONE = {
    "gmail": "Thanks!\n\nOn Mon, Jan 5, 2026 at 10:00 AM Ann <ann@shop.example> wrote:\n\n> Did it come?\n> Ann",
    "wrapped": "Thanks!\n\nOn Mon, Jan 5, 2026 at 10:00 AM Ann from the shop\n<ann@shop.example>\nwrote:\n\n> Did it?",
    "not quoted": "Thanks!\n\nOn 5 Jan 2026, at 10:00, Ann <ann@shop.example> wrote:\n\nDid it come?\n\nAnn",
    "french": "Thanks!\n\nLe lun. 5 janv. 2026 à 10:00, Ann <ann@shop.example> a écrit :\n\n> Bonjour\n",
    "indonesian": "Thanks!\n\nPada tanggal Sen, 5 Jan 2026 pukul 10.00 Ann <ann@shop.example> menulis:\n\n> Halo\n",
    "german": "Thanks!\n\nAm Mo., 5. Jan. 2026 um 10:00 Uhr schrieb Ann <ann@shop.example>:\n\n> Hallo\n",
    "spanish": "Thanks!\n\nEl lun, 5 ene 2026 a las 10:00, Ann (<ann@shop.example>) escribió:\n\n> Hola\n",
    "dutch": "Thanks!\n\nOp ma 5 jan 2026 om 10:00 schreef Ann <ann@shop.example>:\n\n> Hallo\n",
    "italian": "Thanks!\n\nIl giorno lun 5 gen 2026 alle ore 10:00 Ann <ann@shop.example> ha scritto:\n\n> Ciao\n",
    "portuguese": "Thanks!\n\nEm seg., 5 de jan. de 2026 às 10:00, Ann <ann@shop.example>\nescreveu:\n\n> Oi\n",
    "japanese": "Thanks!\n\n2026年1月5日(月) 10:00 Ann <ann@shop.example>:\n\n> こんにちは\n",
    "turkish": "Thanks!\n\nAnn <ann@shop.example>, 5 Oca 2026 Pzt, 10:00 tarihinde şunu yazd\u0131:\n\n> Merhaba\n",
    "outlook": "Thanks!\n\n____________________\nFrom: Ann <ann@shop.example>\nSent: Monday, January 5, 2026\n"
    "To: Kim <kim@example.com>\nSubject: Your parcel\n\nDid it come?",
    "outlook, french": "Thanks!\n\nDe : Ann <ann@shop.example>\nEnvoyé : lundi 5 janvier 2026 10:00\nÀ : Kim\n"
    "Objet : Colis\n\nBonjour",
    "outlook, indonesian": "Thanks!\n\nDari: Ann <ann@shop.example>\nDikirim: Senin, 5 Januari 2026\nKepada: Kim\n"
    "Perihal: Paket\n\nHalo",
    "original message": "Thanks!\n\n-----Original Message-----\nFrom: Ann\nSubject: x\n\nDid it come?",
    "forwarded": "Thanks!\n\nBegin forwarded message:\n\nFrom: Ann <ann@shop.example>\nDate: 5 January\nTo: Kim\n\nHi",
    "signature": "Thanks!\n\n-- \nKim Example\n+33 6 12 34 56 78\n",
    "telephone": "Thanks!\n\nSent from my iPhone\n\nOn 5 Jan 2026, at 10:00, Ann <ann@shop.example> wrote:\n\n> Hi",
    "telephone, french": "Thanks!\n\nEnvoyé de mon iPhone",
    "telephone, indonesian": "Thanks!\n\nDikirim dari ponsel saya",
    "outlook's telephone": "Thanks!\n\nGet Outlook for Android<https://aka.ms/x>\n________________________________\n"
    "From: Ann <ann@shop.example>\nSent: Monday\nTo: Kim\nSubject: x\n\nHi",
    "html turned to text": "Thanks!\n\n----------\nFrom: Ann <ann@shop.example>\n\nSent: Monday\n\nTo: Kim\n\n"
    "Subject: x\n\nHi",
}


@pytest.mark.parametrize("program", GONE)
def test_what_the_mail_program_adds_goes(program: str) -> None:
    told = split(GONE[program])
    assert told.new == "Thanks!"
    assert told.rest


STAYS = [
    "Where is it?\n\nBest regards\nKim",
    "I sent my phone back on Monday.\nSent by DHL, number 12 34",
    "Ich habe das Paket gesendet.",
    "My order:\n- a lamp\n- a chair\n\nOn Monday I wrote:\nplease cancel the lamp.",
    "From: Paris\nTo: Lyon\nDate: 5 January\n\nCan you send it there?",
    "First question\n\n-----\n\nSecond question, and thank you",
    "The label says:\n\n> THIS SIDE UP\n\nand it was upside down.",
    "> Did it come?\n\nNo.\n\n> Shall we send another?\n\nYes.",
    "Hi\nOn 12/01/2026 you wrote:\nit comes on Monday.\nIt did not.",
    "Dear team,\nOn 5 January 2026 I ordered:\n- a lamp\n- a chair\nand nothing came.",
    "On 3 occasions I wrote: nobody answered.",
    "it costs 5 > 3 euros",
    "1. first\n2. second",
    "-- no dashes were harmed --",
    "I already wrote to kim@example.com.",
]


@pytest.mark.parametrize("text", STAYS)
def test_the_customers_own_words_stay(text: str) -> None:
    assert new_part(text) == text


def test_answers_line_by_line_keep_the_questions_but_not_who_asked_them() -> None:
    text = "Hi,\n\nOn 5 Jan 2026 at 10:00 Ann <a@x.example> wrote:\n> Red?\n\nYes.\n\n> Large?\n\nNo.\n\n> Bye"
    assert new_part(text) == "Hi,\n\n> Red?\n\nYes.\n\n> Large?\n\nNo."


def test_an_answer_below_the_whole_quote_stands_alone() -> None:
    assert (
        new_part("On 5 Jan 2026 at 10:00 Ann <a@x.example> wrote:\n> Red?\n> Blue?\n\nBlue, please.") == "Blue, please."
    )


def test_a_mail_that_is_passed_on_without_a_word_keeps_what_it_says() -> None:
    passed_on = (
        "---------- Forwarded message ---------\nFrom: Lou <l@x.example>\nDate: 5 Jan\nSubject: x\nTo: Kim\n\nLook!"
    )
    assert new_part(passed_on) == "Look!"


def test_of_nothing_but_a_quote_everything_stays_unless_it_says_whose_it_is() -> None:
    assert new_part("> just this") == "> just this"
    assert new_part("On 5 Jan 2026 at 10:00 Ann <a@x.example> wrote:\n\n> Did it come?") == ""


def test_line_ends_and_invisible_characters_make_no_difference() -> None:
    assert new_part(GONE["gmail"].replace("\n", "\r\n")) == "Thanks!"
    assert new_part("\ufeff" + GONE["gmail"].replace(" at ", "\u00a0at\u00a0")) == "Thanks!"


@pytest.mark.parametrize(
    "hostile",
    [
        "On Mon, 1 Jan 2020 Kim <k@x.y> wrote:\n" * 15_000,
        "a\n" + "--\n>\n" * 9_000,
        ("@" + "a" * 480 + ":\n") * 2_000,
        "From: a@b.c\nTo: x\nSubject: y\n" * 6_000,
        ">" * 100_000,
        "<\n\n" * 9_000,
        "x" * 1_000_000,
    ],
)
def test_hostile_texts_are_taken_apart_too_and_nothing_gets_lost(hostile: str) -> None:
    told = split(hostile)
    lines = (told.new + "\n" + told.rest).split("\n")
    assert sorted(filter(None, lines)) == sorted(filter(None, hostile.split("\n")))
