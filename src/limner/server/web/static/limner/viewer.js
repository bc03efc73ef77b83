// One picture, large: which one it is, its facts, and the way to the next.

import { duration, when } from "./words.js";
import { makeZoom } from "./zoom.js";

export function makeViewer(jobs, models) {
  let zoom = null;
  let dialog = null;

  return {
    id: null,
    place: 0,
    asking: false,
    copied: false,

    attach(element) {
      dialog = element;
      zoom = makeZoom(element.querySelector("[data-stage]"), (way) => this.go(way));
    },

    isOpen() {
      return dialog.open;
    },

    get all() {
      return jobs.list.flatMap((job) => job.pictures.map((picture) => ({ job, picture })));
    },

    get shown() {
      return this.all.find(({ picture }) => picture.id === this.id) ?? null;
    },

    get position() {
      return this.all.findIndex(({ picture }) => picture.id === this.id);
    },

    open(picture) {
      this.turn(picture.id);
      if (!dialog.open) dialog.showModal();
    },

    close() {
      if (dialog.open) dialog.close();
    },

    closed() {
      const last = this.id;
      this.id = null;
      zoom.reset();
      document.querySelector(`[data-picture="${last}"]`)?.focus({ preventScroll: false });
    },

    turn(id) {
      this.id = id;
      this.place = this.position;
      this.asking = this.copied = false;
      zoom.reset();
    },

    canGo(way) {
      const to = this.position + way;
      return this.position >= 0 && to >= 0 && to < this.all.length;
    },

    go(way) {
      if (this.canGo(way)) this.turn(this.all[this.position + way].picture.id);
    },

    /** After pictures came or went: where the one shown is gone, show the one in its place, or close. */
    settle() {
      if (this.id === null) return;
      if (this.shown) this.place = this.position;
      else if (this.all.length) this.turn(this.all[Math.min(this.place, this.all.length - 1)].picture.id);
      else this.close();
    },

    enlarge(factor) {
      if (factor) zoom.by(factor);
      else zoom.reset();
    },

    measure() {
      const { width, height } = this.shown.picture;
      return { "--width": `${width}px`, "--ratio": String(width / height) };
    },

    facts(now) {
      if (!this.shown) return [];
      const { job, picture } = this.shown;
      const { request } = job;
      return [
        ["Seed", picture.seed],
        ["Size", `${picture.width} × ${picture.height}`],
        ["Steps", request.num_inference_steps],
        ["Guidance", request.guidance_scale],
        ["Scheduler", request.scheduler],
        ["Model", models.find((card) => card.name === request.model)?.title ?? request.model],
        ["Not in it", request.negative_prompt],
        ["Made", when(job.finished_at ?? job.created_at, now)],
        ["Took", job.seconds === null ? "" : duration(job.seconds) + (request.num_images > 1 ? ` for ${request.num_images}` : "")],
      ]
        .filter(([, value]) => value !== "" && value !== null && value !== undefined)
        .map(([name, value]) => ({ name, value }));
    },

    /** The request that gives this very picture again. */
    request() {
      const { job, picture } = this.shown;
      return { ...job.request, seed: picture.seed, num_images: 1 };
    },
  };
}
