// What went wrong behind an open page is told in one place, with a way on: no connection, a server that fails or cannot
// be reached, a session that has ended. It goes away by itself once something is read again. A form is not sent into
// nothing: what was typed stays.
(() => {
  const banner = document.querySelector("[data-trouble]");
  if (!banner) return;
  const words = banner.querySelector("p"), way = banner.querySelector("a");
  const here = () => location.pathname + location.search;
  const OLD = "What you see may be old;";
  const SAID = {
    offline: [`No connection. ${OLD} it is read anew when the connection is back.`],
    unsent: ["No connection: nothing was sent. What you typed is still here; send it when the connection is back."],
    away: [`The server cannot be reached. ${OLD} it is tried again by itself.`, "Load the page again", here],
    failed: [`Something went wrong on our side. ${OLD} it is tried again by itself.`, "Load the page again", here],
    often: [`Too much was asked from your address just now. ${OLD} it is tried again by itself.`],
    gone: [`This cannot be read any more: it is gone, or not yours. ${OLD} load the page to be sure.`, "Load the page again", here],
    over: [
      "Your session has ended, so nothing is read anew here. What you have typed is kept if you send it: it waits for you behind the login.",
      "Log in again", () => `/login?next=${encodeURIComponent(here())}`,
    ],
  };
  const LASTING = ["offline", "unsent", "over"];
  let kind = "";

  function tell(what) {
    if (kind === "over" || (what === kind && !banner.hidden)) return;
    // What was not sent matters more than what cannot be read: until the connection is back it stays told.
    if (kind === "unsent" && what !== "over") return;
    kind = what;
    const [text, name, address] = SAID[what];
    words.textContent = text;
    way.hidden = !name;
    way.textContent = name || "";
    way.href = name ? address() : "#";
    banner.dataset.trouble = what;
    banner.hidden = false;
    if (what === "over") document.dispatchEvent(new Event("session:over"));
  }
  function forget() {
    kind = "";
    banner.hidden = true;
  }
  const meant = (status) =>
    status === 0 ? (navigator.onLine ? "away" : "offline") : status === 401 ? "over" : status === 429 ? "often"
      : status < 500 ? "gone" : "failed";

  // The browser's own questions tell what came of them; 0 is no answer.
  document.addEventListener("asked", ({ detail: status }) => {
    if (status === 0 || status >= 400) tell(meant(status));
    else if (!LASTING.includes(kind)) forget();
  });
  const told = (status) => document.dispatchEvent(new CustomEvent("asked", { detail: status }));
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    const fetch = ctx.fetch;
    // As an answer: the library would call a server that is away an error of the page.
    ctx.fetch = (...args) => fetch(...args).catch((error) => {
      if (error?.name === "AbortError") throw error;
      return new Response("", { status: 503, headers: { "X-Unanswered": "yes" } });
    });
  });
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    told(ctx.response.headers.has("X-Unanswered") ? 0 : ctx.response.status);
  });
  document.addEventListener("submit", (event) => {
    if (navigator.onLine || event.target.method === "dialog" || event.defaultPrevented) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    tell("unsent");
  }, true);
  addEventListener("offline", () => tell("offline"));
  addEventListener("online", () => ["offline", "unsent"].includes(kind) && forget());
  if (!navigator.onLine) tell("offline");
})();
