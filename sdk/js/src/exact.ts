/** JSON without the loss of a digit: amounts are read as the text that the server wrote, and written as they are given. */

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const AMOUNTS = new Set([
  "available_balance",
  "average_price",
  "balance",
  "entry_price",
  "filled_quantity",
  "liquidation_price",
  "mark_price",
  "price",
  "quantity",
  "risk_percent",
  "stop_loss",
  "take_profit",
  "total_pnl",
  "unrealized_pnl",
]);

/** The value of a JSON text. Fields that hold money, prices or quantities are strings, other numbers are numbers.
 * Throws SyntaxError.
 */
export function parse(text: string): unknown {
  // Each value is marked by its kind, since a reviver of Node 20 is not told what the text was.
  const marked = text.replace(TOKEN, (token, isName?: string) => {
    if (isName !== undefined) return token;
    return token.startsWith('"') ? `"s${token.slice(1)}` : `"n${token}"`;
  });
  return JSON.parse(marked, (name, value) => {
    if (typeof value !== "string") return value;
    const plain = value.slice(1);
    return value.startsWith("s") || AMOUNTS.has(name) ? plain : Number(plain);
  });
}

/** As JSON, without what is undefined. Throws RangeError for a number that JSON has no word for: it would become
 * null, and a quantity that went wrong would count as none given.
 */
export function write(fields: object): string {
  return JSON.stringify(fields, (name, value) => {
    if (typeof value === "bigint") return value.toString();
    if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError(`${name}: must be a finite number`);
    return value;
  });
}
