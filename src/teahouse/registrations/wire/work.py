"""The page of the stage of work: the device works by itself, or its person waits in line.

Nothing has to be seen, heard or solved by anybody. Without a script there is still the line.
"""

from datetime import datetime
from html import escape

from teahouse.notices.model.markup import page
from teahouse.screening.model.proofs import Challenge

WORK_SCRIPT_PATH = "/registration/proof-of-work.js"
WORK_SCRIPT = b"""\
"use strict";
(function () {
  var form = document.querySelector("form[data-bits]");
  if (!form) { return; }
  var bits = Number(form.dataset.bits), parts = Number(form.dataset.parts);
  var token = form.elements.challenge.value, bar = document.querySelector("progress");
  var K = [], H0 = [], found = [], part = 0, number = 0;
  for (var n = 2; K.length < 64; n += 1) {
    var prime = true;
    for (var f = 2; f * f <= n; f += 1) { if (n % f === 0) { prime = false; break; } }
    if (prime) {
      if (H0.length < 8) { H0.push((Math.pow(n, 1 / 2) % 1 * 4294967296) | 0); }
      K.push((Math.pow(n, 1 / 3) % 1 * 4294967296) | 0);
    }
  }
  var W = new Int32Array(64);
  function turn(x, by) { return (x >>> by) | (x << (32 - by)); }
  function first(text) { /* the first word of the SHA-256 of a text of ASCII letters */
    var words = new Int32Array((((text.length + 8) >> 6) + 1) * 16), i, h = H0.slice();
    for (i = 0; i < text.length; i += 1) { words[i >> 2] |= text.charCodeAt(i) << (24 - (i & 3) * 8); }
    words[i >> 2] |= 128 << (24 - (i & 3) * 8);
    words[words.length - 1] = text.length * 8;
    for (var at = 0; at < words.length; at += 16) {
      var a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], g = h[5], k = h[6], l = h[7];
      for (i = 0; i < 64; i += 1) {
        if (i < 16) { W[i] = words[at + i]; } else {
          var x = W[i - 15], y = W[i - 2];
          W[i] = W[i - 16] + W[i - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) +
            (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
        }
        var s = l + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & g) ^ (~e & k)) + K[i] + W[i];
        var u = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        l = k; k = g; g = e; e = (d + s) | 0; d = c; c = b; b = a; a = (s + u) | 0;
      }
      h = [h[0] + a, h[1] + b, h[2] + c, h[3] + d, h[4] + e, h[5] + g, h[6] + k, h[7] + l];
      for (i = 0; i < 8; i += 1) { h[i] |= 0; }
    }
    return h[0];
  }
  function work() {
    var until = Date.now() + 40;
    while (Date.now() < until) {
      for (var i = 0; i < 200; i += 1) {
        if (first(token + ":" + part + ":" + number) >>> (32 - bits) === 0) {
          found.push(number); part += 1; number = -1; bar.value = part;
          if (part === parts) {
            form.elements.answers.value = found.join(","); form.submit(); return;
          }
        }
        number += 1;
      }
    }
    setTimeout(work, 0);
  }
  work();
})();
"""
_ZH = {
    "title": "请稍候，您的设备正在工作",
    "why": "现在注册的人很多。您的设备替您做一点计算，机器批量注册就会变得昂贵。不需要您看或听任何东西。",
    "line": "不想等计算，或设备较旧？改为排队",
    "place": "您在排队", "come": "请在这个时间之后点“继续”：", "on": "继续",
    "refused": "现在还不行",
}  # fmt: skip
_EN = {
    "title": "One moment: your device is working",
    "why": "Many sign-ups are coming in. Your device computes a little for you, which makes it "
    "expensive to register by machine. There is nothing for you to look at or to listen to.",
    "line": "Rather not, or an old device? Wait in line instead",
    "place": "You are in line", "come": "Press “Go on” after this time:", "on": "Go on",
    "refused": "Not just now",
}  # fmt: skip
WORDS = {"zh": _ZH, "en": _EN}


def work_page(session: str, lang: str, work: Challenge) -> str:
    """Return the page on which a device works."""
    words = WORDS[lang]
    hidden = _hidden(session=session, challenge=work.challenge)
    body = (
        f"<p>{words['why']}</p>"
        f'<p role="status"><progress max="{work.parts}" value="0" aria-label="{words["title"]}">'
        "</progress></p>"
        f'<form method="post" data-bits="{work.bits}" data-parts="{work.parts}">{hidden}'
        '<input type="hidden" name="answers"></form><hr>'
        f'<form method="post">{hidden}<input type="hidden" name="line" value="1">'
        f'<button type="submit">{words["line"]} ({work.wait_seconds // 60} min)</button></form>'
    )
    return page(words["title"], lang, body, WORK_SCRIPT_PATH)


def line_page(session: str, lang: str, place: str, at: datetime) -> str:
    """Return the page of somebody who waits in line."""
    words = WORDS[lang]
    body = (
        f"<p>{words['come']} <time>{at:%H:%M:%S} UTC</time></p>"
        f'<form method="post">{_hidden(session=session, challenge=place)}'
        f'<button type="submit">{words["on"]}</button></form>'
    )
    return page(words["place"], lang, body)


def refused_page(lang: str, why: str) -> str:
    """Return the page of somebody who cannot go on at this moment."""
    return page(WORDS[lang]["refused"], lang, f'<p role="alert">{escape(why)}</p>')


def _hidden(**fields: str) -> str:
    return "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in fields.items()
    )
