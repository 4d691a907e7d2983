"""Text files as other programs write them: the numbers that were meant, or one sentence; a header is never data."""

from __future__ import annotations

import math
import time

import numpy as np
import pandas as pd
import pytest

from szilard.estimators import GaussianMI
from szilard.userdata import read

VALUES = np.array([[0.125, -0.5], [1.5, 2.0], [-2.25, 3.75]])


def refusal(act):
    """The one sentence with which ``act`` is refused."""
    with pytest.raises(ValueError) as caught:
        act()
    sentence = str(caught.value)
    assert sentence and sentence.isprintable() and len(sentence) < 400
    return sentence


def pair(tmp_path, content, x="a", y="b", name="d.csv", **options):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path, **options).pair(x, y)


def numbers(pair):
    return np.hstack([pair.x, pair.y])


WITH_NAMES = {
    "semicolons and decimal commas": "a;b\n0,125;-0,5\n1,5;2\n-2,25;3,75\n",
    "tabs and decimal commas": "a\tb\n0,125\t-0,5\n1,5\t2\n-2,25\t3,75\n",
    "quoted decimal commas": 'a,b\n"0,125","-0,5"\n"1,5",2\n"-2,25","3,75"\n',
    "a sep line": "sep=;\na;b\n0.125;-0.5\n1.5;2\n-2.25;3.75\n",
    "a sep line after a byte order mark": "\ufeffsep=|\na|b\n0.125|-0.5\n1.5|2\n-2.25|3.75\n",
    "comments above": "# made today\n# by, hand\n\na,b\n0.125,-0.5\n1.5,2\n-2.25,3.75\n",
    "comments between": "a,b\n# unit, unit\n0.125,-0.5\n1.5,2\n#7,7\n% note\n-2.25,3.75\n# end",
    "savetxt with a header": "# made today\n# a b\n0.125 -0.5\n1.5 2.0\n-2.25 3.75\n",
    "savetxt with commas": "# a,b\n0.125,-0.5\n1.5,2.0\n-2.25,3.75\n",
    "blanks": "a b\n0.125 -0.5\n1.5 2.0\n-2.25 3.75\n",
    "columns aligned by blanks": "     a      b\n 0.125   -0.5\n   1.5    2.0  \n -2.25\t 3.75\n",
    "R write.table": '"a" "b"\n"1" 0.125 -0.5\n"2" 1.5 2\n"3" -2.25 3.75\n',
    "R write.table, labels of words": '"a" "b"\n"x y" 0.125 -0.5\n"z" 1.5 2\n"w" -2.25 3.75\n',
    "R write.table, some rows": '"a" "b"\n"2" 0.125 -0.5\n"7" 1.5 2\n"31" -2.25 3.75\n',
    "R write.table, no quotes": "a b\n1 0.125 -0.5\n2 1.5 2\n3 -2.25 3.75\n",
    "R write.table, commas": '"a","b"\n"1",0.125,-0.5\n"2",1.5,2\n"3",-2.25,3.75\n',
    "an index": ",a,b\n0,0.125,-0.5\n1,1.5,2\n2,-2.25,3.75\n",
    "an index, twice written": "Unnamed: 0,a,b\n0,0.125,-0.5\n1,1.5,2\n2,-2.25,3.75\n",
    "a separator at the end of lines": "a;b;\n0.125;-0.5;\n1.5;2;\n-2.25;3.75;\n",
    "a separator at the end of rows": "a;b\n0.125;-0.5;\n1.5;2;\n-2.25;3.75;\n",
    "lines of old": "a,b\r0.125,-0.5\r1.5,2\r-2.25,3.75\r",
    "lines of Windows": "a,b\r\n0.125,-0.5\r\n1.5,2\r\n-2.25,3.75\r\n",
    "plus signs and blanks": "a, b\n+0.125, -.5\n1.5, 2.\n-2.25 , 3.75\n",
    "UTF-16": "a,b\n0.125,-0.5\n1.5,2\n-2.25,3.75\n".encode("utf-16"),
    "a text column with marks": 'a,b,c\n0.125,-0.5,"x;y;""z"""\n1.5,2,"u,v"\n-2.25,3.75,w\n',
    "quoted names only": '"a","b"\n0.125,-0.5\n1.5,2\n-2.25,3.75\n',
    "dates beside": "t,a,b\n2020-01-01 10:00,0.125,-0.5\n2020-01-02 10:00,1.5,2\n2020-01-03 10:00,-2.25,3.75\n",
}


@pytest.mark.parametrize("kind", WITH_NAMES)
def test_named_columns_are_the_numbers_that_were_meant(tmp_path, kind):
    np.testing.assert_array_equal(numbers(pair(tmp_path, WITH_NAMES[kind])), VALUES)


NAMELESS = {
    "semicolons and decimal commas": "0,125;-0,5\n1,5;2\n-2,25;3,75\n",
    "tabs and decimal commas": "0,125\t-0,5\n1,5\t2\n-2,25\t3,75\n",
    "blanks and decimal commas": "0,125 -0,5\n1,5 2\n-2,25 3,75\n",
    "comments that name nothing": "# made today by hand\n0.125,-0.5\n1.5,2\n-2.25,3.75\n",
}


@pytest.mark.parametrize("kind", NAMELESS)
def test_rows_without_names_are_all_data(tmp_path, kind):
    np.testing.assert_array_equal(numbers(pair(tmp_path, NAMELESS[kind], "0", "1")), VALUES)


def test_dates_do_not_make_a_first_row_names(tmp_path):
    content = "2020-01-01,0.125,-0.5\n2020-01-02,1.5,2\n2020-01-03,-2.25,3.75\n"
    np.testing.assert_array_equal(numbers(pair(tmp_path, content, "1", "2")), VALUES)


def test_separators_within_quoted_names(tmp_path):
    content = '"Temp, °C";"Druck, hPa"\n0,125;-0,5\n1,5;2\n-2,25;3,75\n'
    for x in ("Temp, °C", '"Temp, °C"', "0"):
        np.testing.assert_array_equal(numbers(pair(tmp_path, content, x, "Druck, hPa")), VALUES)


def test_years_are_names_and_not_data(tmp_path):
    """The information is that of the 400 rows; with the years as a row it came out as 4.76 nats."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=400)
    y = 0.6 * x + 0.8 * rng.normal(size=400)
    table = pd.DataFrame({"2019": x, "2020": y})
    table.to_csv(tmp_path / "years.csv", index=False)
    pair = read(tmp_path / "years.csv").pair("0", "1")
    assert len(pair.x) == 400 and "2019, 2020" in pair.notes[0] and "--no-header" in pair.notes[0]
    exact = GaussianMI().mutual_information(x, y).nats
    assert GaussianMI().mutual_information(pair.x, pair.y).nats == pytest.approx(exact, rel=1e-12)
    assert exact == pytest.approx(-0.5 * math.log(1 - 0.36), abs=0.1)


@pytest.mark.parametrize(
    ("first", "rows"),
    [
        ("2010,2015", "0.5,0.25\n1.5,2.5\n"),  # whole, different, above decimals
        ("2019,2020", "5,25\n15,25\n1,2\n"),  # they count
        ("10,20,30", "5,25,7\n15,25,9\n1,2,11\n"),
        ("0.5,1.0,1.5", "-0.3,0.2,0.9\n0.1,0.4,1.2\n"),  # a grid of frequencies
        ("2010,2020", "5,25\n15,25\n1,2\n"),  # far outside their columns
        ("country,2019,2020", "fr,0.5,0.25\nde,1.5,2.5\n"),
        ('"3","1"', "1,4\n2,0\n3,2\n"),  # only the first line is quoted
        ("0,1", "0.5,0.25\n1.5,2.5\n"),
    ],
)
def test_numbers_that_are_names(tmp_path, first, rows):
    (tmp_path / "d.csv").write_text(f"{first}\n{rows}")
    table = read(tmp_path / "d.csv")
    assert table.has_header and ",".join(table.names) == first.replace('"', "")
    assert "taken as names" in table.notes[0]
    assert len(table.columns[table.names[-1]]) == rows.count("\n")
    data = read(tmp_path / "d.csv", header=False)
    assert not data.has_header and len(data.columns[str(len(table.names) - 1)]) == rows.count("\n") + 1


@pytest.mark.parametrize(
    "rows",
    [
        "3,1,4\n1,5,9\n2,6,5\n",
        "0.5,0.25\n1.5,2.5\n",
        "1,1\n0.5,0.25\n",
        "7,-2.5\n3.5,1\n",
        "fr,0.5,0.25\nde,1.5,2.5\n",
        "1,2\n",
        "5,25\n4,1\n15,30\n",
    ],
)
def test_numbers_that_are_data(tmp_path, rows):
    (tmp_path / "d.csv").write_text(rows)
    table = read(tmp_path / "d.csv")
    assert not table.has_header and len(table.columns["1"]) == rows.count("\n")


def test_two_candidates_for_the_names_are_not_guessed(tmp_path):
    content = "# my data\n2019 2020\n0.5 0.25\n1.5 3.5\n"
    assert "--header or --no-header" in refusal(lambda: pair(tmp_path, content, "0", "1"))
    assert pair(tmp_path, content, "0", "1", header=True).x_names == ("2019",)
    assert len(pair(tmp_path, content, "0", "1", header=False).x) == 3


@pytest.mark.parametrize("content", ["a,a,b\n1,2,3\n", " a,a \n1,2\n", "x,a,y,a\n1,2,3,4\n", "# a a\n1 2\n"])
def test_two_columns_of_one_name_are_refused(tmp_path, content):
    assert "two columns are called 'a'" in refusal(lambda: pair(tmp_path, content, "a", "1"))


def test_labels_of_rows_are_not_measured_by_accident(tmp_path):
    content = ",a,b\n0,0.5,1.5\n1,1.5,0.5\n2,0.25,3\n"
    assert "labels the rows" in refusal(lambda: pair(tmp_path, content, "0", "1"))
    assert "labels the rows" in refusal(lambda: pair(tmp_path, content, "0-1", "2"))
    np.testing.assert_array_equal(pair(tmp_path, content, "Unnamed: 0", "b").x.ravel(), [0, 1, 2])
    assert pair(tmp_path, content, "1", "2").x_names == ("a",)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ('"1,234";1\n"2,345";2\n', "'1,234' in data row 0: write numbers without thousands separators"),
        ("1.234,5;1\n2;2\n", "thousands separators"),
        ("1'234.5;1\n2;2\n", "thousands separators"),
        ("0.5;1\n1,5;2\n", "'1,5' in data row 1: decimal commas are read with --decimal ,"),
        ("1_000;1\n2;2\n", "'1_000' in data row 0"),
        ("2020-01-02;1\n2020-01-03;2\n", "a date or time must be a number"),
        ("31.12.2020;1\n;2\n", "a date or time must be a number"),
        ("12:30:00;1\n12:31:00;2\n", "a date or time must be a number"),
        ("\x1b[31mred;1\n2;2\n", r"\x1b[31mred"),
    ],
)
def test_cells_that_are_no_numbers_are_named_with_the_remedy(tmp_path, rows, says):
    said = refusal(lambda: pair(tmp_path, f"a;b\n{rows}"))
    assert "column 'a'" in said and says in said


def test_the_decimal_mark_can_be_said(tmp_path):
    np.testing.assert_array_equal(pair(tmp_path, "a;b\n1,234;1\n2,345;2\n", decimal=",").x.ravel(), [1.234, 2.345])
    assert "decimal commas" in refusal(lambda: pair(tmp_path, "a;b\n0,5;1\n", decimal="."))
    assert "'1.5'" in refusal(lambda: pair(tmp_path, "a;b\n1.5;1\n", decimal=","))
    assert "decimal must be" in refusal(lambda: pair(tmp_path, "a;b\n1;1\n", decimal="x"))


@pytest.mark.parametrize("truth", [("True", "False"), ("TRUE", "FALSE"), ("true", "false")])
def test_truth_values_with_gaps_are_numbers(tmp_path, truth):
    yes, no = truth
    path = tmp_path / "d.csv"
    path.write_text(f"a,b\n{yes},0.5\n,1.5\n{no},2.5\n{yes},3.5\n")
    assert "1 of 4 rows miss a value" in refusal(lambda: read(path).pair("a", "b"))
    np.testing.assert_array_equal(read(path).pair("a", "b", drop_missing=True).x.ravel(), [1, 0, 1])


@pytest.mark.parametrize(
    ("cells", "shifted"),
    [
        (["1700000000000000001", "1700000000000000008"], [0, 7]),
        (["99999999999999999999", "99999999999999999998"], [1, 0]),
        (["1700000000.123456789", "1700000000.123456780"], [9e-9, 0]),
    ],
)
def test_digits_that_float64_cannot_hold_are_kept_by_subtracting_the_smallest(tmp_path, cells, shifted):
    found = pair(tmp_path, f"a,b\n{cells[0]},1\n{cells[1]},2\n")
    np.testing.assert_allclose(found.x.ravel(), shifted, rtol=1e-15)
    assert "is subtracted from column 'a'" in found.notes[0]


def test_digits_that_nothing_can_save_are_refused_with_their_cells(tmp_path):
    said = refusal(lambda: pair(tmp_path, f"a,b\n1,1\n{2**55},2\n{2**55 + 1},3\n"))
    assert "column 'a'" in said and f"{2**55 + 1} in data row 2" in said


def test_ordinary_ties_stay_as_they_are(tmp_path):
    found = pair(tmp_path, "a,b\n1.50,1\n1.5,2\n0.1000000000000000055511151231257827,3\n1.5,4\n")
    np.testing.assert_array_equal(found.x.ravel(), [1.5, 1.5, 0.1, 1.5])
    assert not found.notes


def test_a_quotation_mark_left_open_does_not_swallow_rows(tmp_path):
    assert "odd number of quotation marks" in refusal(lambda: pair(tmp_path, 'a,b,c\n1,2,"x\n3,4,y\n5,6,z\n'))
    assert "Lines that go on" in pair(tmp_path, 'a,b,c\n1,2,"x\ny"\n3,4,z\n').notes[0]


@pytest.mark.parametrize("row", ["3,4,5", "3"])
@pytest.mark.parametrize("before", [1, 500])
def test_rows_of_another_length_are_refused_wherever_they_stand(tmp_path, row, before):
    assert "not a regular table" in refusal(lambda: pair(tmp_path, "a,b\n" + "1,2\n" * before + row + "\n"))


def test_names_in_latin_1_are_read_and_said(tmp_path):
    found = pair(tmp_path, "a,größe\n1,2\n3,4\n".encode("latin-1"), "a", "größe")
    assert "Latin-1" in found.notes[0]


def test_labels_that_look_like_comments_are_rows(tmp_path):
    found = pair(tmp_path, "colour,a,b\n#ff0000,0.125,-0.5\n#00ff00,1.5,2\nblue,-2.25,3.75\n")
    np.testing.assert_array_equal(numbers(found), VALUES)


def test_the_nearest_name_is_suggested_with_its_quotes(tmp_path):
    content = '"speed, m/s",b\n1,2\n'
    assert """'"speed, m/s"'""" in refusal(lambda: pair(tmp_path, content, "speed m/s", "b"))
    assert """'"speed, m/s"'""" in refusal(lambda: pair(tmp_path, content, "speed, m/s,b", "b"))
    assert "did you mean 'b'" in refusal(lambda: pair(tmp_path, content, "B", "0"))


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_table_of_twenty_thousand_columns_is_read_in_seconds(tmp_path, suffix):
    values = np.random.default_rng(0).normal(size=(50, 20_000))
    frame = pd.DataFrame(values, columns=[f"c{i}" for i in range(20_000)])
    path = tmp_path / f"wide{suffix}"
    frame.to_csv(path, index=False) if suffix == ".csv" else frame.to_parquet(path)
    start = time.perf_counter()
    found = read(path).pair("c7,19999", "c12000")
    assert time.perf_counter() - start < 5
    np.testing.assert_array_equal(numbers(found), values[:, [7, 19_999, 12_000]])


@pytest.mark.parametrize("mark", ['"', "é", ".", "0", "\\"])
def test_a_sep_line_of_an_odd_mark_is_no_sep_line(tmp_path, mark):
    (tmp_path / "d.csv").write_text(f"sep={mark}\na,b\n1,2\n3,4\n")
    assert "not a regular table" in refusal(lambda: read(tmp_path / "d.csv").pair("a", "b"))
