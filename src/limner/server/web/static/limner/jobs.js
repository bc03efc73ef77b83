// The jobs on the page, newest first: what the server says, plus what is being sent to it this moment.

import * as api from "./api.js";
import { isDone, news } from "./words.js";

const age = (job) => Date.parse(job.created_at);

/** Random bytes by hand: crypto.randomUUID is missing where the page comes over plain HTTP. */
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export function makeJobs(say) {
  let sending = 0; // while an answer is on its way, news of unknown jobs may be about that very job
  let held = [];

  return {
    list: [],
    loaded: false,
    end: false, // the oldest job there is, is shown
    fetching: false,

    get active() {
      return this.list.filter((job) => !isDone(job));
    },

    hear(message) {
      if (sending && this.mustWait(message)) {
        held.push(message);
      } else if (message.type === "snapshot") {
        this.snapshot(message.jobs);
      } else if (message.type === "job") {
        this.put(message.job);
      } else if (message.type === "preview") {
        this.preview(message);
      } else if (message.type === "deleted") {
        this.drop(message.id);
      }
    },

    /** News of a job that is not known may be of one being sent; nothing overtakes a snapshot that waits. */
    mustWait({ type, job }) {
      return type === "snapshot" || held.some((other) => other.type === "snapshot") || (type === "job" && !this.find(job.id));
    },

    find(id) {
      return this.list.find((job) => job.id === id);
    },

    /** Everything new enough to be in a snapshot and not in it is gone; older jobs are asked for again. */
    snapshot(jobs) {
      const told = new Set(jobs.map((job) => job.id));
      const oldest = jobs.at(-1);
      const isOlder = (job) => oldest && age(job) < age(oldest);
      this.list = this.list.filter((job) => job.draft || told.has(job.id) || isOlder(job));
      jobs.toReversed().forEach((job) => this.put(job));
      this.end = !oldest;
      this.loaded = true;
      const kept = this.list.filter((job) => !job.draft && !told.has(job.id));
      if (kept.length) this.refresh(oldest.id, kept);
    },

    async refresh(before, kept) {
      const gone = new Set(kept.map((job) => job.id));
      const last = kept.at(-1);
      try {
        while (before) {
          const page = await api.older(before);
          page.jobs.forEach((job) => gone.delete(job.id) && this.put(job));
          before = page.jobs.some((job) => age(job) <= age(last)) ? null : page.next;
        }
        this.list = this.list.filter((job) => !gone.has(job.id));
      } catch {
        // the next snapshot tries again
      }
    },

    put(job) {
      const known = this.find(job.id);
      if (known && isDone(known) && !isDone(job)) return; // late news: what is done stays done
      const fresh = { ...job, draft: false, heardAt: Date.now() };
      if (known) {
        const words = news(known, job);
        Object.assign(known, fresh);
        if (words) say(words);
      } else {
        const place = this.list.findIndex((other) => !other.draft && age(other) < age(job));
        const entry = { ...fresh, key: job.id, previews: {}, asking: false };
        this.list.splice(place < 0 ? this.list.length : place, 0, entry);
      }
    },

    preview({ id, index, url }) {
      const job = this.find(id);
      if (job) job.previews[index] = url;
    },

    drop(id) {
      this.list = this.list.filter((job) => job.id !== id);
    },

    /**
     * Send a request and show its card at once. Throws ApiError when the server refuses it: then there is no card.
     * When the server cannot be reached, the card stays and is sent again once it is back.
     */
    async submit(request) {
      const key = newKey();
      const draft = {
        id: null, key, draft: true, unsent: false, state: "queued", stage: "waiting", place: null, eta_s: null,
        progress: { step: 0, total: 1 }, pictures: [], previews: {}, error: null, request, asking: false,
        created_at: new Date().toISOString(), seconds: null, heardAt: Date.now(),
      };
      // A refusal comes back sooner than this, and then no card need flash up.
      const show = setTimeout(() => this.list.unshift(draft), 80);
      try {
        await this.send(draft);
      } catch (error) {
        clearTimeout(show);
        if (!(error instanceof api.Unreachable)) {
          this.list = this.list.filter((job) => job.key !== key);
          throw error;
        }
        if (!this.list.some((job) => job.key === key)) this.list.unshift(draft);
        this.list.find((job) => job.key === key).unsent = true;
      } finally {
        clearTimeout(show);
      }
    },

    async send(draft) {
      sending += 1;
      try {
        const job = await api.submit(draft.request, draft.key);
        this.settle(draft.key, job);
      } finally {
        sending -= 1;
        const waiting = held;
        held = [];
        waiting.forEach((message) => this.hear(message));
      }
    },

    settle(key, job) {
      const draft = this.list.find((each) => each.key === key);
      if (this.find(job.id)) {
        this.list = this.list.filter((each) => each.key !== key);
      } else if (draft) {
        say(news({ draft: true }, job));
        Object.assign(draft, job, { draft: false, heardAt: Date.now() });
      } else {
        say(news({ draft: true }, job));
        this.list.unshift({ ...job, key, draft: false, previews: {}, asking: false, heardAt: Date.now() });
      }
    },

    /** Send what could not be sent; the key makes sure that nothing runs twice. */
    async resend() {
      for (const draft of this.list.filter((job) => job.draft && job.unsent)) {
        draft.unsent = false;
        try {
          await this.send(draft);
        } catch (error) {
          if (error instanceof api.Unreachable) {
            draft.unsent = true;
          } else {
            Object.assign(draft, { draft: false, state: "failed", error: { message: error.message } });
          }
        }
      }
    },

    async older() {
      const last = this.list.findLast((job) => !job.draft);
      if (this.fetching || this.end || !last) return;
      this.fetching = true;
      try {
        const page = await api.older(last.id);
        page.jobs.forEach((job) => this.put(job));
        this.end = page.next === null;
      } catch {
        // scrolling again asks again
      } finally {
        this.fetching = false;
      }
    },
  };
}
