import { call, callBytes } from "../../http/call";

/** The server and id of an `mxc://server/id` address; null when it is not one. */
export function partsOfMxc(mxc: string): { server: string; id: string } | null {
  const found = /^mxc:\/\/([^/]+)\/([A-Za-z0-9_-]+)$/.exec(mxc);
  return found?.[1] && found[2] ? { server: found[1], id: found[2] } : null;
}

/** Stores `bytes` and returns their `mxc://` address. Raises `ApiError` (413 when too large). */
export async function upload(bytes: Blob, name: string): Promise<string> {
  const answer = await call<{ content_uri: string }>("POST", "/_matrix/media/v3/upload", {
    query: { filename: name },
    bytes,
    contentType: bytes.type || "application/octet-stream",
  });
  return answer.content_uri;
}

/** The bytes behind `mxc`, whole. */
export function download(mxc: string): Promise<Blob> {
  return callBytes(pathOf("download", mxc));
}

/** A picture of `mxc` that fits a square of `side` pixels. */
export function thumbnail(mxc: string, side: number, method: "crop" | "scale"): Promise<Blob> {
  return callBytes(pathOf("thumbnail", mxc), { query: { width: side, height: side, method } });
}

function pathOf(verb: string, mxc: string): string {
  const parts = partsOfMxc(mxc);
  if (!parts) throw new Error("not an mxc address");
  return `/_matrix/client/v1/media/${verb}/${encodeURIComponent(parts.server)}/${parts.id}`;
}
