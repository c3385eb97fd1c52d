import { expect, it } from "vitest";
import { prepare, voiceContent, waveformOf } from "./prepare";

it("sends what it cannot draw as a file", async () => {
  const { content, thumb } = await prepare(
    new File(["%PDF"], "茶.pdf", { type: "application/pdf" }),
  );
  expect(content).toEqual({
    msgtype: "m.file",
    body: "茶.pdf",
    info: { mimetype: "application/pdf", size: 4 },
  });
  expect(thumb).toBeNull();
});

it("tells the length and the shape of a voice note", () => {
  const bytes = new Blob(["x"], { type: "audio/webm;codecs=opus" });
  expect(voiceContent("Voice", bytes, 1200, [1, 2])).toMatchObject({
    msgtype: "m.audio",
    info: { duration: 1200, mimetype: "audio/webm", size: 1 },
    "org.matrix.msc1767.audio": { duration: 1200, waveform: [1, 2] },
  });
});

it("draws a waveform as high as the loudest sample, with as many bars as asked", () => {
  expect(waveformOf([0.1, 0.2, 0.1, 0.05], 2)).toEqual([1024, 512]);
  expect(waveformOf([0.5], 60)).toEqual([1024]);
  expect(waveformOf([], 60)).toEqual([]);
});
