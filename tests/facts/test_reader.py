"""The process that reads the record: replaced when it dies, and never left in the middle of an answer."""

import sqlite3
from pathlib import Path

import pytest
from django.db import connection
from facts.facts_of import all_rows
from record.cast import everything, message
from record.records import shop_with, take_in

from counterbell.facts.build import database
from counterbell.facts.reader import Reader, ReadFailed, close_all, reader

ONE = {"one": "select 1 as n"}


def test_a_reader_is_kept(installation: str) -> None:
    assert reader(database()) is reader(database())
    assert reader(database()).read(ONE)["one"].to_pylist() == [{"n": 1}]


def test_a_reader_that_dies_is_replaced(sqlite: object) -> None:
    shop = shop_with(everything())
    before = all_rows(shop)
    died = reader(database())
    died._process.kill()
    died._process.wait(10)
    assert not died.alive
    take_in(shop, [message("m9", "t1", "03-03 12:00")])
    assert len(all_rows(shop)["tickets"]) == len(before["tickets"])
    assert reader(database()) is not died


def test_a_reader_that_dies_in_mid_answer_says_so_and_is_replaced(sqlite: object) -> None:
    died = reader(database())
    died._process.kill()
    with pytest.raises(ReadFailed, match="has ended"):
        died.read(ONE)
    assert not died.alive
    assert reader(database()).read(ONE)["one"].to_pylist() == [{"n": 1}]


def test_what_the_database_does_not_understand_is_told_in_its_words(sqlite: object) -> None:
    with pytest.raises(ReadFailed, match=r"The record cannot be read: .*nowhere"):
        reader(database()).read({"nothing": "select * from nowhere"})
    assert reader(database()).read(ONE)["one"].num_rows == 1


def test_a_reader_cannot_write(installation: str) -> None:
    with pytest.raises(ReadFailed):
        reader(database()).read({"forged": "update record_agent set name = 'forged' returning id"})


def test_a_database_that_is_not_there_is_told(tmp_path: Path) -> None:
    lost = Reader(f"{tmp_path}/nowhere/record.sqlite3")
    with pytest.raises(ReadFailed):
        lost.read(ONE)
    lost.close()


def test_a_directory_may_have_any_name(tmp_path: Path) -> None:
    path = tmp_path / "100%41nn & Ben #1, why? Où = là"
    path.mkdir()
    sqlite3.connect(path / "record.sqlite3").close()
    named = Reader(str(path / "record.sqlite3"))
    assert named.read(ONE)["one"].to_pylist() == [{"n": 1}]
    named.close()


@pytest.mark.parametrize("installation", ["postgresql"], indirect=True)
def test_a_password_may_have_any_characters_and_a_connection_options(
    installation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "p@ss:w/rd?#%41")
    monkeypatch.setitem(
        connection.settings_dict, "OPTIONS", {"sslmode": "disable", "application_name": "it is ann & ben"}
    )
    named = Reader(database())
    (row,) = named.read({"name": "select current_setting('application_name') as name"})["name"].to_pylist()
    assert row == {"name": "it is ann & ben"}
    named.close()


def test_all_readers_end_with_the_program(sqlite: object) -> None:
    one = reader(database())
    close_all()
    assert not one.alive
    assert reader(database()).alive
