import { download } from "../api/media";

const TAKEN_AFTER_MS = 60_000;

/** Brings the bytes of `mxc` and hands them to the browser to save. Raises `ApiError`. */
export async function save(mxc: string, name: string): Promise<void> {
  handOver(await download(mxc), name);
}

/** Hands `bytes` to the browser to save as `name`. */
export function handOver(bytes: Blob, name: string): void {
  const url = URL.createObjectURL(bytes);
  const link = document.createElement("a");
  link.href = url;
  link.download = name || "file";
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), TAKEN_AFTER_MS);
}
