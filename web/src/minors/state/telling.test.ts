import { expect, it } from "vitest";
import { tellingsOf } from "./telling";

it.each([
  ["加我 13912345678", "phone"],
  ["call me: +44 7911 123456", "phone"],
  ["ring 020 7946 0958 tonight", "phone"],
  ["mine is kid.tom+x@example.org", "email"],
  ["身份证 11010519491231002X", "document"],
  ["我家在朝阳区建国路", "address"],
  ["到长安街 12 号找我", "address"],
  ["I live at the corner of Elm and Oak", "address"],
  ["come to 12 Old Mill Lane", "address"],
  ["我在北京第八中学", "school"],
  ["我是初二（3）班的", "school"],
  ["I go to Hill Park School", "school"],
])("asks about %s", (text, telling) => {
  expect(tellingsOf(text)).toContain(telling);
});

it.each([
  "今天下雨了",
  "See you at 10:30, the tea costs 12.50",
  "2026-11-18 12:00:00",
  "order 4711081532",
  "It is 1234567890123 metres away",
  "Is the street far from the sea?",
  "学校放假了吗？",
  "这三班车都晚点",
  "a number like 110105194912310021 is none",
  "@ann:example.org said so",
])("lets %s pass", (text) => {
  expect(tellingsOf(text)).toEqual([]);
});
