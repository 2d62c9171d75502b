// Forms: sent once however often they are pressed, asked about before what cannot be undone, secrets shown on demand,
// and the first fault in view when a form comes back. Without this script they work as plain forms.
(() => {
  function busy(form, is) {
    for (const button of form.querySelectorAll("button:not([type=button])")) {
      button.setAttribute("aria-busy", String(is));
      button.setAttribute("aria-disabled", String(is));
    }
    form.toggleAttribute("data-sent", is);
  }

  function ask(form, submitter) {
    const dialog = document.createElement("dialog");
    dialog.innerHTML = '<form method="dialog"><p></p><div class="actions"><button value="no">Not now</button><button class="danger" value="yes"></button></div></form>';
    dialog.querySelector("p").textContent = form.dataset.confirm;
    dialog.querySelector("[value=yes]").textContent = submitter ? submitter.textContent : "Do it";
    dialog.setAttribute("aria-label", "Are you sure?");
    document.body.append(dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (dialog.returnValue !== "yes") return;
      // What the form stands in may have been read anew meanwhile: the same one in its place is sent, if it is there.
      const same = (each) => each.action === form.action && each.dataset.confirm === form.dataset.confirm;
      const here = form.isConnected ? form : [...document.forms].find(same);
      if (!here) return;
      here.dataset.asked = "yes";
      here.requestSubmit(here.contains(submitter) ? submitter : null);
    });
    dialog.showModal();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-form]")) return;
    if (form.hasAttribute("data-sent")) return event.preventDefault();
    if (form.dataset.confirm && form.dataset.asked !== "yes") {
      event.preventDefault();
      return ask(form, event.submitter);
    }
    // After the browser has gathered the fields: a button that is busy is still sent.
    setTimeout(() => busy(form, true));
  });
  // Back out of the browser's memory: the form may be sent again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) {
      busy(form, false);
      delete form.dataset.asked;
    }
  });

  for (const button of document.querySelectorAll("[data-reveal]")) {
    const input = document.getElementById(button.dataset.reveal);
    button.hidden = false;
    button.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-label", "Show what is typed");
    button.addEventListener("click", () => {
      const shown = input.type === "password";
      input.type = shown ? "text" : "password";
      button.textContent = shown ? "Hide" : "Show";
      button.setAttribute("aria-pressed", String(shown));
    });
  }
  const fault = document.querySelector("form [aria-invalid=true]") || document.querySelector("[data-problem]");
  if (fault) fault.focus();
})();
