// SPDX-License-Identifier: MIT
// Who calls and who pretends, for the tests of the server's verification.
pragma solidity 0.8.37;

interface IPayments {
    function pay(address provider, address referrer, uint256 signalId, string calldata userId) external;
}

interface IToken {
    function approve(address spender, uint256 amount) external returns (bool);
}

/// Emits our event without having taken anything.
contract Forger {
    event CompensateProvider(
        address indexed provider,
        address indexed referrer,
        uint256 amount,
        uint256 indexed signalId,
        string userId
    );

    function pay(address provider, address referrer, uint256 signalId, string calldata userId) external {
        emit CompensateProvider(provider, referrer, 10 ** 30, signalId, userId);
    }

    /// The topics of our event with any data.
    function garble(address provider, uint256 signalId, bytes calldata data) external {
        bytes32 topic = CompensateProvider.selector;
        bytes memory told = data;
        assembly {
            log4(add(told, 32), mload(told), topic, provider, 0, signalId)
        }
    }
}

/// Pays several times in one transaction, out of its own balance.
contract Bundler {
    function approve(IToken token, address payments, uint256 amount) external {
        token.approve(payments, amount);
    }

    function payAll(
        IPayments payments,
        address provider,
        uint256[] calldata signalIds,
        string[] calldata userIds
    ) external {
        for (uint256 each = 0; each < signalIds.length; each++) {
            payments.pay(provider, address(0), signalIds[each], userIds[each]);
        }
    }

    /// Any call, and what it reverts with is swallowed.
    function forward(address target, bytes calldata data) external {
        (bool done, ) = target.call(data);
        done;
    }
}
