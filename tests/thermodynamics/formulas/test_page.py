"""The page of calculators: its JavaScript against Python, in a browser, and the page itself as readers use it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from formula_points import points, rounding

from szilard.compendium.build import build_command
from szilard.compendium.places import child_environment
from szilard.thermodynamics import CALCULATORS, FORMULAS, calculator
from szilard.thermodynamics.formulas.page import calculator_page, javascript
from szilard.thermodynamics.formulas.quantities import convert

ROOT = Path(__file__).parents[3]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PAGE = "book/apparatus/calculators"
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium: the system's, else the one that playwright installed."""
    playwright = pytest.importorskip("playwright.sync_api")
    system = next(filter(None, map(shutil.which, BROWSERS)), None)
    with playwright.sync_playwright() as driver:
        if system is None and not Path(driver.chromium.executable_path).exists():
            pytest.skip("no Chromium on this machine")
        instance = driver.chromium.launch(executable_path=system, args=["--no-sandbox"])
        yield instance
        instance.close()


@pytest.fixture(scope="module")
def formulas(browser) -> Any:
    """A blank page that holds the JavaScript of every formula in ``window.laws``."""
    page = browser.new_page()
    page.evaluate(f"() => {{ window.laws = {javascript(FORMULAS.values())}; }}")
    return page


def in_browser(page, law, columns):
    """The values of a formula, computed by the browser row by row."""
    rows = [[float(column[i]) for column in columns.values()] for i in range(len(next(iter(columns.values()))))]
    found = page.evaluate("([key, rows]) => rows.map(row => String(window.laws[key].value(...row)))", [law.key, rows])
    return np.array([float(text.replace("Infinity", "inf")) for text in found])


@pytest.mark.parametrize("law", FORMULAS.values(), ids=list(FORMULAS))
def test_javascript_equals_python(formulas, law):
    for seed in (0, 1, 2):
        for edges in (True, False):
            columns = points(law, 150, np.random.default_rng(seed), edges)
            ours, theirs = law(**columns), in_browser(formulas, law, columns)
            assert np.isfinite(theirs).all()
            assert (np.abs(theirs - ours) <= 1e-12 * np.abs(ours) + rounding(law, columns)).all()


def test_javascript_refuses_what_python_refuses(formulas):
    test = "([heat, hot, cold]) => window.laws.carnot_work.conditions.every(([holds]) => holds(heat, hot, cold))"
    assert formulas.evaluate(test, [1.0, 300.0, 4.0]) is True
    assert formulas.evaluate(test, [1.0, 4.0, 300.0]) is False


# --- the page


@pytest.fixture(scope="module")
def html(tmp_path_factory) -> Path:
    """The page in a book of its own, rendered without a warning."""
    pytest.importorskip("jupyter_book")
    root = tmp_path_factory.mktemp("calculators")
    (root / PAGE).parent.mkdir(parents=True)
    shutil.copytree(ROOT / "book/_static", root / "book/_static")
    for name in ("_config.yml", "CITATION.cff", "book/references.bib", f"{PAGE}.md"):
        shutil.copy(ROOT / name, root / name)
    (root / "book/index.md").write_text("# Book\n\nIts first page.\n")
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: book/index\nchapters:\n  - file: {PAGE}\n")
    done = subprocess.run(build_command(root), cwd=root, env=child_environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return root / "_build/html"


@pytest.fixture(scope="module", params=["light", "dark"])
def opened(html, browser, request) -> Iterator[Any]:
    """The page, opened from disk; at the end nothing has been complained of or asked from elsewhere."""
    context = browser.new_context(viewport={"width": 390, "height": 900}, color_scheme=request.param)
    page, troubles = context.new_page(), []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda r: troubles.append(r.url) if not r.url.startswith(("file:", "data:")) else None)
    page.goto((html / f"{PAGE}.html").as_uri())
    page.wait_for_load_state("load")
    yield page
    context.close()
    assert troubles == []


@pytest.fixture
def page(opened) -> Any:
    """The page with every field as it was at first."""
    opened.evaluate(
        "document.querySelectorAll('form[data-szilard-calculator]').forEach(form => {"
        " form.reset(); form.dispatchEvent(new Event('input')); })"
    )
    return opened


def result(page, key, name):
    """The number that stands on the page for one result, in its first unit."""
    box = page.locator(f".szilard-calculator:has([data-szilard-calculator='{key}'])")
    text = box.locator(f"[data-szilard-result='{name}']").inner_text().splitlines()[0]
    digits, power = re.match(r"(−?[\d.]+)(?: × 10([⁻⁰¹²³⁴-⁹]+))?", text).groups()
    return float(digits.replace("−", "-")) * 10.0 ** float((power or "⁰").translate(RAISED))


def test_every_calculator_shows_the_results_of_python(page):
    for key, made in CALCULATORS.items():
        values = made()
        for step in made.steps:
            shown = convert(values[step.name], FORMULAS[step.formula].unit, step.units[0])
            assert result(page, key, step.name) == pytest.approx(shown, rel=1e-6), (key, step.name)


def test_results_follow_the_fields(page):
    page.fill("#landauer-information", "1")
    page.select_option("[data-szilard-calculator=landauer] [data-szilard-unit=information]", label="GB")
    page.fill("#landauer-temperature", "25")
    page.select_option("[data-szilard-calculator=landauer] [data-szilard-unit=temperature]", label="°C")
    page.fill("#landauer-error", "0.01")
    ours = calculator("landauer")(information="1 GB", temperature="25 °C", error="0.01")
    assert result(page, "landauer", "work") == pytest.approx(ours["work"], rel=1e-6)
    assert result(page, "landauer", "full") == pytest.approx(ours["full"], rel=1e-6)


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("landauer-temperature", "-1", "temperature must be finite and > 0 K"),
        ("landauer-temperature", "", "temperature must be finite and > 0 K"),
        ("landauer-temperature", "warm", "temperature must be finite and > 0 K"),
        ("landauer-error", "2", "error must lie between 0 and 1"),
        ("refrigerator-cold", "400", "hot must be at least as warm as cold"),
        ("bremermann-mass", "1e308", "beyond the range of numbers with these inputs"),
    ],
)
def test_nonsense_is_refused_and_forgiven(page, field, text, says):
    key = field.split("-")[0]
    box = page.locator(f".szilard-calculator:has([data-szilard-calculator='{key}'])")
    before = page.input_value(f"#{field}")
    page.fill(f"#{field}", text)
    assert box.locator(".szilard-refusal").inner_text().endswith(says)
    assert set(box.locator("output").all_inner_texts()) == {"–"}
    page.fill(f"#{field}", before)
    assert box.locator(".szilard-refusal").inner_text() == ""
    assert "–" not in box.locator("output").all_inner_texts()


def test_the_page_is_legible(page):
    page.wait_for_function("document.querySelectorAll('mjx-container').length > 60")
    assert page.locator("mjx-merror").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    contrasts = page.evaluate(CONTRAST)
    assert len(contrasts) > 60 and min(contrasts) > 4.5


def test_every_input_has_a_name_and_every_calculator_its_place(html):
    text = (html / f"{PAGE}.html").read_text()
    for key in CALCULATORS:
        assert f'data-szilard-calculator="{key}"' in text
        for item in calculator_page(key)["inputs"]:
            assert f'for="{key}-{item["name"]}"' in text and f'id="{key}-{item["name"]}"' in text
    assert text.count("szilard-calculators.js") == 1
    assert "szilard-calculators.js" not in (html / "book/index.html").read_text()


def test_what_the_page_is_handed_is_plain():
    for key in CALCULATORS:
        made = calculator_page(key)
        assert json.loads(json.dumps(made)) == made
    with pytest.raises(ValueError, match="did you mean 'landauer'"):
        calculator_page("landaur")


# Contrast of every text of the calculators with what lies behind it, as WCAG defines it.
CONTRAST = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map(Number)
      .map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (let n = node; n; n = n.parentElement) {
      const colour = getComputedStyle(n).backgroundColor;
      if (!/rgba\\(.*, 0\\)|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  return [...document.querySelectorAll(
    ".szilard-calculator :is(label, input, select, output, .szilard-where, .szilard-about, mjx-container)")]
    .map(node => [light(getComputedStyle(node).color), light(behind(node))])
    .map(([a, b]) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
}"""
