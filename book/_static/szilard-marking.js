// A program of the marking language, typed in: which numbers it leaves unmarked, and whether they are the primes.
// No library, no request. The language is that of the library's room `algorithmic`; a test compares the runs.
(() => {
  "use strict";

  const SYMBOLS = "><+=x[]", LIMIT = 100000, FIRST = ">=[+x]<";

  // As `run_marking`: the cells 2, ..., size - 1 that are left unmarked, the steps, and whether it came to its end.
  function run(program, size, limit = LIMIT) {
    const marked = new Set();
    let position = 1, stride = 1, at = 0, steps = 0, halted = false;
    while (steps < limit && !halted) {
      const symbol = program[at], within = position < size;
      at += 1;
      steps += 1;
      if (symbol === ">") position += 1;
      else if (symbol === "+") position += stride;
      else if (symbol === "=") stride = position;
      else if (symbol === "<") position = stride;
      else if (symbol === "x" && within && position > 1) marked.add(position);
      else if (symbol === "]" && within) at = at > 1 ? program.lastIndexOf("[", at - 2) + 1 : 0;
      else if (symbol === undefined) [at, halted] = [0, !within];
    }
    const cells = Array.from({ length: Math.max(0, size - 2) }, (_, i) => i + 2);
    return { unmarked: cells.filter((n) => !marked.has(n)), steps, halted };
  }

  function isPrime(n) {
    for (let p = 2; p * p <= n; p += 1) if (n % p === 0) return false;
    return n > 1;
  }

  function verdict(program, size) {
    const wrong = [...program].find((symbol) => !SYMBOLS.includes(symbol));
    if (wrong) return { text: `✗ ${wrong} is no symbol of the language`, unmarked: [] };
    const { unmarked, steps, halted } = run(program, size);
    if (!halted) return { text: `✗ no end within ${LIMIT.toLocaleString("en")} steps`, unmarked };
    const left = new Set(unmarked);
    const miss = Array.from({ length: size - 2 }, (_, i) => i + 2).find((n) => left.has(n) !== isPrime(n));
    const ended = `${3 * (program.length + 1)} bits, ${steps.toLocaleString("en")} steps: `;
    return { text: ended + (miss ? `✗ wrong at ${miss}` : `✓ the primes below ${size}`), unmarked };
  }

  const STYLE = `.szilard-marking{margin:1rem 0} .szilard-marking label{display:inline-flex;gap:.5rem;align-items:center;margin-right:1rem}
    .szilard-marking input{font:inherit;color:inherit;background:transparent;border:1px solid #8a939e;border-radius:4px;padding:.1rem .4rem}
    .szilard-marking input[name=program]{font-family:monospace;width:11rem} .szilard-marking input[name=size]{width:5rem}
    .szilard-marking output{display:block;margin:.4rem 0} .szilard-marking ol{display:flex;flex-wrap:wrap;gap:2px;list-style:none;margin:0;padding:0}
    .szilard-marking li{min-width:2.2em;text-align:center;margin:0;border-radius:3px;font-variant-numeric:tabular-nums;opacity:.6}
    .szilard-marking li.left{background:#0f9170;color:#fff;opacity:1}`;

  function start(box) {
    box.innerHTML = `<style>${STYLE}</style>
      <label>program <input name="program" maxlength="24" spellcheck="false" autocomplete="off" value="${FIRST.replace("<", "&lt;")}"></label>
      <label>numbers below <input name="size" type="number" min="3" max="400" value="100"></label>
      <output aria-live="polite"></output><ol aria-label="numbers; those left unmarked are filled"></ol>`;
    const [program, size] = ["program", "size"].map((name) => box.querySelector(`[name=${name}]`));
    const update = () => {
      const end = Math.min(400, Math.max(3, Math.trunc(Number(size.value)) || 3));
      const { text, unmarked } = verdict(program.value.trim(), end), left = new Set(unmarked);
      box.querySelector("output").textContent = text;
      box.querySelector("ol").innerHTML = Array.from({ length: end - 2 }, (_, i) => i + 2)
        .map((n) => `<li${left.has(n) ? ' class="left"' : ""}>${n}</li>`).join("");
    };
    box.addEventListener("input", update);
    update();
  }

  window.szilardMarking = { run, verdict };
  document.querySelectorAll(".szilard-marking").forEach(start);
})();
