import { mayCall } from "./permission";

/** A JSON object as it came; read with care. */
export type Json = Record<string, unknown>;

/** A refusal or failure of the server, in its own words. `status` 0: it could not be reached. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    /** Matrix `errcode`, or the `code` of a problem document. */
    readonly code: string,
    message: string,
    readonly retryAfterMs: number | null,
    readonly body: Json,
  ) {
    super(message);
  }

  /** Whether the same request may succeed later without a change. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export interface Call {
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  /** Sent as it is; goes with `contentType`. */
  bytes?: Blob;
  contentType?: string;
  signal?: AbortSignal;
  /** Sent without the bearer token even when there is one. */
  open?: boolean;
  /** Sent to its end even when the page is left meanwhile. */
  keepalive?: boolean;
  /** Sent with the cookies of this house; almost nothing needs them. */
  cookie?: boolean;
}

let bearer: string | null = null;
let onSignedOut: () => void = () => undefined;

/** Every later call speaks for the session of `token`; `signedOut` is told when it has ended. */
export function speakAs(token: string | null, signedOut: () => void = () => undefined): void {
  bearer = token;
  onSignedOut = signedOut;
}

/** The answer's JSON. Raises `ApiError`; an abort raises `AbortError`. */
export async function call<T>(method: string, path: string, options: Call = {}): Promise<T> {
  const response = await send(method, path, options);
  if (response.status === 204) return {} as T;
  return (await response.json()) as T;
}

/** The answer's bytes. Raises as `call`. */
export async function callBytes(path: string, options: Call = {}, method = "GET"): Promise<Blob> {
  return (await send(method, path, options)).blob();
}

async function send(method: string, path: string, options: Call): Promise<Response> {
  if (!mayCall(path)) throw new ApiError(0, "consent.missing", path, null, {});
  let response: Response;
  try {
    response = await fetch(path + queryText(options.query), request(method, options));
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError(0, "unreachable", String(cause), null, {});
  }
  if (!response.ok) throw await refusal(response, options);
  return response;
}

function request(method: string, options: Call): RequestInit {
  const headers: Record<string, string> = {};
  if (bearer && !options.open) headers["Authorization"] = `Bearer ${bearer}`;
  const init: RequestInit = { method, headers, credentials: "omit", cache: "no-store" };
  if (options.keepalive) init.keepalive = true;
  if (options.cookie) init.credentials = "same-origin";
  if (options.bytes) {
    headers["Content-Type"] = options.contentType ?? "application/octet-stream";
    init.body = options.bytes;
  } else if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(options.body);
  }
  if (options.signal) init.signal = options.signal;
  return init;
}

function queryText(query: Call["query"]): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  if (given.length === 0) return "";
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

async function refusal(response: Response, options: Call): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as Json;
  const code = String(body["errcode"] ?? body["code"] ?? `http.${response.status}`);
  const message = String(body["error"] ?? body["detail"] ?? body["title"] ?? response.statusText);
  if (response.status === 401 && code === "M_UNKNOWN_TOKEN" && !options.open) onSignedOut();
  return new ApiError(response.status, code, message, retryAfterMs(response, body), body);
}

function retryAfterMs(response: Response, body: Json): number | null {
  if (typeof body["retry_after_ms"] === "number") return body["retry_after_ms"];
  const seconds = Number(response.headers.get("Retry-After"));
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
}
