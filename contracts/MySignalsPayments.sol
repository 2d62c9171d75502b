// SPDX-License-Identifier: MIT
// What a buyer pays for a signal: taken in one token, booked for provider, referrer and platform, withdrawn by each.
pragma solidity 0.8.37;

interface IERC20 {
    function balanceOf(address account) external view returns (uint256);
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

contract MySignalsPayments {
    /// What the server looks for. `amount` is the whole fee, in the token's smallest unit.
    event CompensateProvider(
        address indexed provider,
        address indexed referrer,
        uint256 amount,
        uint256 indexed signalId,
        string userId
    );
    event FeeChanged(uint256 fee);
    event SharesChanged(uint16 providerShare, uint16 referrerShare);
    event Withdrawn(address indexed account, address indexed to, uint256 amount);
    event OwnershipOffered(address indexed owner, address indexed heir);
    event OwnershipTaken(address indexed former, address indexed owner);

    error NotOwner();
    error NotHeir();
    error ZeroAddress();
    error ZeroFee();
    error SharesOutOfBounds();
    error UserIdOutOfBounds();
    error NothingToWithdraw();
    error NotAContract();
    error TransferFailed();
    error WrongAmountReceived(uint256 received, uint256 due);
    error Reentered();

    uint16 public constant WHOLE = 10_000;
    /// The owner can never set the provider's share lower.
    uint16 public constant LEAST_PROVIDER_SHARE = 5_000;
    uint256 private constant LONGEST_USER_ID = 64;

    IERC20 public immutable token;

    address public owner;
    /// Who may take the ownership; zero where nobody was offered it.
    address public heir;
    /// What a signal costs, in the token's smallest unit.
    uint256 public fee;
    /// In basis points of the fee. What is left, rounding included, is the platform's.
    uint16 public providerShare;
    uint16 public referrerShare;
    /// What each may withdraw. The platform's part is kept apart, so that it passes on with the ownership.
    mapping(address account => uint256 amount) public balanceOf;
    uint256 public platformBalance;

    bool private entered;

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner();
        _;
    }

    modifier once() {
        if (entered) revert Reentered();
        entered = true;
        _;
        entered = false;
    }

    constructor(IERC20 token_, uint256 fee_, uint16 providerShare_, uint16 referrerShare_, address owner_) {
        if (owner_ == address(0)) revert ZeroAddress();
        if (address(token_).code.length == 0) revert NotAContract();
        token = token_;
        owner = owner_;
        emit OwnershipTaken(address(0), owner_);
        _setFee(fee_);
        _setShares(providerShare_, referrerShare_);
    }

    /// Pays for a signal. The sender must have approved the fee; approving no more bounds what a changed fee can take.
    function pay(address provider, address referrer, uint256 signalId, string calldata userId) external once {
        if (provider == address(0)) revert ZeroAddress();
        if (bytes(userId).length == 0 || bytes(userId).length > LONGEST_USER_ID) revert UserIdOutOfBounds();
        uint256 due = fee;
        uint256 forProvider = (due * providerShare) / WHOLE;
        uint256 forReferrer = referrer == address(0) ? 0 : (due * referrerShare) / WHOLE;
        balanceOf[provider] += forProvider;
        if (forReferrer != 0) balanceOf[referrer] += forReferrer;
        platformBalance += due - forProvider - forReferrer;
        emit CompensateProvider(provider, referrer, due, signalId, userId);
        _take(due);
    }

    /// Sends the caller all that is booked for them.
    function withdraw() external once {
        uint256 amount = balanceOf[msg.sender];
        balanceOf[msg.sender] = 0;
        _send(msg.sender, msg.sender, amount);
    }

    /// Sends the platform's part to an address of the owner's choice.
    function withdrawPlatform(address to) external onlyOwner once {
        if (to == address(0)) revert ZeroAddress();
        uint256 amount = platformBalance;
        platformBalance = 0;
        _send(address(this), to, amount);
    }

    function setFee(uint256 fee_) external onlyOwner {
        _setFee(fee_);
    }

    function setShares(uint16 providerShare_, uint16 referrerShare_) external onlyOwner {
        _setShares(providerShare_, referrerShare_);
    }

    /// Two steps, so that the ownership cannot go to an address that nobody has. Zero takes an offer back.
    function offerOwnership(address heir_) external onlyOwner {
        heir = heir_;
        emit OwnershipOffered(owner, heir_);
    }

    function takeOwnership() external {
        if (msg.sender != heir) revert NotHeir();
        emit OwnershipTaken(owner, msg.sender);
        owner = msg.sender;
        heir = address(0);
    }

    function _setFee(uint256 fee_) private {
        // Nobody may buy for nothing: the server leaves the price to this contract.
        if (fee_ == 0) revert ZeroFee();
        fee = fee_;
        emit FeeChanged(fee_);
    }

    function _setShares(uint16 providerShare_, uint16 referrerShare_) private {
        if (providerShare_ < LEAST_PROVIDER_SHARE || uint256(providerShare_) + referrerShare_ > WHOLE) {
            revert SharesOutOfBounds();
        }
        providerShare = providerShare_;
        referrerShare = referrerShare_;
        emit SharesChanged(providerShare_, referrerShare_);
    }

    function _take(uint256 due) private {
        uint256 before = token.balanceOf(address(this));
        _call(abi.encodeCall(IERC20.transferFrom, (msg.sender, address(this), due)));
        uint256 received = token.balanceOf(address(this)) - before;
        // A token that keeps a part of each transfer would leave less here than is booked.
        if (received != due) revert WrongAmountReceived(received, due);
    }

    function _send(address account, address to, uint256 amount) private {
        if (amount == 0) revert NothingToWithdraw();
        emit Withdrawn(account, to, amount);
        _call(abi.encodeCall(IERC20.transfer, (to, amount)));
    }

    /// Some tokens answer false instead of reverting, some (USDT) answer nothing at all.
    function _call(bytes memory data) private {
        (bool done, bytes memory answer) = address(token).call(data);
        if (!done || (answer.length != 0 && !abi.decode(answer, (bool)))) revert TransferFailed();
    }
}
