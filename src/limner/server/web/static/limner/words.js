// Numbers and states as words: short, plain, the same everywhere.

const PLACES = ["", "Next", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth"];
const DONE = new Set(["succeeded", "failed", "cancelled"]);

export const isDone = (job) => DONE.has(job.state);

export function placeInLine(place) {
  if (place === null) return "Waiting";
  return place < PLACES.length ? `${PLACES[place]} in line` : `Number ${place} in line`;
}

/** 0.34 -> "0.3 s", 40.2 -> "40 s", 200 -> "3 min 20 s". */
export function duration(seconds) {
  if (seconds < 10) return `${Math.max(0.1, seconds).toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round(seconds - 60 * minutes);
  return minutes < 10 && rest ? `${minutes} min ${rest} s` : `${Math.round(seconds / 60)} min`;
}

/** An estimate pretends to no tenths: 0.3 -> "1 s", 47 -> "45 s". */
export function about(seconds) {
  const whole = Math.max(1, Math.ceil(seconds));
  return duration(whole < 10 ? whole : Math.round(whole / 5) * 5).replace(".0", "");
}

export function secondsLeft(seconds) {
  return `${duration(Math.max(1, Math.ceil(seconds))).replace(".0", "")} left`;
}

export function pictures(count) {
  return count === 1 ? "1 picture" : `${count} pictures`;
}

export function seeds(job) {
  const first = job.request.seed;
  if (first === null || first === undefined) return "";
  const count = job.request.num_images;
  return count > 1 ? `seeds ${first} to ${first + count - 1}` : `seed ${first}`;
}

export function when(iso, now) {
  const moment = new Date(iso);
  const time = moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(moment).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return `today ${time}`;
  if (days === 1) return `yesterday ${time}`;
  const date = { day: "numeric", month: "short" };
  if (moment.getFullYear() !== new Date(now).getFullYear()) date.year = "numeric";
  return `${moment.toLocaleDateString([], date)} ${time}`;
}

/** The line under a job's title, in parts. *left* is the seconds to its end, or null when nobody knows. */
export function statusLine(job, left, now) {
  if (job.draft) return job.unsent ? ["Not sent yet", "goes out when the server is back"] : ["Sending…"];
  switch (job.state) {
    case "queued":
      if (job.stage === "stopping") return ["Stopping…", seeds(job)];
      return [placeInLine(job.place), ...(left === null ? [] : [`ready in about ${about(left)}`]), seeds(job)];
    case "running":
      return [...running(job, left), seeds(job)];
    case "succeeded":
      return [when(job.created_at, now), ...(job.seconds === null ? [] : [duration(job.seconds)]), seeds(job)];
    case "failed":
      return ["Failed", when(job.created_at, now), seeds(job)];
    default:
      return ["Cancelled", when(job.created_at, now), seeds(job)];
  }
}

function running(job, left) {
  if (job.stage === "stopping") return ["Stopping after this step…"];
  if (job.stage === "loading") return ["Loading the model…"];
  if (job.progress.step === 0) return ["Starting…"];
  const step = `Step ${job.progress.step} of ${job.progress.total}`;
  return left === null ? [step] : [step, secondsLeft(left)];
}

/** What a screen reader should say when a job went from *before* to *job*; "" when it is not worth a word. */
export function news(before, job) {
  const prompt = job.request.prompt.length > 60 ? `${job.request.prompt.slice(0, 60)}…` : job.request.prompt;
  if (before.state !== job.state || before.draft) {
    switch (job.state) {
      case "queued":
        return `${placeInLine(job.place)}: ${prompt}`;
      case "running":
        return `Started: ${prompt}`;
      case "succeeded":
        return `Ready, ${pictures(job.pictures.length)}: ${prompt}`;
      case "failed":
        return `Failed: ${job.error?.message ?? prompt}`;
      default:
        return `Cancelled: ${prompt}`;
    }
  }
  if (before.pictures.length < job.pictures.length) {
    return `Picture ${job.pictures.length} of ${job.request.num_images} is ready: ${prompt}`;
  }
  if (before.stage !== job.stage && job.stage === "loading") return "Loading the model";
  return "";
}

/** A file name a person recognises: "limner-a-red-boat-on-the-sea-4127.png". */
export function fileName(prompt, seed, form) {
  const words = prompt.toLowerCase().normalize("NFKD").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  return `limner-${words.slice(0, 60).replace(/-$/, "") || "picture"}-${seed}.${form}`;
}
