// Switches the colours at once, and remembers them in the cookie that the server reads.
(() => {
  const icons = {
    dark: '<circle cx="10" cy="10" r="3.5"/><path d="M10 2v2M10 16v2M2 10h2M16 10h2M4.3 4.3l1.4 1.4M14.3 14.3l1.4 1.4M15.7 4.3l-1.4 1.4M5.7 14.3l-1.4 1.4"/>',
    light: '<path d="M16.5 12.5A7 7 0 0 1 7.5 3.5a7 7 0 1 0 9 9"/>',
  };
  const system = matchMedia("(prefers-color-scheme: light)");
  const now = () => document.documentElement.dataset.theme || (system.matches ? "light" : "dark");

  function show() {
    const other = now() === "light" ? "dark" : "light";
    for (const button of document.querySelectorAll("[data-theme-switch] button")) {
      button.value = other;
      button.title = other === "dark" ? "Dark colours" : "Light colours";
      button.setAttribute("aria-label", button.title);
      button.querySelector("svg").innerHTML = icons[now()];
    }
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-theme-switch]")) return;
    event.preventDefault();
    const other = now() === "light" ? "dark" : "light";
    document.documentElement.dataset.theme = other;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `mysignals_theme=${other}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    show();
    document.dispatchEvent(new Event("theme"));
  });
  system.addEventListener("change", show);
  show();
})();
