// What changed on the server is read anew at once: names of changes come as server-sent events, and every element that
// waits for one (hx-trigger="live:copies from:body") asks for itself. Where events do not come through, all look every
// five seconds. A page nobody sees listens to nothing; it looks when it is seen again.
(() => {
  const POLL_MS = 5000, AGAIN_MS = 60000, SILENT_MS = 40000;
  let source = null, poll = 0, again = 0, heard = 0;

  const waiting = () => {
    const names = [...document.querySelectorAll("[hx-trigger*='live:']")]
      .flatMap((element) => element.getAttribute("hx-trigger").match(/live:\w+/g) || []);
    return new Set(names);
  };
  const tell = (name) => document.body.dispatchEvent(new CustomEvent(name, { bubbles: true }));
  const tellAll = () => waiting().forEach(tell);

  function state(name, words) {
    for (const place of document.querySelectorAll("[data-link-state]")) {
      place.dataset.state = name;
      place.textContent = words;
    }
    const banner = document.querySelector("[data-offline]");
    if (banner) banner.hidden = name !== "offline";
  }

  function listen() {
    close();
    if (document.hidden) return;
    if (!navigator.onLine) return state("offline", "offline");
    source = new EventSource("/app/events");
    source.addEventListener("hello", () => {
      heard = Date.now();
      stopPolling();
      state("live", "live");
      // What changed between the page and its stream was told to nobody: who cannot wait for the next news looks once.
      tell("live:joined");
    });
    source.addEventListener("changed", (event) => {
      heard = Date.now();
      if (event.data === "everything") tellAll();
      else tell(`live:${event.data}`);
    });
    source.onerror = () => {
      // 2 is CLOSED: the server refused, and the browser does not come again by itself.
      if (source && source.readyState === 2) again = setTimeout(listen, AGAIN_MS);
      startPolling();
    };
    // A proxy that keeps the events back lets the connection open and nothing through.
    poll || setTimeout(() => { if (source && !heard) startPolling(); }, 3000);
  }

  function close() {
    clearTimeout(again);
    if (source) source.close();
    source = null;
    heard = 0;
  }

  function startPolling() {
    if (poll || document.hidden) return;
    state(navigator.onLine ? "polling" : "offline", navigator.onLine ? "looking every 5 s" : "offline");
    poll = setInterval(() => navigator.onLine && tellAll(), POLL_MS);
  }
  function stopPolling() {
    clearInterval(poll);
    poll = 0;
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      close();
      stopPolling();
    } else {
      tellAll();
      listen();
    }
  });
  addEventListener("online", () => { tellAll(); listen(); });
  addEventListener("offline", () => { close(); stopPolling(); state("offline", "offline"); });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) { tellAll(); listen(); } });

  // What differs after a swap is lit for a moment: elements say by data-lit what they are.
  let before = new Map();
  const lit = () => new Map([...document.querySelectorAll("[data-lit]")].map((each) => [each.dataset.lit, each.textContent.trim()]));
  document.addEventListener("htmx:before:swap", () => { before = lit(); });
  document.addEventListener("htmx:after:swap", () => {
    for (const element of document.querySelectorAll("[data-lit]")) {
      const was = before.get(element.dataset.lit);
      if (was === element.textContent.trim()) continue;
      element.classList.remove("changed");
      void element.offsetWidth;
      element.classList.add("changed");
    }
  });
  listen();
})();
