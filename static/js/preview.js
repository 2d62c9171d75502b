// What a form would do, worked out by the server while it is filled in: the answer is the page, of which #preview is
// taken. Without this script the button beside "Send" asks for the same.
(() => {
  const WAIT_MS = 350, AGAIN_MS = 1500, MOST = 6;
  const form = document.querySelector("form[data-preview]");
  if (!form) return;
  let timer = 0, asked = 0, again = 0;
  const button = form.querySelector("[data-work-out]");
  if (button) button.hidden = true;

  async function ask() {
    const number = (asked += 1);
    let page;
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "text/html" } });
      document.dispatchEvent(new CustomEvent("asked", { detail: answer.redirected ? 401 : answer.status < 500 ? 200 : answer.status }));
      if (answer.redirected) return;
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      document.dispatchEvent(new CustomEvent("asked", { detail: 0 }));
      return;
    }
    const found = page.getElementById("preview"), place = document.getElementById("preview");
    if (!found || number !== asked) return;
    place.replaceChildren(...found.childNodes);
    if (found.hasAttribute("data-again") && (again += 1) <= MOST) timer = setTimeout(ask, AGAIN_MS);
  }
  const soon = () => {
    clearTimeout(timer);
    again = 0;
    timer = setTimeout(ask, WAIT_MS);
  };
  form.addEventListener("input", soon);
  form.addEventListener("submit", () => clearTimeout(timer));
  if ([...form.querySelectorAll("input[required]")].every((each) => each.value)) soon();
})();
