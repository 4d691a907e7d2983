"""The command line: what each command prints, that errors are one line, and the exit codes 0, 1, 2."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pandas as pd
import pytest
from typer.testing import CliRunner

import szilard.experiments
from szilard import __version__
from szilard.atomic import write_whole
from szilard.cli import app
from szilard.cli.errors import Failure, explain
from szilard.cli.files import check_target
from szilard.cli.signals import Stopped
from szilard.cli.terminal import print_table, shortened, visible, with_error
from szilard.compendium import Experiment, Finding, Laboratory, Result, at_least, claim, places

LIBRARY = Path(__file__).resolve().parents[1] / "lib"


def command(*words, code=0):
    """What ``szilard words`` prints on stdout, after checking its exit code and that errors are one line."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.stdout


def refusal(*words, code=2):
    """The one line on stderr with which ``szilard words`` fails, after checking that nothing else is said."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output
    lines = result.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("szilard: "), result.stderr
    return lines[0]


def process(*words, **environment):
    """A real ``python -m szilard`` run."""
    return subprocess.run(
        [sys.executable, "-m", "szilard", *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(LIBRARY), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@dataclass(frozen=True)
class Height:
    """Time of fall from a height, in seconds; heights below zero fail."""

    h: float

    def measure(self):
        if self.h < 0:
            raise ValueError("nothing falls upwards")
        return [{"t": (2 * self.h / 9.81) ** 0.5}]


@claim(
    experiment="fall",
    where="p. 1",
    tolerance=at_least("time over that from the height before", 1.0),
    controls={"upside down": lambda table: table[::-1]},
    shown="fig-toy-fall",
    tiers=("quick", "full"),
)
def higher(table):
    """Higher takes longer."""
    times = table.t.to_numpy()
    return Finding(f"{len(table)} heights", times[1:] / times[:-1])


def laboratory():
    """A chapter with a good, a failing and a quick-only experiment."""
    full = (Height(float(h)) for h in range(1, 30))
    experiments = (
        Experiment("fall", "time of fall", quick=(Height(1.0), Height(4.0)), full=full, light=True),
        Experiment("broken", "what cannot be", quick=(Height(1.0), Height(-1.0)), light=True),
    )
    return Laboratory("toy", experiments, (higher,))


@pytest.fixture
def toy(monkeypatch, tmp_path):
    """A checkout in ``tmp_path`` whose only chapter is ``toy``."""
    monkeypatch.setattr(szilard.experiments, "keys", lambda: ["toy"])
    monkeypatch.setitem(sys.modules, "szilard.experiments.toy", SimpleNamespace(LABORATORY=laboratory()))
    monkeypatch.setattr(places, "repository", lambda: tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SZILARD_CACHE", str(tmp_path / "cache"))
    return tmp_path


# --- usage and errors


def test_alone_it_shows_its_commands():
    said = command()
    for name in ("list", "run", "verify", "cite", "ledger", "estimate", "build", "serve"):
        assert f"\n  {name} " in said


def test_version():
    assert command("--version") == f"szilard {__version__}\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nonsense"], "nonsense"),
        (["estimat"], "No such command 'estimat'; did you mean 'estimate'?"),
        (["Estimate"], "No such command 'Estimate'; did you mean 'estimate'?"),
        (["run"], "KEY[/EXPERIMENT]"),
        (["run", "minde", "--tier", "huge"], "'quick', 'full'"),
        (["run", "minde", "--tier", "ful"], "is not one of 'quick', 'full'; did you mean 'full'?"),
        (["run", "minde", "--teir", "full"], "(Possible options: --tier)"),
        (["run", "minde", "--seed", "-1"], "--seed"),
        (["run", "minde", "--seed", "x"], "--seed"),
        (["run", "minde", "--backend", "cloud"], "'local', 'dask', 'ray'"),
        (["list", "extra"], "extra"),
        (["--wrong"], "--wrong"),
        (["serve", "--port", "99999999"], "--port"),
        (["serve", "--port"], "Option '--port' requires an argument (`szilard serve --help` lists what it takes)"),
        (["run", "minde", "--backend", "foo"], "'foo' is not one of 'local', 'dask', 'ray'"),
        (["run", "minde", "--device", "cpu:banana"], "device must be one of auto, cpu, cuda, cuda:N; got 'cpu:banana'"),
        (["verify", "-1"], "No such option: -1; before a value that begins with a minus write -- (`szilard verify"),
        (["run", "\x1b[31mred"], "got '\\x1b[31mred'"),
        (["list", "\x1b[31mred"], "Got unexpected extra argument(s) (\\x1b[31mred)"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(words, says):
    assert says in refusal(*words)


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (ValueError("k must\nbe small"), 2, "k must be small"),
        (Failure("it differs"), 1, "it differs"),
        (KeyboardInterrupt(), 130, "same command again"),
        (ModuleNotFoundError("no", name="nbclient"), 1, "nbclient is not installed"),
        (FileNotFoundError(2, "No such file", "a.csv"), 1, "No such file: a.csv"),
        (FileNotFoundError("fmri.csv is not installed: run `pip install nitime`"), 1, "pip install nitime"),
        (MemoryError(), 1, "memory"),
        (Stopped(signal.SIGTERM), 143, "terminated; give the same command again to go on"),
        (ValueError("no unit " + "x" * 100_000 + "; try m"), 2, "x …"),
        (ZeroDivisionError("division by zero"), 1, "ZeroDivisionError: division by zero (add --debug"),
    ],
)
def test_every_error_is_one_line_with_its_exit_code(error, code, says):
    message, given = explain(error)
    assert given == code and says in message and "\n" not in message and len(message) < 2100


def test_an_interruption_is_one_line(monkeypatch, toy):
    def interrupt(key):
        raise KeyboardInterrupt

    monkeypatch.setattr(szilard.experiments, "load", interrupt)
    assert "give the same command again" in refusal("run", "toy", code=130)


@pytest.mark.parametrize("words", [["--debug", "run", "nowhere"], ["run", "nowhere", "--debug"]])
def test_debug_shows_the_traceback_wherever_it_stands(words):
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2 and "Traceback" in result.stderr
    assert result.stderr.splitlines()[-1].startswith("szilard: chapter must be one of")


def test_help_of_a_command_is_quick_and_imports_nothing_heavy():
    code = (
        "import sys; from szilard.cli import app\n"
        "heavy = {'torch', 'pandas', 'scipy', 'matplotlib', 'numpy'}\n"
        "try: app(['list', '--help'])\n"
        "except SystemExit: print(sorted(heavy & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(LIBRARY)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_as_a_process_errors_go_to_stderr_alone():
    done = process("run", "nowhere")
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_a_terminal_without_unicode_is_served(tmp_path):
    (tmp_path / "data.csv").write_text("a,b\n1,2\n2,1\n3,4\n5,3\n")
    words = ["estimate", tmp_path / "data.csv", "--x", "a", "--y", "b", "--with", "gaussian", "--no-plot"]
    done = process(*words, PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and "GaussianMI" in done.stdout and done.stderr == ""


def test_a_reader_that_leaves_early_is_no_error():
    line = f"{sys.executable} -m szilard --help | head -n 1"
    environment = {**os.environ, "PYTHONPATH": str(LIBRARY)}
    done = subprocess.run(["bash", "-c", line], env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == "" and "Usage" in done.stdout


# --- list and run


def test_list_names_experiments_and_what_is_recorded(toy):
    before = command("list")
    assert "fall" in before and "quick 2, full 29" in before and "time of fall" in before
    command("run", "toy/fall", "--tier", "full", "--device", "cpu")
    assert command("list").count(" 20") == before.count(" 20") + 1  # a date has appeared


def test_list_is_kept_until_a_file_changes(toy, monkeypatch):
    first = command("list")
    with monkeypatch.context() as patch:
        patch.setattr(szilard.experiments, "load", None)
        assert command("list") == first
    (toy / "cache" / "list.json").write_text("{")
    assert command("list") == first
    command("run", "toy/fall", "--tier", "full", "--device", "cpu")
    assert command("list") != first


def test_list_says_what_is_stale_and_what_is_damaged(toy, monkeypatch):
    command("run", "toy/fall", "--tier", "full", "--device", "cpu")
    state = {entry["experiment"]: entry["recorded"] for entry in json.loads(command("list", "--json"))}
    assert state == {"fall": "current", "broken": "absent"} and "stale" not in command("list")
    with monkeypatch.context() as patch:
        patch.setattr("szilard.compendium.experiment.fingerprint", lambda measure: "0" * 64)
        (toy / "cache" / "list.json").unlink()  # no file has changed, so that it would be believed
        assert ", stale: made by older code" in command("list")
    record = toy / "book" / "results" / "toy" / "fall.json"
    record.write_text(record.read_text()[:-1])
    line = next(line for line in command("list").splitlines() if " fall " in line)
    assert f"damaged: {record}: it is not as it was written; restore both" in line
    assert json.loads(command("list", "--json"))[0]["recorded"].startswith("damaged: ")


def test_run_prints_the_table_and_stores_nothing_in_the_quick_tier(toy):
    said = command("run", "toy/fall", "--device", "cpu")
    assert "toy/fall: quick tier, seed 0, 2 cells" in said and "0.45152" in said
    assert not (toy / "book").exists()


def test_the_full_tier_lands_in_the_recorded_results(toy):
    said = command("run", "toy/fall", "--tier", "full", "--device", "cpu", "--seed", "3")
    stored = Result.load(toy / "book" / "results" / "toy" / "fall.parquet")
    assert len(stored.table) == 29 and stored.provenance.seed == 3 and stored.provenance.tier == "full"
    assert "29 rows in all" in said


def test_results_go_where_out_says(toy):
    command("run", "toy/fall", "--device", "cpu", "--out", toy / "here")
    assert len(Result.load(toy / "here" / "fall.parquet").table) == 2


def test_a_failing_experiment_does_not_cost_the_others_theirs(toy):
    result = CliRunner().invoke(app, ["run", "toy", "--device", "cpu"])
    assert result.exit_code == 1 and "toy/fall: quick tier" in result.stdout
    assert "toy/broken: 1 of 2 cells failed" in result.stderr and len(result.stderr.splitlines()) == 1


def test_an_exhausted_budget_is_exit_code_1_and_the_next_run_finishes(toy):
    said = refusal("run", "toy/fall", "--device", "cpu", "--minutes", "0", code=1)
    assert "0 of 2 cells done; run the same command again" in said
    command("run", "toy/fall", "--device", "cpu")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("to", "chapter must be one of toy"),
        ("toy/fal", "did you mean 'fall'"),
        ("toy/", "experiment must be one of fall, broken"),
        ("toy/broken", "tier of toy/broken must be one of quick"),
    ],
)
def test_unknown_names_are_refused_with_the_known_ones(toy, name, says):
    assert says in refusal("run", name, "--tier", "full", "--device", "cpu")


def test_unknown_devices_are_refused(toy):
    assert "'abacus'" in refusal("run", "toy/fall", "--device", "abacus")


# --- the book


def start(folder, *words):
    """A process that runs ``szilard words`` as if the checkout were ``folder``."""
    code = (
        "import pathlib, sys; from szilard.compendium import places; from szilard.cli import app\n"
        "places.repository = lambda: pathlib.Path(sys.argv[1])\n"
        "app(sys.argv[2:])"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder), *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(LIBRARY), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def in_checkout(folder, *words):
    """The finished process."""
    with start(folder, *words) as running:
        stdout, stderr = running.communicate(timeout=60)
    return subprocess.CompletedProcess(words, running.returncode, stdout, stderr)


CELL = """
import pandas as pd
from matplotlib.figure import Figure
from szilard.compendium import Chapter, Laboratory
chapter = Chapter(Laboratory("toy", ()))
chapter.figure("line", Figure(), data=pd.DataFrame({"x": [1.0, 2.0]}), caption="A line.", alt="It rises.")
"""


def published(folder, value):
    """A chapter notebook whose figure shows the numbers 1 and ``value``, and whose claims are judged."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    from szilard.compendium.figures import claims_display, figure_display
    from szilard.compendium.style import rc

    frame, words = pd.DataFrame({"x": [1.0, value]}), {"caption": "A line.", "alt": "It rises."}
    with mpl.rc_context(rc()):
        line = figure_display("fig-toy-line", Figure(), frame, provenance=(), **words)
    names = (
        "kind",
        "controls",
        "note",
        "statement",
        "where",
        "published",
        "quick",
        "full",
        "tolerance",
        "verdict",
        "figure",
    )
    claims = claims_display("toy", [{"claim": "toy/higher", **dict.fromkeys(names, "so")}], ())
    outputs = [
        nbformat.v4.new_output("execute_result", data=data, metadata=metadata)
        for data, metadata in (line._repr_mimebundle_(), claims._repr_mimebundle_())
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL, outputs=outputs)])
    path = folder / "book" / "measuring" / "toy.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


def test_verify_reexecutes_and_agrees(tmp_path):
    published(tmp_path, 2.0)
    done = in_checkout(tmp_path, "verify", "fig-toy-line")
    assert done.returncode == 0 and "fig-toy-line reproduces what is published" in done.stdout


def test_verify_finds_a_number_that_was_tampered_with(tmp_path):
    published(tmp_path, 2.1)
    done = in_checkout(tmp_path, "verify", "fig-toy-line")
    assert done.returncode == 1 and "fig-toy-line DIFFERS" in done.stdout


def test_verify_knows_its_figures(toy):
    published(toy, 2.0)
    assert "did you mean 'fig-toy-line'" in refusal("verify", "fig-toy-lne")


def test_a_damaged_notebook_is_one_line(toy):
    published(toy, 2.0)
    path = toy / "book" / "measuring" / "toy.ipynb"
    path.write_text(path.read_text()[:200])
    assert "toy.ipynb" in refusal("verify", "fig-toy-line")


def test_cite_gives_the_book_its_figures_its_chapters_and_its_references(toy):
    published(toy, 2.0)
    (toy / "book" / "references.bib").write_text("@book{euclid,\n  title = {Elements},\n}\n\n@book{b,\n}\n")
    assert command("cite").startswith("@misc{szilard,")
    assert command("cite", "fig-toy-line").startswith("@misc{szilard:fig-toy-line,")
    assert "Chapter toy of" in command("cite", "toy")
    assert command("cite", "euclid") == "@book{euclid,\n  title = {Elements},\n}\n"
    assert "did you mean 'euclid'" in refusal("cite", "euclyd")
    assert "did you mean 'fig-toy-line'" in refusal("cite", "fig-toy-lime")


def test_a_chapter_is_cited_with_the_paper_it_reproduces(toy):
    published(toy, 2.0)
    (toy / "book" / "measuring" / "toy.ipynb").rename(toy / "book" / "measuring" / "minde.ipynb")
    shutil.copy(LIBRARY.parent / "book" / "references.bib", toy / "book")
    said = command("cite", "minde")
    assert said.startswith("@misc{szilard:minde,") and "@inproceedings{franzese2024minde," in said


def test_the_ledger_shows_every_claim(toy):
    published(toy, 2.0)
    assert "toy/higher" in command("ledger")


def test_an_empty_ledger_says_what_to_do(toy):
    assert "szilard build" in refusal("ledger", code=1)


def test_the_book_needs_a_checkout(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(places, "repository", lambda: None)
    for words in (["build"], ["serve"], ["ledger"], ["verify", "fig-toy-line"]):
        assert "inside a checkout" in refusal(*words)


def test_build_tells_what_is_missing(toy):
    assert "_toc.yml" in refusal("build", code=1)


def test_serve_needs_a_built_book(toy):
    assert "szilard build" in refusal("serve")


def test_serve_shows_the_book_until_interrupted(tmp_path):
    site = tmp_path / "_build" / "html"
    site.mkdir(parents=True)
    (site / "index.html").write_text("the book")
    with start(tmp_path, "serve", "--port", "0") as server:
        try:
            address = server.stdout.readline().split()[4]
            with urllib.request.urlopen(address, timeout=10) as page:
                assert page.read() == b"the book"
        finally:
            server.send_signal(2)
        assert server.wait(10) == 0


# --- small parts


@pytest.mark.parametrize(
    ("value", "stderr", "text"),
    [
        (0.41327, 0.0123, "0.413 ± 0.012"),
        (12.0, 3.4, "12.0 ± 3.4"),
        (1234.5, 56.0, "1234 ± 56"),
        (0.5, 0.0, "0.5000 ± 0.0000"),
        (0.5, float("nan"), "0.5 ± ?"),
        (float("nan"), float("nan"), "–"),
    ],
)
def test_estimates_are_rounded_to_their_error(value, stderr, text):
    assert with_error(value, stderr) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", r"\x1b[2J"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("\x9b2J\r\x7f\0", r"\x9b2J\r\x7f\x00"),
        ("a\u202egnp.exe\u2066", r"a\u202egnp.exe\u2066"),
        ("speed (m/s) Δ 名前 e\u0301 🜁\n", "speed (m/s) Δ 名前 e\u0301 🜁\n"),
    ],
)
def test_what_a_terminal_would_obey_is_written_out(text, shown):
    assert visible(text) == shown


@pytest.mark.parametrize("terminal", [True, False])
def test_a_cell_of_a_table_obeys_nothing_and_breaks_no_line(monkeypatch, capsys, terminal):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    print_table(("name",), [("\x1b]0;a\x07\nb",)])
    said = capsys.readouterr().out
    assert r"\x1b]0;a\x07 b" in said and "\x1b]" not in said


def test_only_one_function_prints():
    lines = [line for path in (LIBRARY / "szilard" / "cli").glob("*.py") for line in path.read_text().splitlines()]
    assert sum("typer.echo(" in line for line in lines) == 1


def test_long_lists_are_shortened():
    assert shortened(list("abcd")) == "a, b, c, d"
    assert shortened(list("abcde")) == "a, b, c, … (5 columns)"


def test_targets_are_checked_before_any_work(tmp_path):
    source = tmp_path / "data.csv"
    source.touch()
    (tmp_path / "folder.csv").mkdir()
    for path, says in [
        (tmp_path / "a.doc", "must end in .csv"),
        (tmp_path / "folder.csv", "is a folder"),
        (tmp_path / "nowhere" / "a.csv", "no folder"),
        (source, "would overwrite the data"),
    ]:
        with pytest.raises(ValueError, match=says):
            check_target(path, "--out", (".csv",), source)
    check_target(tmp_path / "a.csv", "--out", (".csv",), source)


def test_a_file_is_replaced_whole_and_a_link_stays_a_link(tmp_path):
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_text("old")
    link.symlink_to(target)
    write_whole(link, b"new")
    assert target.read_text() == "new" and link.is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.csv", "target.csv"]


def test_killed_while_writing_it_leaves_the_old_file(tmp_path):
    target = tmp_path / "table.csv"
    target.write_text("old")
    code = (
        "import sys, pathlib; from szilard.atomic import write_whole\n"
        "while True: write_whole(pathlib.Path(sys.argv[1]), b'new' * 2_000_000); print('.', flush=True)"
    )
    environment = {**os.environ, "PYTHONPATH": str(LIBRARY)}
    loop = [sys.executable, "-c", code, str(target)]
    for delay in (0.001, 0.004, 0.009):
        with subprocess.Popen(loop, env=environment, stdout=subprocess.PIPE) as writer:
            writer.stdout.readline()
            time.sleep(delay)
            writer.kill()
        assert target.stat().st_size == 6_000_000
