// Pages for everybody look again every fifteen seconds while they are seen; streams are kept for members.
(() => {
  setInterval(() => {
    if (!document.hidden && navigator.onLine) document.body.dispatchEvent(new CustomEvent("live:signals", { bubbles: true }));
  }, 15000);
})();
