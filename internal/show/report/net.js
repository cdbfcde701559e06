// The network in the page: net is what weights.go put there.
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
const activation = {
  relu: z => Math.max(0, z),
  sigmoid: z => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  linear: z => z,
};
