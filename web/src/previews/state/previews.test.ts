import { expect, it } from "vitest";
import { CHOICE, linkedOf, linkIn, Previews } from "./previews.svelte";

const PAGE = {
  "og:url": "https://tea.example/cups",
  "og:title": " Cups ",
  "og:description": "All about cups.",
  "og:image": "mxc://here/cup",
  "og:image:width": 800,
  "og:image:height": 400,
};

it("takes the first address that leads out of the house", () => {
  const text =
    "我们 http://here/#/chats https://matrix.to/#/!a https://a.example/茶。 https://b.example";
  expect(linkIn(text, "here")).toBe("https://a.example/茶");
  expect(linkIn("no address", "here")).toBeNull();
});

it("shows where a page is, what it says, and only pictures of the house", () => {
  const picture = { mxc: "mxc://here/cup", alt: "", wide: true };
  const words = "All about cups.";
  const shown = { host: "tea.example", title: "Cups", words, picture };
  expect(linkedOf(PAGE, "https://short.example/x")).toEqual(shown);
  const outside = { ...PAGE, "og:image": "https://tea.example/cup.png", "og:url": 7 };
  expect(linkedOf(outside, "https://short.example/x")).toEqual({
    ...shown,
    host: "short.example",
    picture: null,
  });
  expect(linkedOf({ ...PAGE, "og:image:height": 800 }, "x:y")?.picture?.wide).toBe(false);
  expect(linkedOf({}, "https://a.example")).toBeNull();
  expect(linkedOf({ "og:image": "mxc://here/cup" }, "https://a.example")).toBeNull();
});

it("asks only where the house offers it and the person wants it, and each page once", async () => {
  const asked: string[] = [];
  let fails = true;
  const previews = new Previews({
    offered: async () => true,
    page: async (url) => {
      asked.push(url);
      if (fails) throw new Error("gone");
      return PAGE;
    },
  });
  expect(previews.linkIn("https://a.example")).toBeNull();
  await Promise.resolve().then(() => undefined);
  expect(previews.linkIn("https://a.example")).toBe("https://a.example");
  previews.take([{ type: CHOICE, content: { disable: true } }]);
  expect(previews.linkIn("https://a.example")).toBeNull();
  previews.take([{ type: CHOICE, content: {} }]);
  expect(previews.linkIn("https://a.example")).toBe("https://a.example");

  expect(await previews.of("https://a.example")).toBeNull();
  fails = false;
  const both = await Promise.all([
    previews.of("https://a.example"),
    previews.of("https://a.example"),
  ]);
  expect(both[0]?.title).toBe("Cups");
  expect(asked).toEqual(["https://a.example", "https://a.example"]);
});

it("forgets the oldest of too many", async () => {
  let asked = 0;
  const previews = new Previews({
    offered: async () => true,
    page: async () => {
      asked += 1;
      return PAGE;
    },
  });
  for (let at = 0; at <= 200; at += 1) await previews.of(`https://a.example/${at}`);
  await previews.of("https://a.example/200");
  expect(asked).toBe(201);
  await previews.of("https://a.example/0");
  expect(asked).toBe(202);
});
