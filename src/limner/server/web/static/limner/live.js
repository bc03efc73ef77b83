// The WebSocket: it comes back by itself, and each time the server begins with a snapshot of everything.

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

export function makeLive(onMessage) {
  let socket = null;
  let timer = 0;
  let wait = FIRST_WAIT_MS;

  return {
    state: "connecting", // then "open", "lost"
    retryAt: 0,

    connect() {
      clearTimeout(timer);
      const scheme = location.protocol === "https:" ? "wss" : "ws";
      const mine = (socket = new WebSocket(`${scheme}://${location.host}/ws/`));
      mine.onmessage = (event) => {
        this.state = "open";
        wait = FIRST_WAIT_MS;
        onMessage(JSON.parse(event.data));
      };
      mine.onclose = () => {
        if (mine === socket) this.lost();
      };
    },

    lost() {
      this.state = "lost";
      const pause = wait * (0.8 + 0.4 * Math.random());
      wait = Math.min(wait * 1.8, LONGEST_WAIT_MS);
      this.retryAt = Date.now() + pause;
      timer = setTimeout(() => this.connect(), pause);
    },

    /** Try at once: the person asked, the network is back, or the tab is looked at again. */
    hurry() {
      if (this.state !== "lost") return;
      wait = FIRST_WAIT_MS;
      this.connect();
    },
  };
}
