// The studio page: what the parts do together. Each part is a file with its name.

import Alpine from "./vendor/alpine.js";
import * as api from "./api.js";
import { makeForm } from "./form.js";
import { makeJobs } from "./jobs.js";
import { makeLive } from "./live.js";
import { makeViewer } from "./viewer.js";
import * as words from "./words.js";

const THEMES = ["auto", "light", "dark"];
const LOOK_AGAIN_MS = 1500;
const AHEAD_PX = 600;
const wide = matchMedia("(min-width: 64rem)");
const read = (id) => JSON.parse(document.getElementById(id).textContent);

Alpine.data("studio", () => ({
  form: makeForm(read("models"), read("limits")),
  jobs: null,
  live: null,
  viewer: null,
  wide: wide.matches,
  drawer: false,
  keysShown: false,
  notice: "",
  said: "",
  now: Date.now(),
  theme: localStorage.getItem("limner.theme") ?? "auto",
  mac: /Mac|iPhone|iPad/.test(navigator.platform),

  init() {
    // Read back through ``this``: what Alpine hands out is watched, what was put in is not.
    this.jobs = makeJobs((text) => (this.said = text));
    this.viewer = makeViewer(this.jobs, this.form.models);
    this.live = makeLive((message) => this.hear(message));
    this.live.connect();
    this.$nextTick(() => {
      this.viewer.attach(this.$refs.viewer);
      this.watchTheEnd();
    });
    this.$watch("form.values", () => this.form.keep());
    this.$watch("title", (title) => (document.title = title));
    wide.addEventListener("change", () => (this.wide = wide.matches));
    window.addEventListener("online", () => this.live.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.live.hurry());
    setInterval(() => this.tick(), 1000);
    this.awaitModels();
  },

  hear(message) {
    this.jobs.hear(message);
    if (message.type === "snapshot") {
      this.jobs.resend();
      this.$nextTick(() => this.fillThePage());
    }
    this.viewer.settle();
  },

  tick() {
    if (this.jobs.active.length || this.live.state === "lost" || Date.now() - this.now > 60_000) this.now = Date.now();
  },

  /** The drawing process may still be on its way up when the page is. */
  async awaitModels() {
    while (!this.form.models.length) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      this.form.models.push(...(await api.models()));
    }
  },

  watchTheEnd() {
    const watcher = new IntersectionObserver(() => this.fillThePage(), { rootMargin: `${AHEAD_PX}px` });
    watcher.observe(this.$refs.end);
  },

  /** Fetch older jobs while the end of the list is in sight, or soon will be. */
  async fillThePage() {
    const inSight = () => this.$refs.end.getBoundingClientRect().top < innerHeight + AHEAD_PX;
    while (this.jobs.loaded && !this.jobs.end && !this.jobs.fetching && this.live.state === "open" && inSight()) {
      const before = this.jobs.list.length;
      await this.jobs.older();
      if (this.jobs.list.length === before) return;
      await this.$nextTick();
    }
  },

  // Running

  async run() {
    this.notice = "";
    this.form.errors = {};
    this.toTop();
    try {
      const sent = this.jobs.submit(this.form.request());
      this.drawer = false;
      if (!this.wide) document.activeElement?.blur();
      await sent;
    } catch (error) {
      this.refuse(error);
    }
  },

  refuse(error) {
    if (!(error instanceof api.ApiError)) throw error;
    const field = this.form.refuse({ ...error, message: this.named(error) });
    if (field !== "prompt" && field !== "form" && !this.wide) this.drawer = true;
    this.$nextTick(() => document.querySelector(`[name="${field}"]`)?.focus());
  },

  /** "'width' has to be at least 8" becomes "Width has to be at least 8". */
  named({ message, field }) {
    const title = this.form.limits[field]?.title;
    return title ? message.replace(`'${field}'`, title) : message;
  },

  tryExample(text) {
    this.form.values.prompt = text.trim();
    return this.run();
  },

  tryAgain(job) {
    if (job.draft) return this.jobs.resend();
    this.form.fill(job.request, job.request.seed);
    return this.run();
  },

  /** Fill the form with a job's settings, with its seed or for a new one. */
  use(request, seed, told) {
    const known = this.form.fill(request, seed);
    this.viewer.close();
    this.notice = known ? "" : `The model ${request.model} is not here any more; the form keeps ${this.form.card?.title}.`;
    this.said = told;
    if (!this.wide) this.drawer = true;
    this.$nextTick(() => document.getElementById(this.wide ? "prompt" : "settings").focus());
  },

  vary(request) {
    this.use(request, "", "The form has these settings, with a new seed.");
  },

  again(request) {
    this.use(request, request.seed, "The form has these settings and this seed.");
  },

  // Changing what is there

  async ask(doing) {
    this.notice = "";
    try {
      return await doing;
    } catch (error) {
      if (error.status === 404) return null;
      this.notice = error.message;
      return undefined;
    }
  },

  async cancel(job) {
    const answer = await this.ask(api.cancel(job.id));
    if (answer) this.jobs.put(answer);
  },

  async remove(job) {
    if (!job.id) {
      this.jobs.list = this.jobs.list.filter((each) => each.key !== job.key);
    } else if ((await this.ask(api.deleteJob(job.id))) === null) {
      this.jobs.drop(job.id);
      this.said = "Deleted.";
    }
  },

  async removePicture() {
    const { job, picture } = this.viewer.shown;
    if ((await this.ask(api.deletePicture(picture.id))) !== null) return;
    job.pictures = job.pictures.filter((each) => each.id !== picture.id);
    this.viewer.settle();
    this.said = "Deleted.";
  },

  async copyPrompt() {
    this.notice = "";
    try {
      await navigator.clipboard.writeText(this.viewer.shown.job.request.prompt);
      this.viewer.copied = true;
      this.said = "Copied.";
    } catch {
      this.notice = "This browser does not let the page copy. Select the prompt and copy it by hand.";
    }
  },

  // What the page says

  /** Seconds to a job's end. One that waits is not told about each step of those that run, so it asks them. */
  left(job) {
    if (job.eta_s === null) return null;
    const own = job.eta_s - Math.max(0, this.now - job.heardAt) / 1000;
    const running = job.state === "queued" ? this.jobs.list.filter((other) => other.state === "running") : [];
    return Math.max(own, ...running.map((other) => this.left(other) ?? 0));
  },

  status(job) {
    return words.statusLine(job, this.left(job), this.now).filter(Boolean);
  },

  isDone(job) {
    return words.isDone(job);
  },

  /** Waiting behind a running one: on a phone only its words are shown, so that the running one is in sight. */
  isFar(job) {
    return job.state === "queued" && this.jobs.list.some((other) => other.state === "running");
  },

  dots(job) {
    if (job.draft || job.state !== "queued" || job.place === null) return [];
    return Array.from({ length: Math.min(job.place, 10) }, (_, index) => index + 1);
  },

  share(job) {
    return job.state === "running" ? job.progress.step / job.progress.total : 0;
  },

  /** One slot for each picture, ready or not, so that nothing moves when one arrives. */
  slots(job) {
    const count = job.request.num_images ?? 1;
    const all = Array.from({ length: count }, (_, index) => {
      const picture = job.pictures.find((each) => each.seed === job.request.seed + index) ?? null;
      return { index, picture, preview: words.isDone(job) ? null : (job.previews[index] ?? null) };
    });
    return words.isDone(job) ? all.filter((slot) => slot.picture) : all;
  },

  shape(job) {
    const width = Number(job.request.width ?? this.form.now("width")) || 1;
    const height = Number(job.request.height ?? this.form.now("height")) || 1;
    const count = words.isDone(job) ? Math.max(1, job.pictures.length) : (job.request.num_images ?? 1);
    return { "--ratio": String(width / height), "--height": `${height}px`, "--count": String(count) };
  },

  source(picture) {
    return Math.max(picture.width, picture.height) > 512 ? picture.thumbnail_url : picture.url;
  },

  download(form) {
    const { job, picture } = this.viewer.shown;
    return { url: picture.url.replace(/png$/, form), name: words.fileName(job.request.prompt, picture.seed, form) };
  },

  pictures(count) {
    return words.pictures(count);
  },

  /** Under Run: how much, and how long by what the last pictures of this model took. */
  get forecast() {
    const size = this.form.card ? `${this.form.now("width")} × ${this.form.now("height")}` : "";
    const count = Number(this.form.values.num_images) || 1;
    const work = (request) => request.num_inference_steps * request.num_images * request.width * request.height;
    const done = this.jobs.list.filter((job) => job.seconds && job.request.model === this.form.card?.name).slice(0, 5);
    const paces = done.map((job) => job.seconds / work(job.request)).sort((one, two) => one - two);
    const wanted = Object.fromEntries(
      ["num_inference_steps", "width", "height"].map((name) => [name, Number(this.form.now(name))]),
    );
    const seconds = paces[Math.floor(paces.length / 2)] * work({ ...wanted, num_images: count });
    return [words.pictures(count), size, Number.isFinite(seconds) ? `about ${words.about(seconds)}` : ""].filter(Boolean);
  },

  get retrySeconds() {
    return Math.max(0, Math.ceil((this.live.retryAt - this.now) / 1000));
  },

  get line() {
    const running = this.jobs.list.filter((job) => job.state === "running").length;
    const waiting = this.jobs.list.filter((job) => job.state === "queued").length;
    if (!running && !waiting) return "Nobody waiting";
    return [running && `${running} running`, waiting && `${waiting} in line`].filter(Boolean).join(", ");
  },

  get title() {
    const job = this.jobs.list.find((each) => each.state === "running");
    return job ? `${Math.round(100 * this.share(job))} % · Limner` : "Limner";
  },

  get empty() {
    return this.jobs.loaded && this.jobs.list.length === 0;
  },

  // Keys, theme, scrolling

  key(event) {
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!this.viewer.isOpen()) this.run();
    } else if (this.viewer.isOpen()) {
      this.viewerKey(event);
    } else if (event.key === "Escape" && this.drawer) {
      this.closeDrawer();
    } else if (typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (event.key === "/") {
      event.preventDefault();
      this.$refs.prompt.focus();
    } else if (event.key === "?") {
      if (!this.$refs.keys.open) this.$refs.keys.showModal();
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      this.walk(event.key === "ArrowRight" ? 1 : -1, event);
    }
  },

  viewerKey(event) {
    const ways = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    const factors = { "+": 1.5, "=": 1.5, "-": 1 / 1.5, 0: 0 };
    if (event.key in ways) {
      event.preventDefault();
      this.viewer.go(ways[event.key]);
    } else if (event.key in factors && !event.ctrlKey && !event.metaKey) {
      this.viewer.enlarge(factors[event.key]);
    }
  },

  walk(way, event) {
    const pictures = [...this.$root.querySelectorAll("[data-picture]")];
    const here = pictures.indexOf(document.activeElement);
    const next = here < 0 ? pictures[0] : pictures[here + way];
    if (!next || (here < 0 && way < 0)) return;
    event.preventDefault();
    next.focus();
  },

  /** In the one-line bar of a phone, Enter runs; in the panel it begins a new line. */
  enter(event) {
    if (this.wide || event.shiftKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    this.run();
  },

  toggleDrawer() {
    this.drawer = !this.drawer;
    if (this.drawer) this.$nextTick(() => this.$refs.settings.focus());
  },

  closeDrawer() {
    this.drawer = false;
    this.$refs.drawerButton.focus();
  },

  nextTheme() {
    this.theme = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length];
    if (this.theme === "auto") {
      localStorage.removeItem("limner.theme");
      delete document.documentElement.dataset.theme;
    } else {
      localStorage.setItem("limner.theme", this.theme);
      document.documentElement.dataset.theme = this.theme;
    }
  },

  toTop() {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    window.scrollTo({ top: 0, behavior: calm ? "instant" : "smooth" });
  },
}));

Alpine.start();
