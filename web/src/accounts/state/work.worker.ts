import { type Challenge, solvePart } from "./work";

addEventListener("message", (message: MessageEvent<Challenge>) => {
  for (let part = 0; part < message.data.parts; part += 1) {
    postMessage(solvePart(message.data, part));
  }
});
