"""Voice notes of the town: nobody speaks in them. A string is plucked, and the tune is made here."""

import io
import math
import wave

RATE = 16_000
BARS = 60
STEP_SECONDS = 0.42
_PENTATONIC = (146.83, 164.81, 185.0, 220.0, 246.94, 293.66, 329.63, 369.99, 440.0)
TUNES = {
    "guqin": (0, 3, 4, 5, 4, 3, 1, 0, 3, 5, 6, 5, 4, 3, 0),
    "guqin2": (5, 6, 8, 6, 5, 4, 3, 4, 5, 3, 1, 0),
}


def tune(name: str) -> tuple[bytes, int, list[int]]:
    """Return a tune as WAV, its length in milliseconds, and how loud it is along the way."""
    notes = TUNES[name]
    step = int(RATE * STEP_SECONDS)
    samples = [0.0] * (step * (len(notes) + 3))
    for at, note in enumerate(notes):
        _pluck(samples, at * step, _PENTATONIC[note], at)
    loudest = max(abs(sample) for sample in samples)
    levels = [int(sample / loudest * 28_000) for sample in samples]
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(level.to_bytes(2, "little", signed=True) for level in levels))
    return out.getvalue(), len(levels) * 1000 // RATE, _loudness(levels)


def _pluck(samples: list[float], begin: int, pitch: float, seed: int) -> None:
    """Add a plucked string (Karplus and Strong, 1983): noise that a loop makes smooth."""
    length = int(RATE / pitch)
    state = 12_345 + seed * 977
    loop: list[float] = []
    for _ in range(length):
        state = (state * 1_103_515_245 + 12_345) % 2**31
        loop.append(state / 2**30 - 1)
    for at in range(begin, min(begin + RATE * 2, len(samples))):
        place = (at - begin) % length
        samples[at] += loop[place] * math.exp(-(at - begin) / RATE)
        loop[place] = 0.4985 * (loop[place] + loop[(place + 1) % length])


def _loudness(levels: list[int]) -> list[int]:
    size = len(levels) // BARS
    parts = [max(abs(level) for level in levels[at * size : (at + 1) * size]) for at in range(BARS)]
    loudest = max(parts)
    return [part * 1024 // loudest for part in parts]
