// The training step of the page. w[i * n + j] is the weight from input i to neuron j, of n neurons.

// forward returns z and a of each layer.
function forward(layers, x) {
  return layers.map(({ w, b, g }) => {
    const z = Float64Array.from(b), n = z.length;
    for (let i = 0; i < x.length; i++)
      if (x[i] !== 0) for (let j = 0; j < n; j++) z[j] += x[i] * w[i * n + j];
    x = z.map(activation[g]);
    return { z, a: x };
  });
}

// passes takes a sample forward and backward: the cost, and for each layer its input x, z, a, δ by (1) and (2), and ∂C/∂W
// by (3).
function passes(layers, x, y) {
  const all = forward(layers, x), last = all.length - 1;
  all.forEach((f, l) => { f.x = l ? all[l - 1].a : x; });
  const { cost, delta } = costOf(all[last], y, slope[layers[last].g]);
  all[last].delta = delta;
  for (let l = last - 1; l >= 0; l--) {
    const next = layers[l + 1], n = next.b.length, d = all[l + 1].delta;
    all[l].delta = all[l].a.map((a, i) => {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += d[j] * next.w[i * n + j];
      return sum * slope[layers[l].g](a);
    });
  }
  for (const f of all) {
    const n = f.delta.length;
    f.grad = new Float64Array(f.x.length * n);
    f.x.forEach((v, i) => { if (v !== 0) for (let j = 0; j < n; j++) f.grad[i * n + j] = v * f.delta[j]; });
  }
  return { cost, layers: all };
}

// descend is (4): it changes the weights and biases of layers.
function descend(layers, result, rate) {
  layers.forEach(({ w, b }, l) => {
    result.layers[l].grad.forEach((g, k) => { w[k] -= rate * g; });
    result.layers[l].delta.forEach((d, j) => { b[j] -= rate * d; });
  });
}

(() => {
  const samples = JSON.parse(document.getElementById('step-data').textContent);
  const byId = id => document.getElementById(id), element = (tag, className = '') => Object.assign(document.createElement(tag), { className });
  const copyOf = list => list.map(({ w, b, g }) => ({ w: Float64Array.from(w), b: Float64Array.from(b), g }));

  // What the page shows: the weights, the sample, what passes made of it, and the costs since weights or sample were chosen.
  let layers = copyOf(net.layers), current = 0, x, y, sampleName = '', result, costs = [];

  // format writes v with n digits, shortFormat so that it fits into a cell.
  const withMinus = text => text.replace(/-/g, '−');
  function format(v, n = 6) {
    if (!v) return '0';
    const size = Math.abs(v);
    return withMinus(size < 1e-3 || size >= 1e5 ? v.toExponential(n - 3) : v.toPrecision(n));
  }
  function shortFormat(v) {
    if (!v) return '0';
    const size = Math.abs(v);
    if (size < 0.005 || size >= 1000) return withMinus(v.toExponential(0));
    return withMinus(v.toFixed(size < 10 ? 2 : 0));
  }
  const subscript = n => String(n).replace(/\d/g, d => '₀₁₂₃₄₅₆₇₈₉'[d]);
  const inBrackets = v => v < 0 ? `(${format(v)})` : format(v);

  // gradient writes ∂C/∂a of output j as its formula with the numbers in it; a sum is in brackets.
  const gradient = (a, y, j) => {
    const formula = net.gradient || '∂C⁄∂a', sum = /[−+]/.test(formula.replace(/\(.*\)/, ''));
    const numbers = formula.replace(/softmax\(A\)|A|Y/g, s => s === 'A' ? format(a[j]) : s === 'Y' ? format(y[j]) : `softmax ${format(softmax(a).p[j])}`);
    return sum ? `(${numbers})` : numbers;
  };

  // The palette cividis of images.go: dark below 0, grey at 0, light above.
  const stops = [[0, 32, 77], [49, 68, 107], [102, 105, 112], [149, 143, 120], [203, 186, 105], [255, 234, 70]];
  const palette = Array.from({ length: 255 }, (_, n) => {
    const p = n / 254 * (stops.length - 1), k = Math.min(Math.floor(p), stops.length - 2);
    return stops[k].map((v, c) => Math.round(v + (p - k) * (stops[k + 1][c] - v)));
  });
  const colour = t => palette[Math.round((Math.min(Math.max(t, -1), 1) || 0) * 127) + 127];

  // addMatrix draws a matrix on a canvas. values() returns its numbers, row by row. explain(k, i, j) tells how number k,
  // in row i and column j, is computed: as text, and as sources [key, row, column] in other matrices, where −1 means all.
  const matrices = {};
  function addMatrix(parent, key, title, rows, cols, values, explain) {
    const figure = element('figure', 'matrix'), box = element('div', 'cells'), canvas = element('canvas');
    const head = element('figcaption'), hasNumbers = cols <= 10 && rows <= 12;
    const square = key === 'x' && net.width * net.height === rows * cols && rows > 1;
    const cell = hasNumbers ? [74, 40] : square ? [8, 8] : [Math.max(1, Math.floor(640 / cols)), Math.max(1, Math.floor((rows === 1 ? 24 : 320) / rows))];
    head.textContent = `${title}, ${rows}×${cols}`;
    canvas.width = cols * cell[0];
    canvas.height = rows * cell[1];
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', `${title}, ${rows} by ${cols}: arrow keys walk from number to number`);
    box.style.width = square ? '196px' : hasNumbers ? `min(100vw - 4rem, ${cols * 56}px)` : '100%';
    if (!hasNumbers && !square) canvas.style.height = Math.min(rows * cell[1], rows === 1 ? 24 : 240) + 'px';
    box.append(canvas);
    figure.append(head, box);
    figure.classList.toggle('few', hasNumbers || square);
    parent.append(figure);
    const p = matrices[key] = { key, rows, cols, values, explain, canvas, box, hasNumbers, cell };
    const point = e => {
      const r = canvas.getBoundingClientRect();
      select(p, Math.floor((e.clientY - r.top) / r.height * rows), Math.floor((e.clientX - r.left) / r.width * cols));
    };
    canvas.addEventListener('pointermove', point);
    canvas.addEventListener('pointerdown', point);
    canvas.addEventListener('focus', () => { if (!chosen || chosen.p !== p) select(p, 0, 0); });
    canvas.addEventListener('keydown', e => {
      const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[e.key];
      if (!move) return;
      e.preventDefault();
      select(p, chosen.i + move[0], chosen.j + move[1]);
    });
  }

  function paint(p) {
    const ctx = p.canvas.getContext('2d'), v = p.values(), most = v.reduce((m, x) => Math.max(m, Math.abs(x)), 0) || 1;
    const [w, h] = p.cell, image = ctx.createImageData(p.cols * w, p.rows * h);
    for (let r = 0, to = 0; r < p.rows * h; r++)
      for (let c = 0; c < p.cols * w; c++) {
        const rgb = colour(v[(r / h | 0) * p.cols + (c / w | 0)] / most);
        for (let k = 0; k < 3; k++) image.data[to++] = rgb[k];
        image.data[to++] = 255;
      }
    ctx.putImageData(image, 0, 0);
    if (!p.hasNumbers) return;
    ctx.font = '21px system-ui, sans-serif';
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    v.forEach((x, k) => {
      ctx.fillStyle = x / most > 0.2 ? '#111' : '#fff';
      ctx.fillText(shortFormat(x), (k % p.cols + 0.5) * w, ((k / p.cols | 0) + 0.5) * h, w - 12);
    });
  }

  // select explains element (i, j) in words, and puts frames around its sources.
  let chosen = null;
  function select(p, i, j) {
    i = Math.min(Math.max(i, 0), p.rows - 1);
    j = Math.min(Math.max(j, 0), p.cols - 1);
    chosen = { p, i, j };
    byId('step-at').classList.add('told');
    document.querySelectorAll('#step .mark').forEach(el => el.remove());
    const mark = (q, r, c, cls) => { // r and c are −1 for all
      const el = element('i', 'mark ' + cls), span = (n, of) => n < 0 ? [0, 100] : [100 * n / of, 100 / of];
      const [top, high] = span(r, q.rows), [left, wide] = span(c, q.cols);
      Object.assign(el.style, { top: top + '%', height: high + '%', left: left + '%', width: wide + '%' });
      q.box.append(el);
    };
    mark(p, i, j, 'here');
    const { text, sources } = p.explain(i * p.cols + j, i, j);
    for (const [key, r, c] of sources) {
      const q = matrices[key];
      if (q && key === 'x' && c >= 0) mark(q, c / q.cols | 0, c % q.cols, 'from'); // X is drawn as an image
      else if (q) mark(q, r, c, 'from');
    }
    byId('step-at').textContent = text;
  }

  function addMatrices() {
    byId('step-layers').textContent = '';
    const d = net.sizes[0], square = net.width && net.width * net.height === d;
    const group = title => {
      const div = element('div', 'layer'), h = element('h3');
      h.textContent = title;
      div.append(h);
      byId('step-layers').append(div);
      return div;
    };
    const inputName = k => samples.inputs?.[k] || `x${subscript(k + 1)}`;
    addMatrix(group('The sample'), 'x', 'X', square ? net.height : 1, square ? net.width : d, () => x,
      k => ({ text: `${inputName(k)} = ${format(x[k])}, as the network sees it`, sources: [['g1', k, -1]] }));
    layers.forEach(({ g }, l) => {
      const n = net.sizes[l + 1], m = net.sizes[l], i = l + 1, L = subscript(i), f = () => result.layers[l];
      const last = l === layers.length - 1, before = l ? 'a' + l : 'x', below = l ? 'A' + subscript(l) : 'X';
      const div = group(`Layer ${i}: ${m} → ${n}, ${g}`);
      addMatrix(div, 'w' + i, 'W' + L, m, n, () => layers[l].w, (k, r, c) => ({
        text: `W${L}[${r + 1},${c + 1}], from ${r + 1} to ${c + 1}: ${format(layers[l].w[k], 9)}`, sources: [[before, 0, r], ['z' + i, 0, c]] }));
      addMatrix(div, 'z' + i, 'Z' + L, 1, n, () => f().z, j => ({
        text: `Z${L}[${j + 1}] = Σ ${below}·(column ${j + 1} of W${L}) + b = ${format(f().z[j] - layers[l].b[j])} + ${inBrackets(layers[l].b[j])} = ${format(f().z[j], 9)}`,
        sources: [[before, -1, -1], ['w' + i, -1, j]] }));
      addMatrix(div, 'a' + i, 'A' + L, 1, n, () => f().a, j => ({
        text: `A${L}[${j + 1}] = ${g}(${format(f().z[j])}) = ${format(f().a[j], 9)}`, sources: [['z' + i, 0, j]] }));
      addMatrix(div, 'd' + i, 'δ' + L, 1, n, () => f().delta, j => {
        const prime = slope[g](f().a[j]), { delta, a } = f();
        if (!last) {
          return { text: `(2) δ${L}[${j + 1}] = (Σ δ${subscript(i + 1)}·(row ${j + 1} of W${subscript(i + 1)})) · g′ = ${prime ? inBrackets(delta[j] / prime) : '(…)'} · ${format(prime)} = ${format(delta[j], 9)}`,
            sources: [['d' + (i + 1), -1, -1], ['w' + (i + 1), j, -1], ['a' + i, 0, j]] };
        }
        const factor = net.cancels ? '' : ` · ${format(prime)}`;
        return { text: `(1) δ${L}[${j + 1}] = ${gradient(a, y, j)}${factor} = ${format(delta[j], 9)}`, sources: [['a' + i, 0, net.answer === 'softmax' ? -1 : j]] };
      });
      addMatrix(div, 'g' + i, `∂C/∂W${L}`, m, n, () => f().grad, (k, r, c) => ({
        text: `(3) ∂C/∂W${L}[${r + 1},${c + 1}] = ${below}[${r + 1}] · δ${L}[${c + 1}] = ${inBrackets(f().x[r])} · ${inBrackets(f().delta[c])} = ${format(f().grad[k], 9)}`,
        sources: [[before, 0, r], ['d' + i, 0, c]] }));
    });
  }

  function show() {
    result = passes(layers, x, y);
    if (costs[costs.length - 1] !== result.cost) costs.push(result.cost);
    Object.values(matrices).forEach(paint);
    if (chosen) select(chosen.p, chosen.i, chosen.j);
    byId('step-sample').textContent = sampleName;
    const recent = costs.slice(-4).map(c => format(c, 9)).join(' → ');
    byId('step-cost').textContent = `C = ${costs.length > 4 ? '… → ' : ''}${recent}` +
      (costs.length > 1 && result.cost > costs[costs.length - 2] ? ': it has risen, the rate is too high for this sample' : '');
    const top = Math.max(...costs) || 1, points = costs.slice(-60);
    byId('step-line').setAttribute('points', points.map((c, k) => `${4 + 152 * k / Math.max(points.length - 1, 1)},${40 - 36 * c / top}`).join(' '));
    if (plane) plane();
  }
  function takeSample(k) {
    current = (k + samples.x.length) % samples.x.length;
    x = Float64Array.from(samples.x[current]);
    y = Float64Array.from(samples.y[current]);
    sampleName = ` Sample ${current + 1} of ${samples.x.length}${samples.names[current] && ': ' + samples.names[current]} `;
    restart();
  }
  function useWeights(weights) {
    layers = weights;
    restart();
  }
  function restart() {
    costs = [];
    show();
  }
  function takeSteps(steps) {
    const rate = +byId('step-rate').value;
    for (let k = 0; k < steps; k++) {
      descend(layers, result, rate);
      result = passes(layers, x, y);
      if (k < steps - 1) costs.push(result.cost);
    }
    show();
  }

  // random draws weights from N(0, 2/in), as the program does by default, but not the same ones.
  const random = () => layers.map(({ w, b, g }, l) => ({ g, b: new Float64Array(b.length), w: Float64Array.from(w, () =>
    Math.sqrt(2 / net.sizes[l]) * Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())) }));

  // A network of two inputs: the plane of the inputs, coloured by the network's answers.
  let plane = null;
  if (net.sizes[0] === 2) {
    const size = 120, figure = element('figure'), box = element('div', 'cells'), canvas = element('canvas'), caption = element('figcaption');
    canvas.width = canvas.height = 2 * size;
    canvas.tabIndex = 0;
    canvas.id = 'step-regions';
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', 'The plane of the two inputs, with what the network answers where. A click, or the arrow keys, move the sample.');
    box.style.width = 'min(100%, 320px)';
    caption.textContent = 'The plane of the two inputs: what the network answers where. Press on a place to take it as the sample’s.';
    box.append(canvas);
    figure.append(caption, box);
    byId('step-plane').append(figure);
    const range = [0, 1].map(k => {
      const v = samples.x.map(s => s[k]), lo = Math.min(...v), hi = Math.max(...v), room = (hi - lo || 1) * 0.25;
      return [lo - room, hi + room];
    });
    const toX = (px, k) => range[k][0] + (k ? 1 - px : px) * (range[k][1] - range[k][0]);
    const toPx = (v, k) => { const t = (v - range[k][0]) / (range[k][1] - range[k][0]); return 2 * size * (k ? 1 - t : t); };
    const hues = [[11, 95, 165], [200, 100, 20], [26, 122, 82], [139, 58, 139], [140, 125, 0], [176, 42, 76]];
    const classOf = a => a.length === 1 ? +(a[0] > 0.5) : a.indexOf(Math.max(...a));
    const answersClass = net.classes || net.sizes.at(-1) > 1 || net.answer === 'probability';
    // tint is the hue of the class, mixed with white: the surer a single output is, the less.
    const tint = a => {
      const strength = a.length === 1 ? 0.15 + 0.7 * Math.abs(2 * a[0] - 1) : 0.45;
      return hues[classOf(a) % 6].map(v => 255 - (255 - v) * strength);
    };
    plane = () => {
      const ctx = canvas.getContext('2d'), image = ctx.createImageData(2 * size, 2 * size);
      const dots = net.sizes.reduce((s, n) => s + n) > 300 ? 4 : 2; // pixels that share a colour: more for a large network
      for (let r = 0; r < 2 * size; r += dots)
        for (let c = 0; c < 2 * size; c += dots) {
          const a = forward(layers, [toX((c + dots / 2) / (2 * size), 0), toX((r + dots / 2) / (2 * size), 1)]).pop().a;
          const rgb = answersClass ? tint(a) : colour(a[0] / 2);
          for (let q = 0; q < dots * dots; q++) image.data.set([...rgb, 255], 4 * ((r + (q / dots | 0)) * 2 * size + c + q % dots));
        }
      ctx.putImageData(image, 0, 0);
      ctx.lineWidth = 2;
      const dot = (s, fill, edge, radius) => {
        ctx.beginPath();
        ctx.arc(toPx(s[0], 0), toPx(s[1], 1), radius, 0, 7);
        ctx.fillStyle = fill;
        ctx.fill();
        ctx.strokeStyle = edge;
        ctx.stroke();
      };
      samples.x.forEach((s, k) => dot(s, `rgb(${hues[classOf(samples.y[k]) % 6]})`, '#fff', 5));
      dot(x, `rgb(${hues[classOf(y) % 6]})`, '#000', 8);
    };
    const moveTo = (a, b) => {
      x = Float64Array.of(a, b);
      sampleName = ' A place of your own ';
      restart();
    };
    const press = e => {
      const r = canvas.getBoundingClientRect();
      moveTo(toX((e.clientX - r.left) / r.width, 0), toX((e.clientY - r.top) / r.height, 1));
    };
    canvas.addEventListener('pointerdown', press);
    canvas.addEventListener('keydown', e => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key];
      if (!way) return;
      e.preventDefault();
      moveTo(x[0] + way[0] * (range[0][1] - range[0][0]) / 40, x[1] + way[1] * (range[1][1] - range[1][0]) / 40);
    });
  }

  byId('step-rate').value = samples.rate;
  byId('step-previous').addEventListener('click', () => takeSample(current - 1));
  byId('step-next').addEventListener('click', () => takeSample(current + 1));
  byId('step-go').addEventListener('click', () => takeSteps(1));
  byId('step-ten').addEventListener('click', () => takeSteps(10));
  byId('step-trained').addEventListener('click', () => useWeights(copyOf(net.layers)));
  byId('step-random').addEventListener('click', () => useWeights(random()));
  const takeDrawing = byId('step-drawn');
  if (takeDrawing) {
    net.classes.forEach((c, k) => byId('step-class').append(new Option(c, k)));
    const list = byId('step-class');
    let drawing = null; // bytes of the image
    const useDrawing = () => {
      x = Float64Array.from(drawing, (v, i) => (v - net.shift[i]) * net.factor[i]);
      y = Float64Array.from(net.classes, (_, k) => +(k === +list.value));
      sampleName = ` The drawing, as a ${net.classes[list.value]} `;
      restart();
    };
    takeDrawing.addEventListener('click', () => {
      if (!onPad) {
        byId('step-at').textContent = 'Nothing is drawn yet, under “Draw one yourself”.';
        return;
      }
      drawing = onPad.bytes;
      list.value = onPad.class;
      useDrawing();
    });
    list.addEventListener('change', () => { if (drawing && sampleName.startsWith(' The drawing')) useDrawing(); });
  }
  addMatrices();
  takeSample(0);
})();
