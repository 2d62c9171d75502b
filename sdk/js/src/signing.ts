/** Signatures as /v1 wants them: hex HMAC-SHA256 over `timestamp + METHOD + path + body`. */

const UTF8 = new TextEncoder();

/** Holds a secret and never shows it: neither printed, nor inspected, nor serialised. */
export class Signer {
  readonly #key: Promise<CryptoKey>;

  constructor(secret: string) {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    this.#key = crypto.subtle.importKey("raw", UTF8.encode(secret), algorithm, false, ["sign"]);
  }

  /** `path` as it goes over the wire, query included; `body` the very text that is sent, "" for none. */
  async sign(timestamp: string, method: string, path: string, body: string): Promise<string> {
    const message = UTF8.encode(`${timestamp}${method}${path}${body}`);
    const signature = await crypto.subtle.sign("HMAC", await this.#key, message);
    return Array.from(new Uint8Array(signature), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}
