"""What a wallet opens to pay for a signal: EIP-681 links, one for the allowance and one for the payment. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Payment:
    """One sale. `amount` is in the token's smallest unit; the other names are those of the contract's `pay`."""

    chain_id: int
    contract: str
    token: str
    amount: int
    provider: str
    referrer: str
    signal_id: int
    user_id: str

    @property
    def allowance(self) -> str:
        """Lets the contract take `amount` of the token: it must be done first."""
        return f"ethereum:{self.token}@{self.chain_id}/approve?address={self.contract}&uint256={self.amount}"

    @property
    def link(self) -> str:
        """The call that pays."""
        arguments = (
            f"address={self.provider}&address={self.referrer}&uint256={self.signal_id}&string={quote(self.user_id)}"
        )
        return f"ethereum:{self.contract}@{self.chain_id}/pay?{arguments}"
