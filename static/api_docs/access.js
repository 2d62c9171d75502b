// What Swagger UI leaves out for who reads by keyboard or screen reader: names, places to stop at, no link inside a button.
"use strict";

// The path of an operation is a link inside the button that unfolds it. Unfolding puts the same address into the bar.
const accessible = {
  wrapComponents: {
    OperationSummaryPath: (Original, { React }) => (props) =>
      React.createElement(Original, { ...props, operationProps: props.operationProps.set("isDeepLinkingEnabled", false) }),
  },
};

const api = document.getElementById("api");

function choiceOf(select) {
  if (select.id === "servers") return "Server";
  const parameter = select.closest("[data-param-name]")?.dataset.paramName;
  if (parameter) return parameter;
  return select.closest(".examples-select, .response-control-examples") ? "Example" : "Choice";
}

function nameOfExample(scrolling) {
  const section = scrolling.closest(".opblock")?.querySelector(".opblock-summary-path")?.textContent;
  const status = scrolling.closest("[data-code]")?.dataset.code;
  return [section, status, "example"].filter(Boolean).join(" ");
}

function stopAtWhatScrolls(box) {
  const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
  if (scrolls && !box.hasAttribute("tabindex")) {
    box.tabIndex = 0;
    // A group and no region: an operation has a dozen, and each would be a landmark.
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", nameOfExample(box));
  }
}

function complete() {
  for (const select of api.querySelectorAll("select:not([aria-label])")) select.setAttribute("aria-label", choiceOf(select));
  for (const body of api.querySelectorAll("textarea:not([aria-label])")) body.setAttribute("aria-label", "Request body");
  for (const button of api.querySelectorAll(".json-schema-2020-12-accordion:not([aria-label])")) {
    if (!button.textContent.trim()) button.setAttribute("aria-label", "Fields");
  }
  api.querySelectorAll("pre").forEach(stopAtWhatScrolls);
}

// Called once for all that one drawing has changed; attributes are not watched, so it never calls itself.
new MutationObserver(complete).observe(api, { childList: true, subtree: true });
addEventListener("resize", complete);
