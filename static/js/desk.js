// The state of the platform is read anew every five seconds while somebody looks at it.
(() => {
  setInterval(() => {
    const state = document.getElementById("state");
    if (state && !document.hidden && navigator.onLine) state.dispatchEvent(new CustomEvent("desk:look"));
  }, 5000);
})();
