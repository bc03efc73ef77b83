// The API, from the page's side: data comes back, everything else is thrown as an ApiError or Unreachable.

export class ApiError extends Error {
  constructor(status, { code, message, field }) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

export class Unreachable extends Error {
  constructor() {
    super("The server does not answer. Nothing was changed; try again in a moment.");
  }
}

const NOT_OURS = { code: "unknown", message: "The server gave an answer this page does not understand.", field: null };

async function call(method, path, body, headers = {}) {
  const options = { method, headers: { Accept: "application/json", ...headers } };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(`/api/v1${path}`, options);
  } catch {
    throw new Unreachable();
  }
  if (response.status === 204) return null;
  const data = await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(response.status, data?.error ?? NOT_OURS);
  return data;
}

/** Put a request in line. The same key again returns the same job, so a lost answer can be asked for again. */
export const submit = (request, key) => call("POST", "/jobs", request, { "Idempotency-Key": key });
export const cancel = (id) => call("POST", `/jobs/${id}/cancel`);
export const deleteJob = (id) => call("DELETE", `/jobs/${id}`);
export const deletePicture = (id) => call("DELETE", `/pictures/${id}`);
export const older = (before) => call("GET", `/jobs?before=${before}`);
/** The models that can be asked for; none while no worker is up, or where nobody answers. */
export const models = () => call("GET", "/models").then(({ models }) => models, () => []);
