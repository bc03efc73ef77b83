"""The pages, and the WebSocket behind them."""
