// The price of one symbol while somebody watches: asked for every three seconds, and told to the chart. Where that has
// nothing to draw, the line begins here, over the lines of entry, stop and targets, when the page is opened.
(() => {
  const EVERY_MS = 3000, MOST = 200, WIDTH = 600, HEIGHT = 300;
  const place = document.querySelector("[data-watch]");
  if (!place) return;
  const { watch, high, low, entry, side } = place.dataset;
  const told = place.querySelector("[data-price]"), line = place.querySelector("[data-line]");
  const points = [];
  let timer = 0;

  function draw() {
    if (!line || "drawn" in place.dataset) return;
    const y = (price) => Math.max(1, Math.min(HEIGHT - 1, ((high - price) / (high - low)) * HEIGHT)).toFixed(1);
    const step = WIDTH / Math.max(20, points.length - 1);
    line.setAttribute("d", points.map((price, index) => `${index ? "L" : "M"}${(index * step).toFixed(1)} ${y(price)}`).join("") + (points.length === 1 ? "h4" : ""));
  }
  function words(text, exchange) {
    const price = Number(text).toLocaleString("en-US", { maximumFractionDigits: 12 });
    if (!entry) return `${price} on ${exchange}`;
    const move = ((text - entry) / entry) * 100, sign = move > 0 ? "+" : move < 0 ? "\u2212" : "";
    return `Now ${price} on ${exchange}, ${sign}${Math.abs(move).toFixed(2)}\u202f% from the entry`;
  }
  async function look() {
    clearTimeout(timer);
    if (document.hidden) return;
    try {
      const answer = await fetch(watch, { headers: { Accept: "application/json" } });
      document.dispatchEvent(new CustomEvent("asked", { detail: answer.status }));
      if (answer.status === 401) return;
      const found = answer.ok ? await answer.json() : {};
      if (found.price) {
        points.push(Number(found.price));
        if (points.length > MOST) points.shift();
        told.textContent = words(found.price, found.exchange.charAt(0).toUpperCase() + found.exchange.slice(1));
        place.dispatchEvent(new CustomEvent("price:told", { detail: found.price }));
        draw();
      } else if (!answer.ok) {
        told.textContent = "The price could not be read.";
      } else if (!points.length) {
        told.textContent = "No exchange tells the price at this moment.";
      }
    } catch {
      told.textContent = "No connection: the price is old.";
    }
    timer = setTimeout(look, EVERY_MS);
  }
  document.addEventListener("visibilitychange", () => !document.hidden && look());
  addEventListener("pagehide", () => clearTimeout(timer));
  look();
})();
