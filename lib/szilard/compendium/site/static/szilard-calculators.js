// Calculators of the book: reads the inputs, applies the formulas that the page brings, writes the results.
// What it computes with is made from the library's own formulas and stands in the page. No library, no request.
(() => {
  "use strict";

  const DIGITS = 7;
  const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

  class Refusal extends Error {}

  function inside(value, input) {
    return Number.isFinite(value)
      && (input.low === null || (input.above ? value > input.low : value >= input.low))
      && (input.high === null || (input.below ? value < input.high : value <= input.high));
  }

  // The results by name, in SI units; texts are what stands in the fields, units the chosen places in the lists.
  function compute(calculator, texts, units) {
    const known = {};
    for (const input of calculator.inputs) {
      const text = texts[input.name].trim();
      const unit = input.units[units[input.name] ?? 0];
      const value = text === "" ? NaN : Number(text) * unit.factor + unit.offset;
      if (!inside(value, input)) throw new Refusal(`${input.name} ${input.requirement}`);
      known[input.name] = value;
    }
    const results = {};
    for (const step of calculator.steps) {
      const law = calculator.formulas[step.formula];
      const values = step.takes.map((name) => known[name]);
      for (const [holds, sentence] of law.conditions) if (!holds(...values)) throw new Refusal(sentence);
      const value = law.value(...values);
      if (!Number.isFinite(value)) throw new Refusal("beyond the range of numbers with these inputs");
      known[step.name] = results[step.name] = value;
    }
    return results;
  }

  function written(value) {
    const [digits, power] = value.toExponential(DIGITS - 1).split("e");
    const exponent = Number(power);
    const plain = (text) => text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "").replace("-", "−");
    if (value === 0) return "0";
    if (exponent >= -3 && exponent < 6) return plain(value.toFixed(Math.max(0, DIGITS - 1 - exponent)));
    return `${plain(digits)} × 10${[...String(exponent)].map((sign) => RAISED[sign]).join("")}`;
  }

  function show(box, calculator) {
    const field = (what, name) => box.querySelector(`[data-szilard-${what}="${name}"]`);
    const texts = {}, units = {};
    for (const input of calculator.inputs) {
      texts[input.name] = field("input", input.name).value;
      units[input.name] = Number(field("unit", input.name)?.value ?? 0);
    }
    const refusal = box.querySelector(".szilard-refusal");
    let results = null;
    refusal.textContent = "";
    try {
      results = compute(calculator, texts, units);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal.textContent = error.message;
    }
    for (const step of calculator.steps) {
      const shown = step.units.map(({ label, factor }) => `${written(results?.[step.name] / factor)} ${label}`.trim());
      field("result", step.name).textContent = results ? shown.join("\n= ") : "–";
    }
  }

  const calculators = window.szilardCalculators ?? {};
  for (const box of document.querySelectorAll("[data-szilard-calculator]")) {
    const calculator = calculators[box.dataset.szilardCalculator];
    const update = () => show(box.parentElement, calculator);
    box.addEventListener("input", update);
    box.addEventListener("submit", (event) => event.preventDefault());
    update();
  }
  window.szilardCompute = compute;
})();
