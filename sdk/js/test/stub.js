// Servers that misbehave: one that answers by a list, and a wire before the real one that is cut after an answer.
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { afterEach } from "node:test";
import { MySignals } from "mysignals-sdk";

/**
 * @typedef {{status?: number, body?: unknown, text?: string, headers?: Record<string, string>, cut?: boolean, late?: boolean}} Reply
 * @typedef {{method: string | undefined, url: string | undefined, headers: http.IncomingHttpHeaders, body: string}} Heard
 */

/** @type {net.Server[]} */
const opened = [];
// Also after a test that failed: a server that still listens would keep the process from ending.
afterEach(() => {
  for (const server of opened.splice(0)) {
    if (server instanceof http.Server) server.closeAllConnections();
    server.close();
  }
});

/** Answers the n-th request with the n-th reply, the last one for ever.
 * @param {Reply[]} replies
 * @param {Partial<import("mysignals-sdk").Options>} [more]
 */
export async function stub(replies, more = {}) {
  /** @type {Heard[]} */
  const heard = [];
  const server = http.createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const reply = replies[Math.min(heard.length, replies.length - 1)] ?? {};
    heard.push({ method: request.method, url: request.url, headers: request.headers, body });
    if (reply.late) return;
    if (reply.cut) {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status ?? 200, { "Content-Type": "application/json", ...reply.headers });
    response.end(reply.text ?? JSON.stringify(reply.body ?? {}));
  });
  const url = await listening(server);
  const api = new MySignals({ baseUrl: url, apiKey: "mk_stub", apiSecret: "ms_stub", ...more });
  return { api, heard, url };
}

/** A wire to `target` that is cut as soon as the server has answered a POST, `times` times.
 * @param {string} target @param {number} times
 */
export async function cutting(target, times) {
  const { hostname, port } = new URL(target);
  let cuts = 0;
  const server = net.createServer((near) => {
    const far = net.connect(Number(port), hostname);
    let isPost = false;
    near.on("data", (part) => {
      isPost ||= part.toString("latin1").startsWith("POST ");
      far.write(part);
    });
    far.on("data", (part) => {
      if (isPost && cuts < times) {
        cuts += 1;
        near.destroy();
        far.destroy();
      } else {
        isPost = false;
        near.write(part);
      }
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      one?.on("close", () => other?.destroy()).on("error", () => other?.destroy());
    }
  });
  const url = await listening(server);
  return { url, cuts: () => cuts };
}

/** @param {string} code @param {number} status @param {object} [more] @param {Record<string, string>} [headers] @returns {Reply} */
export function refusal(code, status, more = {}, headers = {}) {
  return {
    status,
    headers,
    body: { success: false, error: `no: ${code}`, code, timestamp: "2026-01-31T12:00:00.000Z", ...more },
  };
}

/** @param {net.Server} server */
async function listening(server) {
  opened.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}
