/**
 * How well `piece` fits at each place of `whole`: the sum of the products of their samples, for every place at which it lies within. By the
 * fast Fourier transform (J. Cooley and J. Tukey, 1965), since ten seconds of speech have too many places to look at one by one.
 */
export function fits(whole: Float64Array, piece: Float64Array): Float64Array {
  const places = whole.length - piece.length + 1;
  if (places <= 0) return new Float64Array(0);
  let size = 1;
  while (size < whole.length + piece.length) size *= 2;
  // Both are real: they share one transform, as its real and its imaginary part.
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  real.set(whole);
  imaginary.set(piece);
  transform(real, imaginary);
  const [productReal, productImaginary] = [new Float64Array(size), new Float64Array(size)];
  for (let at = 0; at < size; at += 1) {
    const mirror = (size - at) % size;
    const [a, b] = [real[at] ?? 0, imaginary[at] ?? 0];
    const [c, d] = [real[mirror] ?? 0, imaginary[mirror] ?? 0];
    const [wholeReal, wholeImaginary] = [(a + c) / 2, (b - d) / 2];
    const [pieceReal, pieceImaginary] = [(b + d) / 2, (c - a) / 2];
    // Times the conjugate of the piece; and conjugated, which turns the transform below into its inverse.
    productReal[at] = wholeReal * pieceReal + wholeImaginary * pieceImaginary;
    productImaginary[at] = -(wholeImaginary * pieceReal - wholeReal * pieceImaginary);
  }
  transform(productReal, productImaginary);
  return productReal.subarray(0, places).map((value) => value / size);
}

/** In place; the length is a power of two. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  shuffle(real, imaginary);
  for (let half = 1; half < real.length; half *= 2) {
    const step = -Math.PI / half;
    for (let k = 0; k < half; k += 1) {
      const [cos, sin] = [Math.cos(step * k), Math.sin(step * k)];
      for (let at = k; at < real.length; at += 2 * half) {
        const [a, b] = [real[at + half] ?? 0, imaginary[at + half] ?? 0];
        const [x, y] = [a * cos - b * sin, a * sin + b * cos];
        const [u, v] = [real[at] ?? 0, imaginary[at] ?? 0];
        real[at + half] = u - x;
        imaginary[at + half] = v - y;
        real[at] = u + x;
        imaginary[at] = v + y;
      }
    }
  }
}

/** Into the order of the bits read backwards. */
function shuffle(real: Float64Array, imaginary: Float64Array): void {
  for (let at = 1, to = 0; at < real.length; at += 1) {
    let bit = real.length >> 1;
    for (; to & bit; bit >>= 1) to ^= bit;
    to ^= bit;
    if (at >= to) continue;
    for (const part of [real, imaginary]) {
      const held = part[at] ?? 0;
      part[at] = part[to] ?? 0;
      part[to] = held;
    }
  }
}
