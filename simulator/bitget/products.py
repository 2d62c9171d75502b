"""Which contract a mix call is about: product type, symbol, margin coin (EXCHANGES 5.3)."""

from simulator.bitget.parameters import Parameters, optional, text
from simulator.bitget.refusal import unknown, wrong
from simulator.bitget.symbols import LISTED, PRODUCTS, SYMBOLS, Symbol


def read_product(params: Parameters) -> str:
    product = text(params, "productType").upper()
    if product not in PRODUCTS:
        raise wrong("productType")
    return product


def read_contract(params: Parameters) -> Symbol:
    """The product types without contracts are known; their symbols do not exist."""
    product, name = read_product(params), text(params, "symbol")
    symbol = SYMBOLS.get(name.upper()) if product == LISTED else None
    if symbol is None:
        raise unknown(name)
    return symbol


def read_filter(params: Parameters) -> str | None:
    """The symbol that a list is about, None for all, or empty for none: where no contract is listed."""
    if optional(params, "symbol"):
        return read_contract(params).name
    return None if read_product(params) == LISTED else ""


def check_coin(params: Parameters) -> None:
    """Needed, and USDT is the only one."""
    if text(params, "marginCoin").upper() != "USDT":
        raise wrong("marginCoin")
