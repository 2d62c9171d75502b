"""The names of v1 and what v2 calls the same: symbols, product types, sides, forces, modes, states (EXCHANGES 4)."""

from simulator.bitget.parameters import Parameters, optional, text
from simulator.bitget.refusal import unknown, wrong
from simulator.bitget.symbols import SYMBOLS

SPOT_SUFFIX, MIX_SUFFIX = "_SPBL", "_UMCBL"
PRODUCTS = {
    "umcbl": "USDT-FUTURES", "dmcbl": "COIN-FUTURES", "cmcbl": "USDC-FUTURES", "sumcbl": "SUSDT-FUTURES",
    "sdmcbl": "SCOIN-FUTURES", "scmcbl": "SUSDC-FUTURES",
}  # fmt: skip
FORCES = {"normal": "gtc", "post_only": "post_only", "fok": "fok", "ioc": "ioc"}
OLD_FORCES = {new: old for old, new in FORCES.items()}
# Side and tradeSide of v2; one-way sides have no second.
SIDES = {
    "open_long": ("buy", "open"), "close_long": ("buy", "close"), "open_short": ("sell", "open"),
    "close_short": ("sell", "close"), "buy_single": ("buy", ""), "sell_single": ("sell", ""),
}  # fmt: skip
SPOT_STATES = {
    "live": "new", "partially_filled": "partial_fill", "filled": "full_fill", "cancelled": "cancelled",
}  # fmt: skip
MIX_STATES = {
    "live": "new", "partially_filled": "partially_filled", "filled": "filled", "canceled": "canceled",
}  # fmt: skip
PLAN_STATES = {
    "live": "not_trigger", "executed": "triggered", "fail_trigger": "fail_trigger", "fail_execute": "fail_trigger",
    "cancelled": "cancel",
}  # fmt: skip
MARGIN_MODES = {"fixed": "isolated", "crossed": "crossed"}
HOLD_MODES = {"double_hold": "hedge_mode", "single_hold": "one_way_mode"}


def margin_mode(isolated: bool) -> str:
    return "fixed" if isolated else "crossed"


def hold_mode(hedged: bool) -> str:
    return "double_hold" if hedged else "single_hold"


def spot_symbol(params: Parameters) -> str:
    """v2's name of the symbol."""
    return _without(text(params, "symbol"), SPOT_SUFFIX)


def mix_symbol(params: Parameters) -> str:
    return _without(text(params, "symbol"), MIX_SUFFIX)


def _without(name: str, suffix: str) -> str:
    """The suffix belongs to the name: without it there is no such symbol."""
    bare = name.upper().removesuffix(suffix)
    if bare == name.upper() or bare not in SYMBOLS:
        raise unknown(name)
    return bare


def product(params: Parameters) -> str:
    known = PRODUCTS.get(text(params, "productType").lower())
    if known is None:
        raise wrong("productType")
    return known


def force(params: Parameters, name: str) -> str:
    known = FORCES.get((optional(params, name) or "normal").lower())
    if known is None:
        raise wrong(name)
    return known


def old_side(side: str, trade_side: str) -> str:
    """From the record's side and tradeSide: open_long, or buy_single."""
    if trade_side in ("open", "close"):
        return f"{trade_side}_{'long' if side == 'buy' else 'short'}"
    return trade_side
