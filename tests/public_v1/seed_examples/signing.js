const crypto = require('crypto');

function createSignature(apiSecret, timestamp, method, path, body = '') {
    const message = `${timestamp}${method.toUpperCase()}${path}${body}`;
    return crypto
        .createHmac('sha256', apiSecret)
        .update(message)
        .digest('hex');
}

// Example usage
const apiKey = 'mk_your_api_key_here';
const apiSecret = 'ms_your_api_secret_here';
const timestamp = Math.floor(Date.now() / 1000).toString();
const method = 'POST';
const path = '/v1/signal';
const body = JSON.stringify({ symbol: 'BTCUSDT', action: 'open_long' });

const signature = createSignature(apiSecret, timestamp, method, path, body);

const headers = {
    'X-API-Key': apiKey,
    'X-Timestamp': timestamp,
    'X-Signature': signature,
    'Content-Type': 'application/json'
};
