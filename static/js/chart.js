// A drawn curve can be explored: with the pointer, or with the arrow keys once it has the focus.
(() => {
  function explored(chart) {
    const unit = chart.dataset.unit;
    const points = [...chart.querySelectorAll("[data-points] > li")].map((each) => each.dataset);
    const told = chart.querySelector("[data-told]"), cursors = chart.querySelectorAll("[data-cursor]");
    const plot = chart.querySelector("svg"), rest = told.textContent;
    let at = points.length - 1;
    const signed = (text) => (Number(text) > 0 ? "+" : "") + text.replace("-", "\u2212");

    function show(index) {
      at = Math.max(0, Math.min(points.length - 1, index));
      const point = points[at], x = ((at + 1) * 720) / points.length;
      for (const cursor of cursors) cursor.setAttribute("d", `M${x.toFixed(1)} 0V200`);
      told.textContent = `After ${at + 1} of ${points.length}, ${new Date(point.at).toLocaleDateString(undefined, { dateStyle: "medium" })}: `
        + `${signed(point.equity)}\u202f${unit}, ${signed(point.drawdown)}\u202f${unit} from the highest`;
      told.removeAttribute("aria-hidden");
    }
    function end() {
      for (const cursor of cursors) cursor.setAttribute("d", "");
      told.textContent = rest;
      told.setAttribute("aria-hidden", "true");
    }
    plot.setAttribute("tabindex", "0");
    plot.addEventListener("pointermove", (event) => {
      const box = plot.getBoundingClientRect();
      show(Math.round(((event.clientX - box.left) / box.width) * points.length) - 1);
    });
    plot.addEventListener("pointerleave", end);
    plot.addEventListener("blur", end);
    plot.addEventListener("focus", () => { told.setAttribute("aria-live", "polite"); show(at); });
    plot.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, Home: -points.length, End: points.length }[event.key];
      if (!step) return;
      event.preventDefault();
      show(at + step);
    });
  }
  // What is read anew is another element.
  const all = () => {
    for (const chart of document.querySelectorAll("[data-chart]:not([data-explored])")) {
      chart.dataset.explored = "";
      explored(chart);
    }
  };
  document.addEventListener("htmx:after:swap", all);
  all();
})();
