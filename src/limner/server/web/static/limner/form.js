// The panel's values. null means "the model's own": it is not sent, and follows the model when that changes.

const STORED = "limner.form";
const TEXTS = ["prompt", "negative_prompt", "model", "seed"];
const NUMBERS = ["num_images", "num_inference_steps", "guidance_scale", "width", "height"];
const OWN = ["num_inference_steps", "guidance_scale", "width", "height", "scheduler"];
const EMPTY = {
  prompt: "", negative_prompt: "", model: "", seed: "", num_images: 1,
  num_inference_steps: null, guidance_scale: null, width: null, height: null, scheduler: null,
};

export function makeForm(models, limits) {
  return {
    models,
    limits,
    values: { ...EMPTY, ...stored() },
    errors: {},
    explained: {}, // fields whose help line is open

    get card() {
      return this.models.find((card) => card.name === this.values.model) ?? this.models[0] ?? null;
    },

    /** What the form shows and would run with: the person's value, or the model's own. */
    now(name) {
      const value = this.values[name];
      return value === null && OWN.includes(name) ? (this.card?.defaults[name] ?? "") : value;
    },

    set(name, text) {
      this.values[name] = text;
      delete this.errors[name];
    },

    /** A field left empty goes back to where it began. */
    settle(name) {
      if (this.values[name] === "") this.values[name] = EMPTY[name];
    },

    get changed() {
      return OWN.some((name) => this.values[name] !== null);
    },

    forgetOwn() {
      OWN.forEach((name) => (this.values[name] = null));
      this.errors = {};
    },

    /** A slider that went to 500 could not be aimed; the number beside it takes every value that is allowed. */
    sliderMaximum(name) {
      const most = this.limits[name].maximum;
      const usual = { num_inference_steps: 50, guidance_scale: 15, num_images: most }[name];
      return Math.min(most, Math.max(usual, Number(this.now(name)) || 0));
    },

    filled(name) {
      const least = this.limits[name].minimum;
      return `${(100 * (Number(this.now(name)) - least)) / (this.sliderMaximum(name) - least)}%`;
    },

    /** Square, portrait and landscape of about the model's own area, where its sides allow them. */
    get shapes() {
      const { sides, defaults } = this.card ?? {};
      if (!sides) return [];
      const side = Math.sqrt(defaults.width * defaults.height);
      const fit = (pixels) => {
        const step = sides.multiple_of;
        return Math.min(sides.maximum, Math.max(sides.minimum, Math.round(pixels / step) * step));
      };
      const long = fit(side * Math.sqrt(4 / 3));
      const short = fit(side * Math.sqrt(3 / 4));
      const shapes = [{ name: "square", width: fit(side), height: fit(side) }];
      if (long > short) {
        shapes.push({ name: "portrait", width: short, height: long }, { name: "landscape", width: long, height: short });
      }
      return shapes;
    },

    shape(name) {
      return this.shapes.find((shape) => shape.name === name);
    },

    isShape(name) {
      const shape = this.shape(name);
      return Boolean(shape) && shape.width === Number(this.now("width")) && shape.height === Number(this.now("height"));
    },

    take(name) {
      const { width, height } = this.shape(name);
      Object.assign(this.values, { width, height });
      delete this.errors.width;
      delete this.errors.height;
    },

    get oneSize() {
      return Boolean(this.card) && this.card.sides.minimum === this.card.sides.maximum;
    },

    /** The request as the API wants it. What is no number is sent as it is: the server says what is wrong. */
    request() {
      const request = { kind: "text-to-image", prompt: this.values.prompt, model: this.card?.name ?? "starter" };
      if (this.values.negative_prompt) request.negative_prompt = this.values.negative_prompt;
      if (this.values.seed !== "") request.seed = asNumber(this.values.seed);
      NUMBERS.forEach((name) => {
        if (this.values[name] !== null && this.values[name] !== "") request[name] = asNumber(this.values[name]);
      });
      if (this.values.scheduler) request.scheduler = this.values.scheduler;
      return request;
    },

    /** Fill the form with what made a picture; *seed* "" asks for a new one. Returns whether its model is here. */
    fill(request, seed) {
      const known = this.models.some((card) => card.name === request.model);
      TEXTS.concat(NUMBERS, "scheduler").forEach((name) => (this.values[name] = request[name] ?? EMPTY[name]));
      this.values.seed = String(seed ?? "");
      if (!known) this.values.model = this.card?.name ?? "";
      OWN.forEach((name) => {
        if (this.values[name] === this.card?.defaults[name]) this.values[name] = null;
      });
      this.errors = {};
      return known;
    },

    refuse({ field, message }) {
      const known = field in this.values;
      this.errors = { [known ? field : "form"]: message };
      return known ? field : "form";
    },

    keep() {
      localStorage.setItem(STORED, JSON.stringify(this.values));
    },
  };
}

function asNumber(value) {
  const text = String(value).trim();
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : String(value);
}

function stored() {
  try {
    const values = JSON.parse(localStorage.getItem(STORED)) ?? {};
    return Object.fromEntries(Object.entries(values).filter(([name, value]) => name in EMPTY && value !== ""));
  } catch {
    return {};
  }
}
