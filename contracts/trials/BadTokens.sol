// SPDX-License-Identifier: MIT
// Tokens that misbehave, for the tests of MySignalsPayments.
pragma solidity 0.8.37;

abstract contract AnyToken {
    mapping(address account => uint256 amount) public balanceOf;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address, uint256) external pure returns (bool) {
        return true;
    }

    function move(address from, address to, uint256 amount) internal {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// Answers nothing, as USDT does: that is a success.
contract SilentToken is AnyToken {
    function transfer(address to, uint256 amount) external {
        move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        move(from, to, amount);
    }
}

/// Says no without reverting.
contract RefusingToken is AnyToken {
    function transfer(address, uint256) external pure returns (bool) {
        return false;
    }

    function transferFrom(address, address, uint256) external pure returns (bool) {
        return false;
    }
}

/// Says yes and keeps a part of each transfer.
contract TaxingToken is AnyToken {
    function transfer(address to, uint256 amount) external returns (bool) {
        move(msg.sender, to, amount - 1);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        move(from, to, amount - 1);
        return true;
    }
}

/// Calls somebody, once, with what it was told, in the middle of its next transfer; the inner call must succeed.
contract CallingToken is AnyToken {
    address private target;
    bytes private data;

    function callBack(address target_, bytes calldata data_) external {
        target = target_;
        data = data_;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        again();
        move(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        again();
        move(from, to, amount);
        return true;
    }

    function again() private {
        if (target == address(0)) return;
        (address called, bytes memory told) = (target, data);
        target = address(0);
        (bool done, bytes memory answer) = called.call(told);
        if (!done) {
            assembly {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}
