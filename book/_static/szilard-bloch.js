// Two states of a qubit on a sphere, to be dragged: what copying them comes to, or (data-about="work") drawing amounts of
// work from them. No library, no request. The formulas are those of the library's rooms `constructor` and
// `thermodynamics.work`; a test compares them.
(() => {
  "use strict";

  const SIZE = 300, CENTRE = 150, RADIUS = 104, TILT = 0.35;
  const COLOURS = ["#2e7ebf", "#d9720b"], LEVELS = 16;
  // What a box is about: where its two states start, and what it shows of them.
  const ABOUT = {
    copying: {
      states: [[0, 0], [Math.PI / 2, 0]],
      rows: {
        overlap: "overlap", margin: "smallest eigenvalue", possible: "copying both", clone: "best copies, fidelity",
        guess: "best guess",
      },
    },
    work: {
      states: [[Math.PI / 2, 0], [Math.PI / 2, Math.PI]],
      rows: {
        overlap: "overlap", sure: "for certain, energy conserved", conserving: "best success, energy conserved",
        helped: `the same, with a ladder of ${LEVELS} levels`, guess: "the same, energy not conserved",
      },
    },
  };

  // Angles in radians: theta from the north pole, |0>, phi around it.
  function compute(first, second) {
    const [a, b] = [first, second].map(([theta, phi]) => ({
      low: Math.cos(theta / 2), re: Math.sin(theta / 2) * Math.cos(phi), im: Math.sin(theta / 2) * Math.sin(phi),
    }));
    const re = a.low * b.low + a.re * b.re + a.im * b.im, im = a.re * b.im - a.im * b.re;
    const s = Math.min(1, Math.hypot(re, im)), zero = s < 1e-9, one = s > 1 - 1e-12;
    return {
      overlap: s,
      margin: zero ? 1 : 1 - 1 / s,
      possible: zero || one,
      clone: (1 + s ** 3 + (1 - s * s) * Math.sqrt(1 + s * s)) / 2,
      guess: (1 + Math.sqrt(Math.max(0, 1 - s * s))) / 2,
      ...work(a, b),
    };
  }

  // Success at giving 0 for one state and 1 for the other: energy by energy, without and with a half-wave ladder.
  function work(a, b) {
    const more = a.low ** 2 - b.low ** 2; // of the population of |0>; of |1> as much less
    const across = Math.hypot(a.low * a.re - b.low * b.re, a.low * a.im - b.low * b.im);
    const norm = 2 / (LEVELS + 1);
    const wave = (n) => Math.sqrt(norm) * Math.sin((Math.PI * (n + 1)) / (LEVELS + 1)); // zero beyond both ends
    let distance = 0;
    for (let n = 0; n <= LEVELS; n += 1) {
      const x = wave(n) ** 2 * more, y = -(wave(n - 1) ** 2) * more, z = wave(n) * wave(n - 1) * across;
      distance += Math.max(Math.abs(x + y), Math.hypot(x - y, 2 * z));
    }
    return { sure: Math.abs(more) > 1 - 1e-9, conserving: (1 + Math.abs(more)) / 2, helped: 0.5 + distance / 4 };
  }

  // Seen from slightly above: x to the right, z up, y away from the reader.
  function project([theta, phi]) {
    const [x, y, z] = [Math.sin(theta) * Math.cos(phi), Math.sin(theta) * Math.sin(phi), Math.cos(theta)];
    const up = z * Math.cos(TILT) + y * Math.sin(TILT), away = y * Math.cos(TILT) - z * Math.sin(TILT);
    return { px: CENTRE + RADIUS * x, py: CENTRE - RADIUS * up, away, behind: away > 1e-9 };
  }

  // The point of the near half under a place on the drawing; places outside go to the rim.
  function unproject(px, py) {
    let x = (px - CENTRE) / RADIUS, up = (CENTRE - py) / RADIUS;
    const length = Math.hypot(x, up);
    if (length > 1) [x, up] = [x / length, up / length];
    const away = -Math.sqrt(Math.max(0, 1 - x * x - up * up));
    const z = up * Math.cos(TILT) - away * Math.sin(TILT), y = up * Math.sin(TILT) + away * Math.cos(TILT);
    const phi = Math.atan2(y, x);
    return [Math.acos(Math.max(-1, Math.min(1, z))), phi < 0 ? phi + 2 * Math.PI : phi];
  }

  const NAMES = ["first", "second"], DEGREES = 180 / Math.PI;

  function curve(points) {
    const half = (behind) => points.map((p, i) => {
      const q = points[(i + 1) % points.length];
      return p.behind === behind ? `M${p.px.toFixed(1)} ${p.py.toFixed(1)}L${q.px.toFixed(1)} ${q.py.toFixed(1)}` : "";
    }).join("");
    return `<path d="${half(false)}" class="near"/><path d="${half(true)}" class="far"/>`;
  }

  function markup(rows) {
    const lines = Object.entries(rows).map(([key, words]) => `<tr><th>${words}</th><td data-result="${key}"></td></tr>`).join("");
    const turn = Array.from({ length: 72 }, (_, i) => (i * Math.PI) / 36);
    const rings = curve(turn.map((phi) => project([Math.PI / 2, phi])))
      + curve(turn.map((t) => project([t, 0]))) + curve(turn.map((t) => project([t, Math.PI / 2])));
    const marks = [["|0⟩", 0, 0], ["|1⟩", Math.PI, 0], ["|+⟩", Math.PI / 2, 0], ["|−⟩", Math.PI / 2, Math.PI]]
      .map(([name, theta, phi]) => {
        const p = project([theta, phi]);
        const x = CENTRE + 1.24 * (p.px - CENTRE), y = CENTRE + 1.22 * (p.py - CENTRE) + 5;
        return `<text x="${x}" y="${y}" text-anchor="middle">${name}</text>`;
      }).join("");
    const arrows = COLOURS.map((colour, i) => `<g data-arrow="${i}" style="color:${colour}">
      <line x1="${CENTRE}" y1="${CENTRE}"/><circle r="9"/></g>`).join("");
    const sliders = NAMES.map((name, i) => `<fieldset style="border-color:${COLOURS[i]}"><legend>${name} state</legend>
      <label>θ <input type="range" min="0" max="180" step="1" data-angle="${i}0" aria-label="theta of the ${name} state, degrees"><output data-shown="${i}0"></output></label>
      <label>φ <input type="range" min="0" max="360" step="1" data-angle="${i}1" aria-label="phi of the ${name} state, degrees"><output data-shown="${i}1"></output></label>
      </fieldset>`).join("");
    return `<svg viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label="Bloch sphere with two states">
      <circle cx="${CENTRE}" cy="${CENTRE}" r="${RADIUS}" class="rim"/>${rings}${marks}${arrows}</svg>
      <div class="side">${sliders}<table><tbody>
      ${lines}</tbody></table></div>`;
  }

  const STYLE = `.szilard-bloch{display:flex;flex-wrap:wrap;gap:1rem;align-items:center;margin:1rem 0}
    .szilard-bloch svg{width:300px;max-width:100%;touch-action:none;font-size:15px;user-select:none}
    .szilard-bloch .rim,.szilard-bloch path{fill:none;stroke:#8a939e;stroke-width:1}
    .szilard-bloch .far{stroke-dasharray:2 4;opacity:.7} .szilard-bloch text{fill:currentColor}
    .szilard-bloch line{stroke:currentColor;stroke-width:3} .szilard-bloch g circle{fill:currentColor;cursor:grab}
    .szilard-bloch g.behind{opacity:.6} .szilard-bloch g.behind line{stroke-dasharray:5 4}
    .szilard-bloch g.behind circle{fill:transparent;stroke:currentColor;stroke-width:2.5}
    .szilard-bloch output{min-width:2.6em;text-align:right;font-variant-numeric:tabular-nums} .szilard-bloch .side{flex:1 1 16rem;min-width:0}
    .szilard-bloch fieldset{border:2px solid;border-radius:6px;padding:.1rem .6rem .3rem;margin:0 0 .5rem;min-width:0}
    .szilard-bloch legend{float:none;width:auto;font-size:1em;margin:0;padding:0 .3rem}
    .szilard-bloch label{display:flex;gap:.6rem;align-items:center} .szilard-bloch input{flex:1;min-width:0}
    .szilard-bloch table{width:100%;margin:0} .szilard-bloch th{font-weight:normal;text-align:left}
    .szilard-bloch td{text-align:right;font-variant-numeric:tabular-nums}`;

  function start(box) {
    const about = ABOUT[box.dataset.about ?? "copying"], states = about.states.map((state) => [...state]);
    box.innerHTML = `<style>${STYLE}</style>${markup(about.rows)}`;
    const drawing = box.querySelector("svg");
    const update = () => {
      states.forEach((state, i) => {
        const p = project(state), group = box.querySelector(`[data-arrow="${i}"]`);
        group.classList.toggle("behind", p.behind);
        group.firstElementChild.setAttribute("x2", p.px);
        group.firstElementChild.setAttribute("y2", p.py);
        group.lastElementChild.setAttribute("cx", p.px);
        group.lastElementChild.setAttribute("cy", p.py);
        group.lastElementChild.setAttribute("r", 9 - 3 * p.away); // nearer is larger
        state.forEach((angle, k) => {
          const degrees = Math.round(angle * DEGREES);
          box.querySelector(`[data-angle="${i}${k}"]`).value = degrees;
          box.querySelector(`[data-shown="${i}${k}"]`).textContent = `${degrees}°`;
        });
      });
      const found = compute(...states);
      for (const cell of box.querySelectorAll("[data-result]")) {
        const value = found[cell.dataset.result];
        cell.textContent = typeof value === "boolean" ? (value ? "✓ possible" : "✗ impossible") : value.toFixed(6).replace("-", "−");
      }
    };
    box.addEventListener("input", ({ target }) => {
      const [i, k] = target.dataset.angle;
      states[i][k] = Number(target.value) / DEGREES;
      update();
    });
    let held = null;
    drawing.addEventListener("pointerdown", (event) => {
      const group = event.target.closest("[data-arrow]");
      if (!group) return;
      held = Number(group.dataset.arrow);
      drawing.setPointerCapture(event.pointerId);
    });
    drawing.addEventListener("pointermove", (event) => {
      if (held === null) return;
      const frame = drawing.getBoundingClientRect(), scale = SIZE / frame.width;
      states[held] = unproject((event.clientX - frame.left) * scale, (event.clientY - frame.top) * scale);
      update();
    });
    for (const end of ["pointerup", "pointercancel"]) drawing.addEventListener(end, () => { held = null; });
    update();
  }

  window.szilardBloch = { compute, project, unproject };
  document.querySelectorAll(".szilard-bloch").forEach(start);
})();
