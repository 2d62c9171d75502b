// What the price of a signal's symbol did, with entry, stop, targets and what happened, drawn by uPlot. Asked for when
// the page is open, again whenever the candles may be newer, and continued by the price that watch.js is told.
(() => {
  const place = document.querySelector("[data-chart-of]");
  if (!place || !window.uPlot) return;
  const part = (name) => place.querySelector(`[data-${name}]`);
  const box = part("plot"), told = part("told"), note = part("note"), table = part("table"), still = part("still");
  const GAP = 22, SHAPES = { filled: "▲", closed: "■" };
  let plot = null, found = null, now = null, range = place.dataset.range, asked = 0, timer = 0;

  // Colours of the page as it is now: tokens hold both twins, and only an element knows which one it has.
  const probe = box.appendChild(document.createElement("span"));
  probe.hidden = true;
  const colour = (token, share = 100) => {
    probe.style.color = `color-mix(in srgb, var(--${token}) ${share}%, transparent)`;
    return getComputedStyle(probe).color;
  };
  const font = (weight, size) => `${weight} ${size * devicePixelRatio}px ${getComputedStyle(place).fontFamily}`;
  const number = (value) => Number(value).toLocaleString("en-US", { minimumFractionDigits: found.places ?? 0, maximumFractionDigits: found.places ?? 8 });
  const clock = (at) => new Date(at * 1000).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
  const day = (at) => new Date(at * 1000).toLocaleDateString(undefined, { day: "numeric", month: "short" });
  const when = (at) => (found.range === "1h" ? clock(at) : `${day(at)}, ${clock(at)}`);

  // A candle stands where it ends: there its last price was.
  const columns = () => [found.candles.map((row) => row[0] + found.span_s), ...[4, 2, 3].map((column) => found.candles.map((row) => Number(row[column])))];

  function bounds() {
    const values = [...found.levels.map((each) => Number(each.price)), ...found.candles.flatMap((row) => [Number(row[2]), Number(row[3])])];
    const low = Math.min(...values), high = Math.max(...values), room = (high - low || high * 0.002) * 0.08;
    return [low - room, high + room];
  }

  // A line across, its name inside on the left, its value as a tag on the axis; tags never lie on each other.
  function lines(u) {
    const { ctx, bbox } = u, ratio = devicePixelRatio, right = bbox.left + bbox.width, gap = GAP * ratio;
    const all = found.levels.map((each) => ({ ...each, y: u.valToPos(Number(each.price), "y", true) }));
    if (now !== null) all.push({ name: "", move: "", text: number(now), tone: "now", y: u.valToPos(now, "y", true) });
    all.sort((one, other) => one.y - other.y);
    let top = bbox.top + gap / 2, floor = bbox.top + bbox.height - gap / 2;
    for (const each of all) { each.at = Math.max(each.y, top); top = each.at + gap; }
    for (const each of all.toReversed()) { each.at = Math.min(each.at, floor); floor = each.at - gap; }
    ctx.save();
    ctx.textBaseline = "middle";
    for (const each of all) {
      const token = { gain: "gain", loss: "loss", now: "accent" }[each.tone] || "ink";
      ctx.strokeStyle = ctx.fillStyle = colour(token);
      ctx.lineWidth = 1.5 * ratio;
      ctx.setLineDash(each.tone === "now" ? [2 * ratio, 3 * ratio] : [6 * ratio, 4 * ratio]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, each.y);
      ctx.lineTo(right, each.y);
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.lineWidth = ratio;
      ctx.beginPath();
      ctx.moveTo(right, each.y);
      ctx.lineTo(right + 6 * ratio, each.at);
      ctx.stroke();
      ctx.beginPath();
      ctx.roundRect(right + 6 * ratio, each.at - 10 * ratio, u.width * ratio - right - 8 * ratio, 20 * ratio, 4 * ratio);
      ctx.fill();
      ctx.font = font(600, 12);
      ctx.fillStyle = colour("ground");
      ctx.textAlign = "left";
      ctx.fillText(each.text, right + 12 * ratio, each.at);
      if (each.name) label(ctx, `${each.name}${each.move ? `  ${each.move}` : ""}`, bbox.left + 6 * ratio, each.at - 0.5 * gap * (each.at === each.y ? 1 : 0), colour(token));
    }
    ctx.restore();
  }
  function label(ctx, words, x, y, ink) {
    const ratio = devicePixelRatio;
    ctx.font = font(500, 11);
    ctx.fillStyle = colour("ground", 82);
    ctx.fillRect(x - 3 * ratio, y - 8 * ratio, ctx.measureText(words).width + 6 * ratio, 16 * ratio);
    ctx.fillStyle = ink;
    ctx.fillText(words, x, y);
  }
  function marks(u) {
    const { ctx, bbox } = u, ratio = devicePixelRatio;
    ctx.save();
    for (const each of found.marks) {
      const x = u.valToPos(each.at_s, "x", true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      if (each.kind === "published") {
        ctx.strokeStyle = colour("quiet");
        ctx.lineWidth = ratio;
        ctx.setLineDash([1 * ratio, 3 * ratio]);
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
        ctx.setLineDash([]);
        ctx.textBaseline = "middle";
        const width = 58 * ratio;
        label(ctx, each.words, Math.min(x + 5 * ratio, bbox.left + bbox.width - width), bbox.top + bbox.height - 10 * ratio, colour("quiet"));
      } else {
        ctx.font = font(700, 14);
        ctx.textAlign = "center";
        ctx.textBaseline = "middle";
        ctx.lineWidth = 4 * ratio;
        ctx.strokeStyle = colour("ground");
        ctx.fillStyle = colour("warn");
        const y = u.valToPos(Number(each.price), "y", true);
        ctx.strokeText(SHAPES[each.kind], x, y);
        ctx.fillText(SHAPES[each.kind], x, y);
      }
    }
    ctx.restore();
  }

  const wide = () => Math.max(68, 24 + 7.2 * Math.max(...[...found.levels.map((each) => each.text), number(found.candles.at(-1)[4])].map((text) => text.length)));
  function options() {
    const quiet = colour("quiet"), grid = { stroke: colour("line", 70), width: 1 }, ticks = { show: false };
    return {
      width: box.clientWidth, height: box.clientHeight, legend: { show: false }, padding: [10, 0, 0, 14],
      cursor: { drag: { x: false, y: false }, points: { size: 8, fill: colour("accent"), stroke: colour("ground") }, y: false },
      scales: { x: { time: true, range: () => [found.candles[0][0], found.candles.at(-1)[0] + found.span_s] }, y: { range: bounds } },
      axes: [
        { stroke: quiet, grid, ticks, font: "11px system-ui", size: 28, space: 72, values: (u, splits) => splits.map((at) => (found.range === "1w" ? day(at) : clock(at))) },
        { side: 1, stroke: quiet, grid, ticks, font: "11px system-ui", size: wide(), gap: 12, values: (u, splits) => splits.map((value) => (found.levels.length ? "" : number(value))) },
      ],
      series: [
        {},
        { stroke: colour("accent"), width: 2, points: { show: false } },
        { width: 0, points: { show: false } },
        { width: 0, points: { show: false } },
      ],
      bands: [{ series: [2, 3], fill: colour("accent", 16) }],
      hooks: { draw: [lines, marks], setCursor: [tell] },
    };
  }

  function draw() {
    plot?.destroy();
    plot = null;
    box.querySelector(".drawn")?.remove();
    still.hidden = found.candles.length > 0;
    place.toggleAttribute("data-drawn", found.candles.length > 0);
    if (!found.candles.length) return;
    const drawn = box.appendChild(document.createElement("div"));
    drawn.className = "drawn";
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", summary());
    drawn.tabIndex = 0;
    drawn.addEventListener("keydown", step);
    drawn.addEventListener("blur", () => plot?.setCursor({ left: -10, top: -10 }));
    plot = new uPlot(options(), columns(), drawn);
  }

  function summary() {
    const rows = found.candles, levels = found.levels.map((each) => `${each.name} ${each.text}`).join(", ");
    const high = Math.max(...rows.map((row) => Number(row[2]))), low = Math.min(...rows.map((row) => Number(row[3])));
    const happened = found.marks.map((each) => `${each.words}${each.text ? ` at ${each.text}` : ""}, ${when(each.at_s)}`).join("; ");
    return `${found.symbol} on ${found.exchange} during ${found.words}: from ${number(rows[0][1])} to ${number(rows.at(-1)[4])}, lowest ${number(low)}, highest ${number(high)}. `
      + `${levels ? `${levels}. ` : ""}${happened}. The arrow keys read single candles.`;
  }
  function rest() {
    const start = found.candles[0]?.[0];
    told.textContent = found.marks
      .map((each) => `${SHAPES[each.kind] || "┆"} ${each.words}${each.text && each.kind !== "published" ? ` at ${each.text}` : ""} ${when(each.at_s)}${each.at_s < start ? ", before this chart begins" : ""}`)
      .join(" · ") || "\u00a0";
  }
  function tell(u) {
    const index = u.cursor.idx;
    if (u.cursor.left < 0 || index == null) return rest();
    const [at, open, high, low, close] = found.candles[index];
    told.textContent = `${when(at)}: from ${number(open)} to ${number(close)}, lowest ${number(low)}, highest ${number(high)}`;
  }
  function step(event) {
    const last = found.candles.length - 1, here = plot.cursor.left < 0 ? last + 1 : plot.cursor.idx ?? last + 1;
    const index = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: last }[event.key];
    if (index === undefined) return;
    event.preventDefault();
    const at = Math.max(0, Math.min(last, index));
    plot.setCursor({ left: plot.valToPos(found.candles[at][0] + found.span_s, "x"), top: 10 });
  }

  async function look() {
    clearTimeout(timer);
    const mine = ++asked;
    try {
      const answer = await fetch(`${place.dataset.chartOf}?range=${range}`, { headers: { Accept: "application/json" } });
      if (mine !== asked) return;
      document.dispatchEvent(new CustomEvent("asked", { detail: answer.status }));
      if (answer.status === 401) return;
      if (!answer.ok) throw new Error(answer.status);
      found = await answer.json();
      draw();
      rest();
      note.textContent = found.note && ` · ${found.note}`;
    } catch {
      if (mine !== asked) return;
      note.textContent = " · The past prices could not be read. They are asked for again in a few seconds.";
    }
    timer = setTimeout(() => document.hidden || look(), 1000 * (found?.note ? 6 : found?.fresh_s ?? 6));
  }

  // The price of now continues the last candle, or begins the next one.
  place.addEventListener("price:told", (event) => {
    now = Number(event.detail);
    if (!plot) return;
    const price = event.detail, at = Math.floor(Date.now() / 1000 / found.span_s) * found.span_s, last = found.candles.at(-1);
    if (at > last[0] + found.span_s) return;
    if (at > last[0]) found.candles = [...found.candles.slice(1), [at, price, price, price, price]];
    else found.candles[found.candles.length - 1] = [last[0], last[1], String(Math.max(last[2], now)), String(Math.min(last[3], now)), price];
    plot.setData(columns());
  });
  for (const chip of place.querySelectorAll("[data-range-of]")) {
    chip.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey) return;
      event.preventDefault();
      range = chip.dataset.rangeOf;
      for (const each of place.querySelectorAll("[data-range-of]")) each.toggleAttribute("aria-current", false);
      chip.setAttribute("aria-current", "true");
      table.href = chip.href;
      look();
    });
  }
  new ResizeObserver(() => plot?.setSize({ width: box.clientWidth, height: box.clientHeight })).observe(box);
  const again = () => found && draw();
  document.addEventListener("theme", again);
  matchMedia("(prefers-color-scheme: light)").addEventListener("change", again);
  document.addEventListener("visibilitychange", () => document.hidden || look());
  document.body.addEventListener("live:copies", look);
  addEventListener("pagehide", () => clearTimeout(timer));
  look();
})();
