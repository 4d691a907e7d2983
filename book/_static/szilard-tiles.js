// Attention between two memories, to be played with: tiles that move (data-about="tiles"), the pebble game on attention of
// two queries (data-about="pebbles"), and the regime of a card (data-about="card"). No library, no request. Counts, blocks
// and bounds are those of the library's room `io_complexity`, and so are the graph and its optimal games; a test compares them.
(() => {
  "use strict";

  const ceil = (a, b) => Math.ceil(a / b), GREY = "#8a939e", BLUE = "#2e7ebf", ORANGE = "#d9720b", GREEN = "#0f9170";

  // --- what the library computes too

  function blocks(algorithm, N, d, M) {
    if (algorithm === "flash2") return { rows: Math.min(N, Math.floor((M - 2 * d) / (2 * d + 3))), cols: 1 };
    const tile = M >= 16 ? Math.floor(Math.sqrt(Math.floor(M / 4))) : Number(M >= 5);
    return { rows: tile, cols: tile };
  }

  function words(algorithm, N, d, M) {
    const { rows } = blocks(algorithm, N, d, M);
    if (rows < 1) return Infinity;
    if (algorithm === "flash2") return 2 * N * d + N + 2 * N * d * ceil(N, rows);
    return 3 * N * d * ceil(N, rows) + N * N * ceil(d, rows) + N * N + N * d + 4 * N;
  }

  function bound(N, d, M) {
    return Math.max(4 * N * d, (N * N * d * d) / (M + 4 * d * d) - M, (2 * N * N * d) / Math.sqrt(M) - 2 * M - N * N);
  }

  // The moves of a schedule: [what, matrix, first row, rows, first column, columns]; "free" gives everything named up.
  function schedule(algorithm, N, d, M) {
    const { rows: R } = blocks(algorithm, N, d, M), moves = [];
    const spans = (n, size) => Array.from({ length: ceil(n, size) }, (_, i) => [i * size, Math.min(size, n - i * size)]);
    const add = (what, name, [a, n], [b, m]) => moves.push([what, name, a, n, b, m]);
    const all = [0, d], one = [0, 1];
    if (R < 1) return moves;
    for (const r of spans(N, R)) {
      if (algorithm === "flash2") {
        add("read", "Q", r, all); add("make", "O", r, all); add("make", "m, l", r, [0, 2]);
        for (const c of spans(N, 1)) {
          add("read", "K", c, all); add("make", "S", r, c);
          add("read", "V", c, all); add("free", "K", c, all); add("free", "V", c, all); add("free", "S", r, c);
        }
        add("write", "O", r, all); add("write", "L", r, one);
        add("free", "Q", r, all); add("free", "O", r, all); add("free", "m, l", r, [0, 2]);
      } else {
        add("make", "m, l", r, [0, 2]);
        for (const c of spans(N, R)) {
          add("make", "S", r, c);
          for (const p of spans(d, R)) { add("read", "Q", r, p); add("read", "K", c, p); add("free", "Q", r, p); add("free", "K", c, p); }
          add("write", "S", r, c); add("free", "S", r, c);
        }
        add("write", "m, l", r, [0, 2]); add("free", "m, l", r, [0, 2]);
      }
    }
    if (algorithm === "square_tile") for (const r of spans(N, R)) {
      add("read", "m, l", r, [0, 2]);
      for (const p of spans(d, R)) {
        add("make", "O", r, p);
        for (const c of spans(N, R)) { add("read", "S", r, c); add("read", "V", c, p); add("free", "S", r, c); add("free", "V", c, p); }
        add("write", "O", r, p); add("free", "O", r, p);
      }
      add("free", "m, l", r, [0, 2]);
    }
    return moves;
  }

  const size = ([, , , n, , m]) => n * m;

  // What is in fast memory after so many moves, and the words moved until then.
  function replay(moves, count) {
    const held = new Map();
    let reads = 0, writes = 0, occupied = 0, peak = 0;
    moves.slice(0, count).forEach((move) => {
      const [what, ...place] = move, key = place.join();
      if (what === "read" || what === "make") { held.set(key, place); occupied += size(move); }
      if (what === "free") { held.delete(key); occupied -= size(move); }
      if (what === "read") reads += size(move);
      if (what === "write") writes += size(move);
      peak = Math.max(peak, occupied);
    });
    return { held: [...held.values()], reads, writes, occupied, peak };
  }

  // --- tiles

  const TILES = { N: 16, d: 8, cell: 9 };
  const PLACES = { Q: [20, 30], K: [110, 30], V: [200, 30], O: [290, 30], S: [20, 210], "m, l": [190, 210], L: [235, 210] };
  const SHAPES = { Q: [16, 8], K: [16, 8], V: [16, 8], O: [16, 8], S: [16, 16], "m, l": [16, 2], L: [16, 1] };

  function startTiles(box) {
    const { N, d, cell } = TILES;
    box.innerHTML = `<div class="line"><label>schedule <select data-set="algorithm"><option value="flash2">FlashAttention 2</option>
      <option value="square_tile">square tiles</option></select></label>
      <label>fast memory M <input type="range" min="36" max="320" step="4" value="100" data-set="M"><output data-shown="M"></output> words</label></div>
      <svg viewBox="0 0 375 365" role="img" aria-label="Matrices in slow memory; blue parts are in fast memory as well"></svg>
      <div class="line"><button type="button" data-do="play">play</button><button type="button" data-do="step">next move</button>
      <button type="button" data-do="end">to the end</button><button type="button" data-do="restart">restart</button></div>
      <table><tbody>${["last move", "fast memory", "words read", "words written", "words moved in all", "of them at the end", "lower bound"]
    .map((name) => `<tr><th>${name}</th><td data-result="${name}"></td></tr>`).join("")}</tbody></table>`;
    const drawing = box.querySelector("svg"), set = (name) => box.querySelector(`[data-set="${name}"]`);
    const state = { moves: [], at: 0, timer: 0 };
    const frame = Object.entries(PLACES).map(([name, [x, y]]) => {
      const [n, m] = SHAPES[name];
      return `<g data-matrix="${name}"><text x="${x}" y="${y - 6}">${name}</text><rect x="${x}" y="${y}" width="${m * cell}" height="${n * cell}" fill="none" stroke="${GREY}"/></g>`;
    }).join("");
    const part = ([name, a, n, b, m], colour, opacity) => {
      const [x, y] = PLACES[name];
      return `<rect x="${x + b * cell}" y="${y + a * cell}" width="${m * cell}" height="${n * cell}" fill="${colour}" fill-opacity="${opacity}"/>`;
    };
    const show = (name, text) => { box.querySelector(`[data-result="${name}"]`).textContent = text; };
    const update = () => {
      const M = Number(set("M").value), algorithm = set("algorithm").value, last = state.moves[state.at - 1];
      const now = replay(state.moves, state.at);
      const colour = last && { read: ORANGE, write: GREEN }[last[0]];
      drawing.innerHTML = frame + now.held.map((place) => part(place, BLUE, 0.55)).join("") + (colour ? part(last.slice(1), colour, 0.9) : "");
      box.querySelector('[data-shown="M"]').textContent = M;
      show("last move", last ? `${{ read: "read into fast memory", write: "write to slow memory", make: "compute", free: "give up" }[last[0]]}: ${last[1]}, ${size(last)} words` : "none yet");
      show("fast memory", `${now.occupied} of ${M}, at most ${now.peak}`);
      show("words read", now.reads);
      show("words written", now.writes);
      show("words moved in all", now.reads + now.writes);
      show("of them at the end", words(algorithm, N, d, M));
      show("lower bound", Math.ceil(bound(N, d, M)));
      box.querySelector('[data-do="play"]').textContent = state.timer ? "pause" : "play";
    };
    const stop = () => { clearInterval(state.timer); state.timer = 0; };
    const step = () => { state.at = Math.min(state.at + 1, state.moves.length); if (state.at === state.moves.length) stop(); update(); };
    const reset = () => { stop(); state.moves = schedule(set("algorithm").value, N, d, Number(set("M").value)); state.at = 0; update(); };
    const does = {
      step, restart: reset,
      end: () => { stop(); state.at = state.moves.length; update(); },
      play: () => {
        if (state.timer) { stop(); update(); return; }
        if (state.at === state.moves.length) state.at = 0;
        state.timer = setInterval(step, 120);
        update();
      },
    };
    box.addEventListener("input", reset);
    box.addEventListener("click", ({ target }) => { if (target.dataset.do) does[target.dataset.do](); });
    reset();
  }

  // --- pebbles

  const PARENTS = [[], [], [], [], [], [], [0, 2], [0, 3], [6, 7], [6, 4], [9, 7, 5], [10, 8], [1, 2], [1, 3], [12, 13], [12, 4], [15, 13, 5], [16, 14]];
  const NAMES = ["q₁", "q₂", "k₁", "k₂", "v₁", "v₂", "a₁₁", "a₁₂", "D₁", "s₁", "t₁", "o₁", "a₂₁", "a₂₂", "D₂", "s₂", "t₂", "o₂"];
  const SPOTS = [[60, 285], [420, 285], [160, 285], [320, 285], [240, 195], [240, 120], [60, 225], [150, 225], [100, 75], [40, 175], [170, 110],
    [135, 30], [330, 225], [420, 225], [370, 75], [310, 175], [440, 110], [405, 30]];
  const OUTPUTS = [11, 17];
  const GAMES = {
    4: "r0 r2 c6 w6 x6 r3 c7 x0 w7 x7 r1 c13 x3 c12 x1 x2 r4 c15 x4 c14 x12 w14 x14 r5 c16 x13 x15 r14 c17 w17 x14 x16 x17 r4 r6 c9 x4 x6 r7 c10 x5 x9 r6 c8 x6 x7 c11 w11 x8 x10 x11",
    5: "r0 r3 c7 r2 c6 x0 x2 r4 c9 x4 c8 x6 x3 r5 c10 x7 x9 c11 w11 x8 x10 x11 r1 r3 c13 x3 r2 c12 x1 x2 r4 c15 x4 c16 x5 x15 c14 x12 x13 c17 w17 x14 x16 x17",
    6: "r0 r3 c7 r2 c6 x0 r4 c9 x3 c8 x6 x2 r5 c10 x7 x9 c11 w11 x8 x10 x11 r1 r3 c13 x3 r2 c12 x1 x2 c15 x4 c16 x5 x15 c14 x12 x13 c17 w17 x14 x16 x17",
    7: "r0 r3 c7 r2 c6 x0 r4 c9 c8 x6 x4 r5 c10 x7 x9 c11 w11 x8 x10 x11 r1 c12 x2 r4 c15 x4 c13 x1 x3 c16 x5 x15 c14 x12 x13 c17 w17 x14 x16 x17",
    8: "r0 r3 c7 r1 c13 x3 r2 c6 x0 c12 x1 x2 r4 c9 c15 x4 r5 c10 x9 c16 x5 x15 c8 x6 x7 c11 w11 x8 x10 x11 c14 x12 x13 c17 w17 x14 x16 x17",
  };
  const KINDS = { r: "read", c: "compute", w: "write", x: "remove" };

  const game = () => ({ red: new Set(), blue: new Set(PARENTS.flatMap((up, v) => (up.length ? [] : [v]))), io: 0, moves: [] });

  // Why a move is not allowed; empty if it is.
  function objection({ red, blue }, kind, v, M) {
    const full = red.size >= M && !red.has(v) ? `fast memory holds ${M} values; remove one first` : "";
    if (kind === "read") return blue.has(v) ? full : `${NAMES[v]} is not in slow memory`;
    if (kind === "write") return red.has(v) ? "" : `${NAMES[v]} is not in fast memory`;
    if (kind === "remove") return red.has(v) ? "" : `${NAMES[v]} is not in fast memory`;
    if (!PARENTS[v].length) return `${NAMES[v]} is an input; it can be read`;
    const missing = PARENTS[v].filter((p) => !red.has(p)).map((p) => NAMES[p]);
    return missing.length ? `${NAMES[v]} needs ${missing.join(" and ")} in fast memory` : full;
  }

  function move(state, kind, v) {
    if (kind === "remove") state.red.delete(v);
    else (kind === "write" ? state.blue : state.red).add(v);
    if (kind === "read" || kind === "write") state.io += 1;
    state.moves.push([kind, v]);
  }

  const done = (state) => OUTPUTS.every((v) => state.blue.has(v));
  const best = (M) => GAMES[M].split(" ").map((text) => [KINDS[text[0]], Number(text.slice(1))]);
  const cost = (M) => best(M).filter(([kind]) => kind === "read" || kind === "write").length;

  function startPebbles(box) {
    const actions = ["automatic", "read", "compute", "write", "remove"];
    box.innerHTML = `<div class="line"><label>fast memory <select data-set="M">${Object.keys(GAMES).map((M) => `<option>${M}</option>`).join("")}</select> values</label>
      <fieldset><legend>a click on a value does</legend>${actions.map((name, i) => `<label><input type="radio" name="szilard-pebbles" value="${name}"${i ? "" : " checked"}>${name}</label>`).join("")}</fieldset></div>
      <svg viewBox="0 0 480 310" role="group" aria-label="Graph of attention with two queries"></svg>
      <p data-result="message" aria-live="polite"></p>
      <div class="line"><button type="button" data-do="undo">undo</button><button type="button" data-do="restart">restart</button>
      <button type="button" data-do="watch">watch an optimal game</button></div>
      <table><tbody>${["in fast memory", "your moves between the memories", "the optimum"].map((name) => `<tr><th>${name}</th><td data-result="${name}"></td></tr>`).join("")}</tbody></table>`;
    const drawing = box.querySelector("svg"), memory = () => Number(box.querySelector("[data-set=M]").value);
    drawing.innerHTML = PARENTS.flatMap((up, v) => up.map((p) => `<line x1="${SPOTS[p][0]}" y1="${SPOTS[p][1]}" x2="${SPOTS[v][0]}" y2="${SPOTS[v][1]}" stroke="${GREY}"/>`)).join("")
      + PARENTS.map((_, v) => `<g data-vertex="${v}" tabindex="0" role="button"><circle cx="${SPOTS[v][0]}" cy="${SPOTS[v][1]}" r="17"/><text x="${SPOTS[v][0]}" y="${SPOTS[v][1] + 5}" text-anchor="middle">${NAMES[v]}</text></g>`).join("");
    let state = game(), timer = 0, shown = 0; // shown: moves at the beginning of this game that the computer made
    const show = (name, text) => { box.querySelector(`[data-result="${name}"]`).textContent = text; };
    const update = (message) => {
      for (const group of drawing.querySelectorAll("[data-vertex]")) {
        const v = Number(group.dataset.vertex), red = state.red.has(v), blue = state.blue.has(v);
        group.setAttribute("class", `${red ? "red" : ""} ${blue ? "blue" : ""}`);
        group.setAttribute("aria-label", `${NAMES[v]}: ${[red && "in fast memory", blue && "in slow memory"].filter(Boolean).join(" and ") || "not computed"}`);
      }
      show("in fast memory", `${state.red.size} of ${memory()}`);
      show("your moves between the memories", state.io);
      show("the optimum", cost(memory()));
      const over = state.io - cost(memory());
      const whose = shown ? `The computer made the first ${shown} of ${state.moves.length} moves. ` : "";
      show("message", message || (done(state)
        ? `Both outputs are written. ${shown && shown === state.moves.length ? "This game was the computer's." : whose + (over ? `${over} more than needed.` : "As few as possible!")}`
        : "Write o₁ and o₂ to slow memory. Filled: in fast memory; thick rim: in slow memory."));
    };
    const stop = () => { clearInterval(timer); timer = 0; };
    const restart = () => { stop(); state = game(); shown = 0; update(); };
    const automatic = (v) => {
      if (!state.red.has(v)) return PARENTS[v].length && !(state.blue.has(v) && objection(state, "compute", v, memory())) ? "compute" : "read";
      return OUTPUTS.includes(v) && !state.blue.has(v) ? "write" : "remove";
    };
    const act = (v, kind) => {
      if (timer) stop();
      const chosen = kind === "automatic" ? automatic(v) : kind, wrong = objection(state, chosen, v, memory());
      if (!wrong) move(state, chosen, v);
      update(wrong && `Not allowed: ${wrong}.`);
    };
    const does = {
      restart,
      undo: () => {
        stop();
        const past = state.moves.slice(0, -1);
        state = game();
        past.forEach(([kind, v]) => move(state, kind, v));
        shown = Math.min(shown, past.length);
        update();
      },
      watch: () => {
        restart();
        const moves = best(memory());
        timer = setInterval(() => { if (moves.length) { move(state, ...moves.shift()); shown += 1; } else stop(); update(); }, 350);
      },
    };
    const action = () => box.querySelector("input[type=radio]:checked").value;
    box.addEventListener("click", ({ target }) => {
      const group = target.closest("[data-vertex]");
      if (group) act(Number(group.dataset.vertex), action());
      else if (target.dataset.do) does[target.dataset.do]();
    });
    box.addEventListener("keydown", (event) => {
      const group = event.target.closest("[data-vertex]"), kind = { Enter: action(), " ": action(), ...KINDS }[event.key];
      if (!group || !kind || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act(Number(group.dataset.vertex), kind);
    });
    box.querySelector("[data-set=M]").addEventListener("change", restart);
    update();
  }

  // --- a card

  function regime(kilobytes, bytes, d, N) {
    const M = Math.floor((kilobytes * 1024) / bytes), square = words("square_tile", N, d, M), flash = words("flash2", N, d, M);
    return { M, share: M / (d * d), rows: blocks("flash2", N, d, M).rows, square, flash, gap: Math.min(square, flash) / bound(N, d, M) };
  }

  function startCard(box) {
    const rows = { M: "words of fast memory, M", share: "M / d²", regime: "regime", rows: "queries in a block of FlashAttention 2", flash: "words moved by FlashAttention 2", square: "by square tiles", gap: "the fewer of both over the lower bound" };
    const options = (values, chosen) => values.map(([value, text]) => `<option value="${value}"${value === chosen ? " selected" : ""}>${text}</option>`).join("");
    box.innerHTML = `<div class="line"><label>fast memory <input type="number" min="4" max="4096" step="1" value="228" data-set="kilobytes"> KB</label>
      <label>a number has <select data-set="bytes">${options([[4, "4 bytes"], [2, "2 bytes"], [1, "1 byte"]], 2)}</select></label>
      <label>d <select data-set="d">${options([32, 64, 128, 256, 512].map((x) => [x, x]), 128)}</select></label>
      <label>N <select data-set="N">${options([1024, 4096, 16384, 65536].map((x) => [x, x]), 4096)}</select></label></div>
      <table><tbody>${Object.entries(rows).map(([key, text]) => `<tr><th>${text}</th><td data-result="${key}"></td></tr>`).join("")}</tbody></table>`;
    const update = () => {
      const [kilobytes, bytes, d, N] = ["kilobytes", "bytes", "d", "N"].map((name) => Number(box.querySelector(`[data-set="${name}"]`).value));
      const found = regime(Math.max(kilobytes, 0), bytes, d, N);
      const none = "no block fits", count = (x) => (Number.isFinite(x) ? x.toLocaleString("en") : none);
      const told = { M: count(found.M), share: found.share.toFixed(2), regime: found.share >= 1 ? "large, M ≥ d²" : "small, M < d²",
        rows: found.rows > 0 ? found.rows : none, flash: count(found.flash), square: count(found.square), gap: Number.isFinite(found.gap) ? found.gap.toFixed(1) : none };
      for (const [key, text] of Object.entries(told)) box.querySelector(`[data-result="${key}"]`).textContent = text;
    };
    box.addEventListener("input", update);
    update();
  }

  const STYLE = `.szilard-tiles{margin:1rem 0} .szilard-tiles svg{max-width:100%;width:480px;font-size:14px;user-select:none;display:block}
    .szilard-tiles .line{display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center;margin:.4rem 0}
    .szilard-tiles label{display:inline-flex;gap:.4rem;align-items:center} .szilard-tiles text{fill:currentColor}
    .szilard-tiles fieldset{border:1px solid ${GREY};border-radius:6px;padding:0 .6rem .2rem;display:flex;flex-wrap:wrap;gap:0 .8rem;min-width:0}
    .szilard-tiles legend{float:none;width:auto;font-size:1em;margin:0;padding:0 .3rem} .szilard-tiles input[type=number]{width:5.5em}
    .szilard-tiles table{width:100%;max-width:34rem;margin:0} .szilard-tiles th{font-weight:normal;text-align:left}
    .szilard-tiles td{text-align:right;font-variant-numeric:tabular-nums} .szilard-tiles output{min-width:2.2em;text-align:right}
    .szilard-tiles g[data-vertex]{cursor:pointer} .szilard-tiles circle{fill:var(--pst-color-background,#fff);stroke:${GREY};stroke-width:1.5}
    .szilard-tiles .blue circle{stroke:${BLUE};stroke-width:4} .szilard-tiles .red circle{fill:#f2b48a} .szilard-tiles .red text{fill:#000}
    .szilard-tiles g[data-vertex]:focus{outline:none} .szilard-tiles g[data-vertex]:focus-visible circle{stroke-dasharray:4 2;stroke-width:4}`;

  window.szilardTiles = { blocks, words, bound, schedule, replay, regime, graph: { parents: PARENTS, outputs: OUTPUTS, best, cost } };
  const kinds = { tiles: startTiles, pebbles: startPebbles, card: startCard };
  document.querySelectorAll(".szilard-tiles").forEach((box, i) => {
    kinds[box.dataset.about](box);
    if (i === 0) box.insertAdjacentHTML("afterbegin", `<style>${STYLE}</style>`);
  });
})();
