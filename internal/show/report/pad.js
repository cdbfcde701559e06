// The pad to draw on, with the network in the page behind it.

// predict returns the network's output for each class, or its softmax, for the bytes of an image as they are in the data.
function predict(bytes) {
  let x = Float64Array.from(bytes, (v, i) => (v - net.shift[i]) * net.factor[i]);
  for (const { w, b, g } of net.layers) {
    const z = Float64Array.from(b), n = z.length;
    for (let i = 0; i < x.length; i++) {
      if (x[i] === 0) continue;
      for (let j = 0; j < n; j++) z[j] += x[i] * w[i * n + j];
    }
    x = z.map(activation[g]);
  }
  return net.answer === 'softmax' ? softmax(x).p : x;
}

// The drawing: strokes, which are lists of points (x, y) between 0 and 1.
const pad = document.getElementById('pad'), seen = document.getElementById('seen');
let strokes = [];
let onPad = null; // bytes of the image on the pad, and its class: the label of a sample, or the network's answer
const strokeOf = new Map(); // pointers that are down → their strokes

// ink draws the strokes with a pen of that width; place takes a point to where it is drawn.
function ink(ctx, pen, place) {
  ctx.lineCap = ctx.lineJoin = 'round';
  ctx.strokeStyle = '#fff';
  ctx.lineWidth = pen;
  for (const stroke of strokes) {
    ctx.beginPath();
    ctx.moveTo(...place(stroke[0]));
    for (const p of stroke) ctx.lineTo(...place(p));
    ctx.stroke();
  }
}

// prepare turns the strokes into an image as MNIST did with its digits: cropped, scaled so that the longer side fills the box
// (20 of 28 pixels), and moved so that the centre of mass lies in the pixel to the right of and below the middle. It draws
// the strokes again with a pen as wide as in the data, so that a small drawing does not become a fat one.
function prepare() {
  const { width, height, depth, box } = net, fine = 4, pen = box * 0.13;
  const xs = strokes.flat().map(p => p[0]), ys = strokes.flat().map(p => p[1]);
  const left = Math.min(...xs), right = Math.max(...xs), top = Math.min(...ys), bottom = Math.max(...ys);
  const size = (box - pen) / Math.max(right - left, bottom - top, 0.15);
  const canvas = document.createElement('canvas');
  canvas.width = width * fine;
  canvas.height = height * fine;
  const ctx = canvas.getContext('2d', { willReadFrequently: true });
  const drawAt = (dx, dy) => { // off the middle by dx and dy: the ink in each pixel, from 0 to 1
    ctx.setTransform(fine, 0, 0, fine, 0, 0);
    ctx.clearRect(0, 0, width, height);
    ink(ctx, pen, p => [width / 2 + dx + (p[0] - (left + right) / 2) * size, height / 2 + dy + (p[1] - (top + bottom) / 2) * size]);
    const alpha = ctx.getImageData(0, 0, canvas.width, canvas.height).data, sum = new Float64Array(width * height);
    for (let y = 0; y < canvas.height; y++)
      for (let x = 0; x < canvas.width; x++)
        sum[(y / fine | 0) * width + (x / fine | 0)] += alpha[4 * (y * canvas.width + x) + 3] / (255 * fine * fine);
    return sum;
  };
  let mass = 0, mx = 0, my = 0;
  drawAt(0, 0).forEach((v, i) => { mass += v; mx += v * (i % width + 0.5); my += v * ((i / width | 0) + 0.5); });
  const inside = (d, room) => Math.max(-room / 2, Math.min(room / 2, d)); // so that nothing is cut off
  const image = drawAt(inside((width + 1) / 2 - mx / mass, width - (right - left) * size - pen),
    inside((height + 1) / 2 - my / mass, height - (bottom - top) * size - pen));
  return Uint8Array.from(image, v => Math.round(Math.min(v, 1) * depth));
}

// show shows what the network sees and what it answers, and returns the answer in words.
function show(bytes) {
  const ctx = seen.getContext('2d'), image = ctx.createImageData(net.width, net.height);
  bytes.forEach((v, i) => image.data.set([v * 255 / net.depth, v * 255 / net.depth, v * 255 / net.depth, 255], 4 * i));
  ctx.putImageData(image, 0, 0);
  const p = predict(bytes), best = p.indexOf(Math.max(...p));
  onPad = { bytes, class: best };
  const percent = v => net.answer ? (100 * v).toFixed(1) + ' %' : v.toFixed(3);
  rows.forEach((row, k) => {
    row.bar.style.width = 100 * Math.min(Math.max(p[k], 0), 1) + '%';
    row.value.textContent = percent(p[k]);
    row.item.className = k === best ? 'top' : '';
  });
  return `${net.classes[best]}, ${percent(p[best])}`;
}

const rows = net.classes.map(name => {
  const [item, label, bar, value] = ['li', 'span', 'i', 'span'].map(tag => document.createElement(tag));
  label.textContent = name;
  bar.style.width = '0';
  item.append(label, bar, value);
  document.getElementById('bars').append(item);
  return { item, bar, value };
});
const verdict = text => { document.getElementById('verdict').textContent = text; };

function redraw() {
  const ctx = pad.getContext('2d');
  ctx.clearRect(0, 0, pad.width, pad.height);
  ink(ctx, pad.width * 0.05, p => [p[0] * pad.width, p[1] * pad.height]);
  if (strokes.length) verdict('The network says: ' + show(prepare()));
}
function clearPad() {
  strokes = [];
  onPad = null;
  redraw();
  seen.getContext('2d').clearRect(0, 0, seen.width, seen.height);
  for (const row of rows) { row.bar.style.width = '0'; row.value.textContent = ''; row.item.className = ''; }
  verdict('Nothing drawn yet.');
}
const pointOf = e => {
  const r = pad.getBoundingClientRect();
  return [(e.clientX - r.left) / r.width, (e.clientY - r.top) / r.height];
};
pad.addEventListener('pointerdown', e => {
  if (e.button) return;
  e.preventDefault();
  if (e.isTrusted) pad.setPointerCapture(e.pointerId);
  strokeOf.set(e.pointerId, [pointOf(e)]);
  strokes.push(strokeOf.get(e.pointerId));
  redraw();
});
pad.addEventListener('pointermove', e => {
  if (!strokeOf.has(e.pointerId)) return;
  const between = e.getCoalescedEvents?.() ?? []; // all places of the pen since the last event
  for (const p of between.length ? between : [e]) strokeOf.get(e.pointerId).push(pointOf(p));
  redraw();
});
for (const end of ['pointerup', 'pointercancel']) pad.addEventListener(end, e => strokeOf.delete(e.pointerId));
document.getElementById('clear').addEventListener('click', clearPad);

// The button "Take a sample" takes another of the samples under "The data" each time.
let taken = 0;
document.getElementById('sample').addEventListener('click', () => {
  const strips = [...document.querySelectorAll('.strips')], strip = strips[taken * 7 % strips.length];
  const ctx = document.createElement('canvas').getContext('2d');
  ctx.drawImage(strip, -net.width * (taken++ % (strip.naturalWidth / net.width)), 0);
  const rgba = ctx.getImageData(0, 0, net.width, net.height).data;
  clearPad();
  const said = show(Uint8Array.from({ length: net.width * net.height }, (_, i) => Math.round(rgba[4 * i] * net.depth / 255)));
  onPad.class = net.classes.indexOf(strip.dataset.class);
  const big = pad.getContext('2d');
  big.imageSmoothingEnabled = false;
  big.drawImage(seen, 0, 0, pad.width, pad.height);
  verdict(`A training sample of class ${strip.dataset.class}. The network says: ${said}`);
});
