// What changed on the server is read anew at once: names of changes come as server-sent events, and every element that
// waits for one (hx-trigger="live:copies from:body") asks for itself. A page knows the place in the news at which it was
// made, and later the last it was told, so that each stream begins with what was missed before it. Where events do not
// come through, all look every five seconds. A page nobody sees listens to nothing; it hears what it missed when it is
// seen again.
(() => {
  const POLL_MS = 5000, PATIENCE_MS = 3000, SILENT_MS = 16000, FIRST_MS = 1000, LONGEST_MS = 60000;
  let at = document.currentScript.dataset.place, looked = Date.now();
  let source = null, heard = 0, poll = 0, again = 0, patience = 0, tries = 0, isOver = false;

  const waiting = () => {
    const names = [...document.querySelectorAll("[hx-trigger*='live:']")]
      .flatMap((element) => element.getAttribute("hx-trigger").match(/live:\w+/g) || []);
    return new Set(names);
  };

  // One question at a time for each element. What changes while it is answered may not be in the answer: it asks again.
  const asking = new Set(), late = new Set();
  function tell(name) {
    for (const element of asking) if (element.getAttribute("hx-trigger").includes(name)) late.add(name);
    document.body.dispatchEvent(new CustomEvent(name, { bubbles: true }));
  }
  function tellAll() {
    looked = Date.now();
    waiting().forEach(tell);
  }
  const lively = (event) => {
    const element = event.detail.ctx.sourceElement;
    return (element.getAttribute?.("hx-trigger") || "").includes("live:") ? element : null;
  };
  document.addEventListener("htmx:before:request", (event) => lively(event) && asking.add(lively(event)));
  document.addEventListener("htmx:finally:request", (event) => {
    const element = lively(event);
    if (!element) return;
    asking.delete(element);
    const missed = [...late].filter((name) => element.getAttribute("hx-trigger").includes(name));
    for (const name of missed) late.delete(name);
    // The element that asked may be replaced by now: the one in its place hears it.
    setTimeout(() => missed.forEach(tell));
  });

  function state(name, words) {
    for (const place of document.querySelectorAll("[data-link-state]")) {
      place.dataset.state = name;
      place.textContent = words;
    }
  }

  function listen() {
    close();
    if (document.hidden || isOver) return;
    if (!navigator.onLine) return state("offline", "offline");
    source = new EventSource(`/app/events?since=${encodeURIComponent(at)}`);
    const hear = (event) => {
      heard = looked = Date.now();
      at = event.lastEventId || at;
    };
    source.addEventListener("hello", (event) => {
      hear(event);
      tries = 0;
      stopPolling();
      state("live", "live");
    });
    source.addEventListener("beat", hear);
    source.addEventListener("changed", (event) => {
      hear(event);
      if (event.data === "everything") tellAll();
      else tell(`live:${event.data}`);
    });
    source.onerror = comeAgain;
    // A proxy that keeps the events back lets the connection open and nothing through.
    patience = setTimeout(() => heard || startPolling(), PATIENCE_MS);
  }

  // The server begins anew, or has no place left: a little later each time, and not all pages in the same moment.
  function comeAgain() {
    close();
    const pause = Math.min(FIRST_MS * 2 ** tries, LONGEST_MS) * (0.5 + Math.random() / 2);
    tries += 1;
    again = setTimeout(listen, pause);
    patience = setTimeout(startPolling, PATIENCE_MS);
  }

  function close() {
    clearTimeout(again);
    clearTimeout(patience);
    if (source) source.close();
    source = null;
    heard = 0;
  }

  function startPolling() {
    if (poll || document.hidden || !navigator.onLine) return;
    state("polling", "looking every 5 s");
    poll = setInterval(() => navigator.onLine && tellAll(), POLL_MS);
    if (Date.now() - looked >= POLL_MS) tellAll();
  }
  function stopPolling() {
    clearInterval(poll);
    poll = 0;
  }
  // A connection that is dead and does not say so: the server speaks every five seconds.
  setInterval(() => {
    if (source && heard && Date.now() - heard > SILENT_MS) comeAgain();
  }, POLL_MS);

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      close();
      stopPolling();
    } else listen();
  });
  document.addEventListener("session:over", () => { close(); stopPolling(); isOver = true; state("offline", "logged out"); });
  addEventListener("online", listen);
  addEventListener("offline", () => { close(); stopPolling(); state("offline", "offline"); });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && listen());

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
