/** What is asked and what is told, by the names of docs/developer-api.md. Those of `accounts` are one exchange account each. */

/** Money, a price or a quantity, exactly as the server wrote it: `"0.1"`. */
export type Amount = string;
/** A string is sent digit by digit. A number is sent as JavaScript writes it: 0.1 + 0.2 is 0.30000000000000004. */
export type AmountIn = string | number;

export type SignalId = `sig_${string}`;
export type OrderId = `ord_${string}`;

export type Environment = "live" | "testnet" | "paper";
export type Market = "futures" | "spot";
export type SignalAction = "open_long" | "open_short" | "close_long" | "close_short" | "close_all";
export type OrderSide = "buy" | "sell" | "long" | "short";

/** POST /v1/signal. */
export interface SignalRequest {
  symbol: string;
  action: SignalAction;
  /** `futures` unless it says otherwise. */
  market?: Market;
  /** 1 to 125. */
  leverage?: number;
  /** Share of the available balance used as margin, in percent: 0.1 to 100. */
  risk_percent?: AmountIn;
  /** In base; goes before `risk_percent`. */
  quantity?: AmountIn;
  stop_loss?: AmountIn;
  take_profit?: AmountIn;
  /** At most 200 characters. */
  comment?: string;
}

/** POST /v1/orders. */
export interface OrderRequest {
  symbol: string;
  side: OrderSide;
  market?: Market;
  type?: "market" | "limit";
  quantity?: AmountIn;
  risk_percent?: AmountIn;
  /** Needed by `limit`. */
  price?: AmountIn;
  leverage?: number;
  reduce_only?: boolean;
  stop_loss?: AmountIn;
  take_profit?: AmountIn;
  /** That account alone; all of yours where it is left out. */
  exchange_account_id?: number;
}

/** What came with an answer, besides it. It is not listed, printed or serialised with the answer. */
export interface Meta {
  /** The body as the server wrote it. */
  text: string;
  /** Seconds; null where the figures were asked for just now. */
  dataAge: number | null;
  /** What is missing in a list of positions, and why. */
  warnings: readonly string[];
  /** It was carried out before; this is its first answer. */
  isReplayed: boolean;
  /** Of a POST. */
  idempotencyKey: string | null;
  rateLimit: { limit: number; remaining: number /** Unix seconds. */; resetsAt: number } | null;
}

export interface WithMeta {
  readonly meta: Meta;
}

/** A stop and a target that were left out are set by the server, never above its own bounds, and told here. */
export interface Exits {
  stop_loss?: Amount | null;
  take_profit?: Amount | null;
  stop_loss_set_by_us?: boolean;
  take_profit_set_by_us?: boolean;
}

export interface SignalAnswer extends Exits, WithMeta {
  success: true;
  signal_id: SignalId;
  message: string;
  /** How many people it was queued for. */
  processed_users: number;
  /** The market's when it came; null of a close. */
  price: Amount | null;
  timestamp: string;
}

export interface OrderAnswer extends Exits, WithMeta {
  success: true;
  order_id: OrderId;
  message: string;
  symbol: string;
  side: OrderSide;
  /** Null where a share of the balance decides. */
  quantity: Amount | null;
  price: Amount | null;
  timestamp: string;
}

export interface AccountFigures {
  exchange_account_id: number;
  exchange: string;
  environment: Environment;
  label: string;
  markets: Market[];
  balance: Amount;
  available_balance: Amount;
  total_pnl: Amount;
  open_positions: number;
}

/** GET /v1/account, in USDT. */
export interface Account extends WithMeta {
  user_id: number;
  username: string;
  balance: Amount;
  available_balance: Amount;
  total_pnl: Amount;
  open_positions: number;
  subscription_active: boolean;
  subscription_plan: string;
  environment: Environment | null;
  accounts: AccountFigures[];
  warnings: string[];
}

/** Of GET /v1/positions. What an exchange does not tell is null. */
export interface Position {
  symbol: string;
  side: "long" | "short";
  quantity: Amount;
  entry_price: Amount | null;
  mark_price: Amount | null;
  unrealized_pnl: Amount | null;
  leverage: number | null;
  liquidation_price: Amount | null;
  exchange: string;
  exchange_account_id: number;
}

export type Status = "queued" | "sending" | "open" | "partially_filled" | "filled" | "closed" | "failed" | "mixed";

export interface AccountState {
  exchange_account_id: number;
  exchange: string;
  environment: Environment;
  state: string;
  quantity: Amount | null;
  filled_quantity: Amount | null;
  average_price: Amount | null;
  stop_loss: Amount | null;
  take_profit: Amount | null;
  message: string;
  client_order_id: string | null;
  updated_at: string;
}

interface State extends WithMeta {
  success: true;
  symbol: string;
  market: Market;
  status: Status;
  accounts: AccountState[];
  timestamp: string;
}

/** GET /v1/signals/<signal_id>. */
export interface SignalState extends State {
  signal_id: SignalId;
  action: SignalAction;
  /** How many followers' copies there are, in `total` and by state; of a provider's own signal. */
  followers: Readonly<Record<string, number>> | null;
}

/** GET /v1/orders/<order_id>. */
export interface OrderState extends State {
  order_id: OrderId;
  side: OrderSide;
  /** It was to close: `accounts` are what it closes. */
  reduce_only: boolean;
}
