// The interactive documentation. What is tried out is signed here; key and secret stay in the two fields of the page.
"use strict";

const field = (id) => document.getElementById(id);
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function signature(secret, text) {
  const bytes = (written) => new TextEncoder().encode(written);
  const key = await crypto.subtle.importKey("raw", bytes(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return hex(await crypto.subtle.sign("HMAC", key, bytes(text)));
}

function isSigned(url) {
  return url.origin === location.origin && /^(\/api\/public)?\/v1\//.test(url.pathname) && !url.pathname.includes("/webhook/");
}

async function sign(request) {
  const url = new URL(request.url, location.href);
  const key = field("api-key").value.trim();
  const secret = field("api-secret").value.trim();
  if (!isSigned(url) || !key || !secret) return request;
  if (!window.crypto?.subtle) {
    field("signed").textContent = "Not signed: browsers sign only on pages that came over https, or from this machine.";
    return request;
  }
  // As the browser will send it: the query percent-encoded, the body the very text.
  const path = url.pathname + url.search;
  const timestamp = Math.floor(Date.now() / 1000).toString();
  const text = `${timestamp}${request.method.toUpperCase()}${path}${request.body ?? ""}`;
  request.url = url.href;
  request.headers = { ...request.headers, "X-API-Key": key, "X-Timestamp": timestamp, "X-Signature": await signature(secret, text) };
  field("signed").textContent = `Signed: ${text}`;
  return request;
}

// An example of what may be left out would be sent as if it had been chosen: figures of `live` asked for by who trades on
// paper, and every POST under one and the same Idempotency-Key.
function withoutChosenExamples(text) {
  const told = JSON.parse(text);
  for (const operation of Object.values(told.paths).flatMap((path) => Object.values(path))) {
    for (const parameter of operation.parameters.filter((one) => !one.required && one.example)) {
      parameter.description += ` Such as \`${parameter.example}\`.`;
      delete parameter.example;
    }
  }
  return JSON.stringify(told);
}

function told(response) {
  if (new URL(response.url, location.href).pathname === "/openapi.json") response.text = withoutChosenExamples(response.text);
  return response;
}

window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  // Numbers of its usual theme are too dark for their ground.
  syntaxHighlight: { activated: true, theme: "tomorrow-night" },
  plugins: [accessible],
  // Swagger's own would send the document to another host.
  validatorUrl: null,
  requestInterceptor: sign,
  responseInterceptor: told,
});
