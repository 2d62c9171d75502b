"""The cases, numbered: what is done, what is told of it, where it is told otherwise, and who is excused and why."""

from __future__ import annotations

from decimal import Decimal

from mysignals.domain.intents import ExitKind
from mysignals.domain.market import MarginMode, Side
from mysignals.domain.outcomes import OrderState, PriceRead, Reason

from . import losing, readings, refusing, taking
from .answers import IN_DOUBT, OVERLOADED, UNMAPPED
from .case import Case, Exactly, accepted, in_doubt, not_sent, refused
from .facts import (
    FUTURES,
    HEDGE,
    INVERSE,
    NO_BALANCES,
    NO_HEDGE_MODE,
    NO_HISTORY,
    NO_IDS,
    NO_LEVERAGE,
    NO_LIMITS,
    NO_PASSPHRASE,
    NO_PERMISSIONS,
    NO_PRICES,
    NO_RULES,
    NO_TIME,
    ONE_PAIR,
    ONE_WAY,
    SPOT,
    WHOLE,
    WITHIN_TRADE,
    no_code_for,
)

NEW, PARTLY, FILLED, CANCELLED = (
    OrderState.NEW, OrderState.PARTIALLY_FILLED, OrderState.FILLED, OrderState.CANCELLED,
)  # fmt: skip
STOP, TARGET, BUY, SELL = ExitKind.STOP, ExitKind.TARGET, Side.BUY, Side.SELL
R = Reason
POOR = {"USDT": "1", "BTC": "0.00001"}
READER, CAREFUL, CARELESS = ("read",), ("read", "trade"), ("read", "trade", "withdraw")

TAKEN = (
    Case(1, "an order at the market fills at once", taking.market, accepted(1, FILLED, "1")),
    Case(2, "an order away from the market rests", taking.limit, accepted(1, NEW), unless=(NO_LIMITS,)),
    Case(3, "a resting order fills when the price comes", taking.limit_reached, accepted(1, FILLED, "1"),
         unless=(NO_LIMITS,)),
    Case(4, "a cancelled order is told as cancelled", taking.limit_cancelled, accepted(1, CANCELLED),
         unless=(NO_LIMITS,)),
    Case(5, "an order is found by the exchange's own id", taking.by_its_own_id, accepted(1, NEW), unless=(NO_LIMITS,)),
    # A trade of Magnr's has no half: it waits to be opened (EXCHANGES 7, status pending).
    Case(6, "an order that fills by half is told so", taking.half_filled, accepted(1, PARTLY, "0.5"),
         at={"magnr": accepted(1, NEW)}),
    Case(7, "what was filled before a cancel stays told", taking.half_filled_and_cancelled,
         accepted(1, CANCELLED, "0.5"), unless=(NO_LIMITS,)),
    Case(8, "a price one tick and a size one step beside round ones are taken", taking.on_the_grid, accepted(1),
         unless=(NO_LIMITS,)),
    Case(9, "a plan of odd figures lies on the grid and is taken", taking.odd_plan, Exactly((True, True))),
    Case(10, "the smallest order is taken", taking.smallest, accepted(1), unless=(NO_LIMITS, NO_RULES)),
)  # fmt: skip
CLOSED = (
    Case(11, "a long is opened and closed whole", taking.long_and_closed, Exactly([1], 2),
         at={"magnr": Exactly([1], 1)}, unless=(SPOT,)),
    Case(12, "a short is opened and closed whole", taking.short_and_closed, Exactly([-1], 2),
         at={"magnr": Exactly([-1], 1)}, unless=(SPOT,)),
    Case(13, "in hedge mode long and short stand side by side", taking.both_ways, Exactly([-2, 1], 2),
         unless=(SPOT, ONE_WAY)),
    Case(14, "in one-way mode a larger sale turns a long into a short", taking.both_ways, Exactly([-1], 2),
         unless=(SPOT, HEDGE, WITHIN_TRADE)),
    Case(15, "what was bought on spot is sold", taking.bought_and_sold, accepted(2, FILLED, "1"), unless=(FUTURES,)),
    Case(16, "a stop rests and is found by our id", taking.stop_rests, accepted(2, NEW),
         at={"binance spot": accepted(3, NEW)}, unless=(WITHIN_TRADE,)),
    Case(17, "a stop is cancelled by our id", taking.stop_cancelled, accepted(2, CANCELLED),
         at={"binance spot": accepted(3, CANCELLED)}, unless=(WITHIN_TRADE,)),
    Case(18, "a long's stop that the price reaches closes it", taking.exit_closes(STOP, BUY, 44_000),
         Exactly((False, []), 2), unless=(SPOT, WITHIN_TRADE)),
    Case(19, "a long's target that the price reaches closes it", taking.exit_closes(TARGET, BUY, 56_000),
         Exactly((False, []), 2), unless=(SPOT, WITHIN_TRADE)),
    Case(20, "a short's stop that the price reaches closes it", taking.exit_closes(STOP, SELL, 56_000),
         Exactly((False, []), 2), unless=(SPOT, WITHIN_TRADE)),
    Case(21, "a short's target that the price reaches closes it", taking.exit_closes(TARGET, SELL, 44_000),
         Exactly((False, []), 2), unless=(SPOT, WITHIN_TRADE)),
    Case(22, "an order that only reduces never opens the other direction", taking.closed_by_too_much, Exactly([], 2),
         unless=(SPOT, HEDGE, WITHIN_TRADE)),
)  # fmt: skip
AT_THE_DOOR = (
    Case(23, "a wrong secret is no key", refusing.with_key(secret="x" * 64), refused(R.AUTH)),
    Case(24, "an unknown key is no key", refusing.with_key(api_key="y" * 64), refused(R.AUTH)),
    Case(25, "a wrong passphrase is no key", refusing.with_key(passphrase="x" * 16), refused(R.AUTH),
         unless=(NO_PASSPHRASE,)),
    # -2015 says "Invalid API-key, IP, or permissions": they cannot be told apart (EXCHANGES 2.7).
    Case(26, "a key that may only read opens nothing", taking.market, refused(R.PERMISSION),
         at={"binance": refused(R.AUTH)}, permissions=READER),
    # Refused for its time, it is signed anew by the exchange's own clock; Magnr tells no time.
    Case(27, "an order from an hour ago is signed anew", refusing.at_another_hour(1), accepted(1),
         at={"magnr": refused(R.TIME)}),
    Case(28, "an order from the next hour likewise", refusing.at_another_hour(-1), accepted(1),
         at={"magnr": refused(R.TIME)}),
    Case(29, "who asks too often is told to wait", losing.upset("rate_limit"), refused(R.RATE)),
    # 418 at Binance, elsewhere 403: a firewall's page at Bitget, one that says when to come again at Phemex.
    Case(30, "who is banned places nothing", losing.upset("ban"), refused(R.RATE)),
    Case(31, "a firewall's page is about our address for a time, and not about the key",
         losing.upset("ban", status=403, body=losing.HTML), refused(R.RATE)),
    # 5xx: "execution status is UNKNOWN" at Phemex, and nothing is documented for a 503 of Magnr's (EXCHANGES 6.2, 7).
    Case(32, "under maintenance nothing is placed", losing.upset("maintenance"), refused(R.MAINTENANCE),
         at={"phemex": in_doubt(), "magnr": in_doubt()}),
    Case(33, "a retired call is told as retired", losing.answered(R.RETIRED), refused(R.RETIRED),
         unless=(no_code_for(R.RETIRED),)),
    Case(34, "an address that is not bound to the key is told", losing.answered(R.IP), refused(R.IP),
         unless=(no_code_for(R.IP),)),
)  # fmt: skip
REFUSED = (
    Case(35, "what cannot be paid is refused", taking.market, refused(R.FUNDS), balances=POOR),
    Case(36, "an order just under the smallest is refused", refusing.just_under_the_smallest, refused(R.MINIMUM),
         unless=(NO_LIMITS, NO_RULES)),
    # Phemex has one code for all arguments that it does not like, 6001 (EXCHANGES 6.9).
    Case(37, "a price off the tick is refused", refusing.off_the_tick, refused(R.PRECISION),
         at={"phemex": refused(R.PARAMETER)}, unless=(NO_LIMITS,)),
    Case(38, "a size off the step is refused", refusing.off_the_step, refused(R.PRECISION),
         at={"phemex": refused(R.PARAMETER)}, unless=(NO_LIMITS, WHOLE)),
    # Bitget says of a symbol what it says of any parameter: 40034, it does not exist (EXCHANGES 5.7).
    Case(39, "a symbol that is not listed is refused", refusing.unlisted, refused(R.SYMBOL),
         at={"bitget": refused(R.PARAMETER)}, unless=(ONE_PAIR,)),
    Case(40, "an order for the other position mode is refused", refusing.in_the_other_mode, refused(R.MODE),
         unless=(NO_HEDGE_MODE, INVERSE)),
    Case(41, "the mode of an open position stays", refusing.mode_with_a_position, refused(R.MODE, 1),
         unless=(NO_HEDGE_MODE, INVERSE)),
    Case(42, "more leverage than there is is refused", refusing.leverage_above_all, refused(R.LEVERAGE),
         unless=(SPOT,)),
    # A plan order of Bitget's spot waits for its price from whichever side it is: there is no wrong one.
    Case(43, "a stop on the wrong side of the price is refused", refusing.stop_on_the_wrong_side, refused(R.TRIGGER, 1),
         at={"bitget spot": accepted(2)}, unless=(WITHIN_TRADE,)),
    Case(44, "with nothing open there is nothing to reduce", refusing.nothing_to_reduce, refused(R.REDUCE_ONLY),
         unless=(SPOT, WITHIN_TRADE)),
    Case(45, "an order that was never sent is not found", refusing.never_sent, refused(R.NOT_FOUND)),
    Case(46, "nor is it found among those that are over", refusing.never_sent_among_the_old, refused(R.NOT_FOUND),
         unless=(NO_HISTORY,)),
    # -2011: gone, filled or cancelled; whoever cancels cannot tell it from one that never was (EXCHANGES 2.7).
    Case(47, "an order that was never sent cannot be cancelled", refusing.never_sent_cancelled, refused(R.NOT_FOUND),
         at={"binance": refused(R.TOO_LATE)}),
    Case(48, "what has filled cannot be cancelled", refusing.filled_and_cancelled, refused(R.TOO_LATE, 1)),
    Case(49, "what is cancelled cannot be cancelled again", refusing.cancelled_twice, refused(R.TOO_LATE, 1),
         unless=(NO_LIMITS,)),
    Case(50, "what is not owned cannot be sold", refusing.sold_without_owning, refused(R.FUNDS), unless=(FUTURES,),
         balances={"USDT": "100000"}),
    Case(51, "nonsense is refused as nonsense", refusing.nonsense, refused(R.PARAMETER)),
    Case(52, "too many open orders are told as such", losing.answered(R.TOO_MANY), refused(R.TOO_MANY),
         unless=(no_code_for(R.TOO_MANY),)),
    Case(53, "an account that may not trade is told so", losing.answered(R.PERMISSION),
         refused(R.PERMISSION)),
)  # fmt: skip
IN_THE_DARK = (
    Case(54, "a lost answer leaves everything open", losing.upset("lost_answer"), in_doubt(1)),
    Case(55, "the order of a lost answer is found", losing.upset_and_looked_up("lost_answer"),
         accepted(1, FILLED, "1")),
    Case(56, "a conversation finds the entry whose answer was lost, and never sends it again",
         losing.lost_and_followed, Exactly((True, True, 1))),
    Case(57, "an error after the deed proves nothing", losing.upset("error_after_execute"), in_doubt(1)),
    Case(58, "the order of such an error is found", losing.upset_and_looked_up("error_after_execute"),
         accepted(1, FILLED, "1")),
    # -1001 is documented as not executed, on spot and futures (EXCHANGES 2.7, 3.6); elsewhere an error says nothing.
    Case(59, "an error before the deed proves nothing either", losing.upset("error_before_execute"), in_doubt(),
         at={"binance": refused(R.MAINTENANCE)}),
    Case(60, "the order of such an error is not there", losing.upset_and_looked_up("error_before_execute"),
         refused(R.NOT_FOUND)),
    Case(61, "a gateway's page after the deed proves nothing",
         losing.upset("error_after_execute", status=502, body=losing.HTML), in_doubt(1)),
    Case(62, "a gateway that gave up proves nothing", losing.upset("error_after_execute", status=504, body=""),
         in_doubt(1)),
    Case(63, "a request that timed out proves nothing", losing.upset("error_after_execute", status=408), in_doubt(1)),
    # EXCHANGES 1.1: any 5xx is in doubt but those whose body is documented as failed.
    Case(64, "a refusal under a server's error proves nothing", losing.refused_with_a_server_error, in_doubt(1)),
    # -1008, and Bitget's 40200; a 503 of the others leaves it open (EXCHANGES 2.7, 3.6, 5.7, 6.2, 7).
    Case(65, "an overload that is documented as not executed is a refusal", losing.answered(OVERLOADED),
         refused(R.RATE), at={"bitget": refused(R.MAINTENANCE), "phemex": in_doubt(), "magnr": in_doubt()}),
    Case(66, "an answer that is cut off proves nothing", losing.upset("garbage"), in_doubt(1)),
    Case(67, "an empty answer proves nothing", losing.upset("garbage", body=""), in_doubt(1)),
    Case(68, "a foreign page as an answer proves nothing", losing.upset("garbage", body=losing.HTML), in_doubt(1)),
    Case(69, "the order of a cut-off answer is found", losing.upset_and_looked_up("garbage"), accepted(1, FILLED, "1")),
    Case(70, "a connection that broke under the order proves nothing", losing.upset("refuse"), in_doubt()),
    Case(71, "where nobody listens nothing was sent", losing.nobody_listens, not_sent()),
    Case(72, "a code for an unknown outcome is one", losing.answered(IN_DOUBT), in_doubt()),
    Case(73, "an order's unknown code proves nothing, and is counted", losing.answered(UNMAPPED),
         in_doubt(unmapped=True)),
    Case(74, "a question's unknown code is an answer", losing.question_answered(UNMAPPED), refused(R.UNKNOWN)),
    Case(75, "a question whose answer is cut off is open", losing.question_garbled, in_doubt(1)),
    Case(76, "a cancel whose answer is lost is in doubt", losing.lost_cancel, in_doubt(1)),
    Case(77, "and the look-up tells that it is cancelled", losing.lost_cancel_looked_up, accepted(1, CANCELLED),
         unless=(NO_LIMITS,)),
    Case(78, "an id that rests already is in doubt, never a refusal", losing.twice_while_it_rests, in_doubt(1),
         unless=(NO_IDS,)),
    # Unique among open orders only, at Binance and Bitget; among all of an account at Phemex (EXCHANGES 5.4, 6.9).
    Case(79, "an id that has filled is free again", losing.twice_after_it_filled, accepted(2),
         at={"phemex": in_doubt(1)}, unless=(NO_IDS,)),
)  # fmt: skip
READ = (
    Case(80, "open orders are told, conditional ones with their trigger", readings.listed, Exactly((True, True), 3),
         at={"binance spot": Exactly((True, True), 4)}, unless=(WITHIN_TRADE,)),
    Case(81, "cancelling all leaves nothing, conditional ones neither", readings.all_cancelled, Exactly(set(), 4),
         at={"binance spot": Exactly(set(), 5)}, unless=(WITHIN_TRADE,)),
    Case(82, "cancelling all of a symbol leaves other symbols alone", readings.others_left, Exactly((set(), 1), 2),
         unless=(WITHIN_TRADE,), balances={"USDT": "100000", "BTC": "10", "ETH": "10"}),
    Case(83, "cancelling all where nothing rests is no mistake", readings.none_cancelled, accepted(0),
         unless=(WITHIN_TRADE,)),
    Case(84, "a balance is what the account was given", readings.balance, Exactly(Decimal(12345)),
         unless=(NO_BALANCES,), balances={"USDT": "12345", "BTC": "12345"}),
    Case(85, "a key that may only read reads", readings.balance, Exactly(Decimal(12345)),
         unless=(NO_BALANCES,), balances={"USDT": "12345", "BTC": "12345"}, permissions=READER),
    Case(86, "a position is as large as what was bought", readings.position, Exactly([1], 1), unless=(SPOT,)),
    # v1 sets isolated leverage one side at a time; sides that differ are told as 0, so that it is set again (4.3).
    Case(87, "leverage and margin mode are what was set", readings.leverage_and_margin,
         Exactly([(7, MarginMode.ISOLATED), (3, MarginMode.CROSS)]),
         at={"bitget v1 hedge": Exactly([(0, MarginMode.ISOLATED), (3, MarginMode.CROSS)])}, unless=(NO_LEVERAGE,)),
    Case(88, "the position mode is what was set, also when it was that before", readings.position_mode,
         Exactly([True, True, True]), unless=(NO_HEDGE_MODE, INVERSE)),
    Case(89, "the price is the last one", readings.price, Exactly(PriceRead(Decimal(50123))), unless=(NO_PRICES,)),
    Case(90, "the exchange tells its time", readings.clock, Exactly(True), unless=(NO_TIME,)),
    Case(91, "the rules of a symbol make sense", readings.rules, Exactly((True, True, False)),
         at={"phemex BTCUSD": Exactly((True, True, True))}, unless=(NO_RULES,)),
    Case(92, "a key's permissions are told", readings.permissions, Exactly((True, True, False)),
         unless=(NO_PERMISSIONS,)),
)  # fmt: skip
KEYS = (
    Case(93, "a key that reads and trades is good", readings.key_checked(), Exactly((True, None)), permissions=CAREFUL),
    Case(94, "a key that may not trade is not", readings.key_checked(), Exactly((False, R.PERMISSION)),
         unless=(NO_PERMISSIONS,), permissions=READER),
    Case(95, "nor is one that may withdraw", readings.key_checked(), Exactly((False, R.PERMISSION)),
         unless=(NO_PERMISSIONS,), permissions=CARELESS),
    Case(96, "nor is one with a wrong secret", readings.key_checked(secret="x" * 64), Exactly((False, R.AUTH))),
    Case(97, "nor is one with a wrong passphrase", readings.key_checked(passphrase="x" * 16),
         Exactly((False, R.AUTH)), unless=(NO_PASSPHRASE,)),
)  # fmt: skip
CASES = (*TAKEN, *CLOSED, *AT_THE_DOOR, *REFUSED, *IN_THE_DARK, *READ, *KEYS)
