// The network in the page, from network.go.
const net = JSON.parse(document.getElementById('net').textContent);
{
  const text = atob(document.getElementById('numbers').textContent);
  const bytes = Uint8Array.from(text, c => c.charCodeAt(0));
  const numbers = net.precise ? new Float64Array(bytes.buffer) : new Float32Array(bytes.buffer);
  let at = 0;
  const take = n => numbers.subarray(at, at += n);
  net.shift = take(net.sizes[0]);
  net.factor = take(net.sizes[0]);
  net.layers = net.activations.map((g, l) => ({ w: take(net.sizes[l] * net.sizes[l + 1]), b: take(net.sizes[l + 1]), g }));
}
const activation = {{.Activation}}; // g, of z
const slope = {{.Slope}}; // g′, of a = g(z)

// softmax returns the probabilities p and ln Σ eᵃ.
function softmax(a) {
  const top = Math.max(...a), e = a.map(v => Math.exp(v - top)), sum = e.reduce((s, v) => s + v);
  return { p: e.map(v => v / sum), lse: top + Math.log(sum) };
}

// costOf({ z, a }, y, prime) returns C of one sample and δ of the last layer, by (1); prime is g′.
const costOf = {{.Cost}};
