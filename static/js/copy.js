// Copies what a page offers to take along. Where the browser lets no page write its clipboard, the text is selected.
(() => {
  function select(place) {
    const range = document.createRange();
    range.selectNodeContents(place);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    const place = document.getElementById(button.dataset.copy), before = button.innerHTML;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      let said = "Copied";
      try {
        await navigator.clipboard.writeText(place.textContent);
      } catch {
        select(place);
        said = "Selected: press Ctrl+C";
      }
      button.textContent = said;
      setTimeout(() => { button.innerHTML = before; }, 2000);
    });
  }
})();
