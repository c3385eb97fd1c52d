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
