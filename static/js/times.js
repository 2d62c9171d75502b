// Keeps "3 min ago" true while the page is open, and tells the exact moment in the reader's own time zone on hover.
(() => {
  const units = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const largest = (seconds) => {
    const [size, name] = units.find(([each]) => seconds >= each) || units.at(-1);
    return `${Math.floor(seconds / size)}\u202f${name}`;
  };
  const words = (seconds) =>
    Math.abs(seconds) < 5 ? "just now" : seconds > 0 ? `${largest(seconds)} ago` : `in ${largest(-seconds)}`;

  function refresh() {
    for (const time of document.querySelectorAll("time[datetime]")) {
      const then = new Date(time.dateTime);
      if (!time.dataset.local) {
        time.dataset.local = "yes";
        time.title = `${then.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "long" })} (${time.title})`;
      }
      if (!time.hasAttribute("data-relative")) continue;
      const text = words((Date.now() - then) / 1000);
      if (time.textContent !== text) time.textContent = text;
    }
  }
  refresh();
  setInterval(refresh, 5000);
  document.addEventListener("htmx:after:swap", refresh);
})();
