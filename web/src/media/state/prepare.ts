import type { Json } from "../../http/call";

/** A file made ready to be sent: the content of its message, its bytes, a small picture of it. */
export interface Prepared {
  content: Json;
  file: Blob;
  thumb: Blob | null;
}

const THUMB_SIDE = 800;
const PHOTO_SIDE_MAX = 2560;
/** Drawn again before sending, which also takes out the place and the camera. */
const PHOTOS: readonly string[] = ["image/jpeg"];
const PICTURES: readonly string[] = [
  ...PHOTOS,
  "image/png",
  "image/webp",
  "image/gif",
  "image/avif",
];

/** Makes `file` ready: a picture with its size and thumbnail, anything else as it is. */
export async function prepare(file: File): Promise<Prepared> {
  if (PICTURES.includes(file.type)) {
    const picture = await createImageBitmap(file).catch(() => null);
    if (picture) return preparePicture(file, picture);
  }
  const kind = file.type.startsWith("video/") ? "m.video" : "m.file";
  return { content: content(kind, file.name, file, {}), file, thumb: null };
}

/** The content of a voice note's message. */
export function voiceContent(
  name: string,
  bytes: Blob,
  durationMs: number,
  waveform: readonly number[],
): Json {
  return {
    ...content("m.audio", name, bytes, { duration: durationMs }),
    "org.matrix.msc1767.audio": { duration: durationMs, waveform },
    "org.matrix.msc3245.voice": {},
  };
}

/** `count` heights of 0 to 1024 out of loudness samples of 0 to 1. */
export function waveformOf(samples: readonly number[], count: number): number[] {
  if (samples.length === 0) return [];
  const loudest = Math.max(...samples, 0.01);
  return Array.from(
    { length: Math.min(count, samples.length) },
    (_, at, size = Math.min(count, samples.length)) => {
      const part = samples.slice(
        Math.floor((at * samples.length) / size),
        Math.floor(((at + 1) * samples.length) / size),
      );
      return Math.round((Math.max(...part) / loudest) * 1024);
    },
  );
}

async function preparePicture(file: File, picture: ImageBitmap): Promise<Prepared> {
  const photo = PHOTOS.includes(file.type)
    ? await redraw(picture, PHOTO_SIDE_MAX, "image/jpeg", 0.88)
    : null;
  const bytes = photo?.bytes ?? file;
  const width = photo?.width ?? picture.width;
  const height = photo?.height ?? picture.height;
  const small =
    Math.max(width, height) > THUMB_SIDE
      ? await redraw(picture, THUMB_SIDE, "image/jpeg", 0.8)
      : null;
  const info: Json = { w: width, h: height };
  if (small)
    info["thumbnail_info"] = {
      w: small.width,
      h: small.height,
      mimetype: small.bytes.type,
      size: small.bytes.size,
    };
  picture.close();
  return {
    content: content("m.image", file.name || "image", bytes, info),
    file: bytes,
    thumb: small?.bytes ?? null,
  };
}

async function redraw(
  picture: ImageBitmap,
  sideMax: number,
  type: string,
  quality: number,
): Promise<{ bytes: Blob; width: number; height: number } | null> {
  const scale = Math.min(1, sideMax / Math.max(picture.width, picture.height));
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context) {
    // A JPEG knows no transparency: what is clear would come out black.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    context.drawImage(picture, 0, 0, width, height);
  }
  const bytes = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality));
  return bytes && { bytes, width, height };
}

function content(msgtype: string, name: string, bytes: Blob, info: Json): Json {
  const mimetype = bytes.type.split(";")[0] || "application/octet-stream";
  return { msgtype, body: name || "file", info: { ...info, mimetype, size: bytes.size } };
}
