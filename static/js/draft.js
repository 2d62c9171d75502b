// The page of a new signal: what is typed is drawn and counted by the server a moment later, and the price is read anew
// every four seconds while somebody looks. Without this script the button that checks does the same.
(() => {
  const form = document.querySelector("form[aria-label='New signal']"), preview = document.getElementById("preview");
  const symbol = document.getElementById("field-symbol"), STILL_MS = 250, LOOK_MS = 4000;
  let still = 0, asked = 0;

  const ask = () => {
    asked = Date.now();
    preview.dispatchEvent(new CustomEvent("draft:changed"));
  };
  function market() {
    const chosen = form.querySelector("[name=market]:checked")?.value || "spot";
    symbol.setAttribute("list", `pairs-${chosen}`);
    for (const part of form.querySelectorAll("[data-for-market]")) part.hidden = part.dataset.forMarket !== chosen;
  }
  form.addEventListener("input", () => {
    clearTimeout(still);
    still = setTimeout(ask, STILL_MS);
  });
  form.addEventListener("change", market);
  setInterval(() => {
    if (!document.hidden && symbol.value.trim() && Date.now() - asked >= LOOK_MS) ask();
  }, 1000);
  addEventListener("pageshow", market);
  market();
  // Once all scripts are at work.
  addEventListener("load", () => symbol.value.trim() && ask());
})();
