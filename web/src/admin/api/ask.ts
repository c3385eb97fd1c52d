import { ApiError, type Call, call } from "../../http/call";

let onEnded: () => void = () => undefined;

/** `told` learns when the server no longer knows the operator's session. */
export function whenEnded(told: () => void): void {
  onEnded = told;
}

/** The answer of an operators' route; `path` is below `/api/v1/operator`. Raises `ApiError`. */
export async function ask<T>(method: string, path: string, options: Call = {}): Promise<T> {
  try {
    return await call<T>(method, `/api/v1/operator${path}`, options);
  } catch (caught) {
    if (caught instanceof ApiError && caught.status === 401 && !options.open) onEnded();
    throw caught;
  }
}
