// One step. Weights lie input by input: w[i * out + j] goes from input i to neuron j.

// forward gives z and a of each layer.
function forward(layers, x) {
  return layers.map(({ w, b, g }) => {
    const z = Float64Array.from(b), n = z.length;
    for (let i = 0; i < x.length; i++)
      if (x[i] !== 0) for (let j = 0; j < n; j++) z[j] += x[i] * w[i * n + j];
    x = z.map(activation[g]);
    return { z, a: x };
  });
}

// passes is forward, (1), (2) and (3): z, a, δ and ∂C/∂W of each layer, and what goes into it.
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

// descend is (4), with the weights and biases that it changes.
function descend(layers, found, rate) {
  layers.forEach(({ w, b }, l) => {
    found.layers[l].grad.forEach((g, k) => { w[k] -= rate * g; });
    found.layers[l].delta.forEach((d, j) => { b[j] -= rate * d; });
  });
}

(() => {
  const lesson = JSON.parse(document.getElementById('step-data').textContent);
  const at = id => document.getElementById(id), make = (tag, cls) => Object.assign(document.createElement(tag), { className: cls || '' });
  const copied = list => list.map(({ w, b, g }) => ({ w: Float64Array.from(w), b: Float64Array.from(b), g }));
  let layers = copied(net.layers), number = 0, x, y, found, costs = [], name = '';
  const text = (v, n = 6) => !v ? '0' : (Math.abs(v) < 1e-3 || Math.abs(v) >= 1e5 ? v.toExponential(n - 3) : v.toPrecision(n)).replace(/-/g, '−');
  const brief = v => !v ? '0' : (Math.abs(v) < 0.005 || Math.abs(v) >= 1000 ? v.toExponential(0) : v.toFixed(Math.abs(v) < 10 ? 2 : 0)).replace(/-/g, '−');
  const low = n => String(n).replace(/\d/g, d => '₀₁₂₃₄₅₆₇₈₉'[d]);
  const bracket = v => v < 0 ? `(${text(v)})` : text(v);

  // gradient is ∂C/∂a of output j: its formula with numbers in it, in brackets where it is a sum.
  const gradient = (a, y, j) => {
    const formula = net.gradient || '∂C⁄∂a', sum = /[−+]/.test(formula.replace(/\(.*\)/, ''));
    const numbers = formula.replace(/softmax\(A\)|A|Y/g, s => s === 'A' ? text(a[j]) : s === 'Y' ? text(y[j]) : `softmax ${text(softmax(a).p[j])}`);
    return sum ? `(${numbers})` : numbers;
  };

  // Colours as in the other pictures: dark below 0, grey at 0, light above.
  const stops = [[0, 32, 77], [49, 68, 107], [102, 105, 112], [149, 143, 120], [203, 186, 105], [255, 234, 70]];
  const palette = Array.from({ length: 255 }, (_, n) => {
    const p = n / 254 * (stops.length - 1), k = Math.min(Math.floor(p), stops.length - 2);
    return stops[k].map((v, c) => Math.round(v + (p - k) * (stops[k + 1][c] - v)));
  });
  const colour = t => palette[Math.round((Math.min(Math.max(t, -1), 1) || 0) * 127) + 127];

  // A picture is a matrix on a canvas. made says where element (i, j) comes from: the
  // elements of other pictures, and a sentence.
  const pictures = {};
  function picture(parent, key, title, rows, cols, values, made) {
    const figure = make('figure', 'matrix'), box = make('div', 'cells'), canvas = make('canvas');
    const head = make('figcaption'), few = cols <= 10 && rows <= 12;
    const square = key === 'x' && net.width * net.height === rows * cols && rows > 1;
    const cell = few ? [74, 40] : square ? [8, 8] : [Math.max(1, Math.floor(640 / cols)), Math.max(1, Math.floor((rows === 1 ? 24 : 320) / rows))];
    head.textContent = `${title}, ${rows}×${cols}`;
    canvas.width = cols * cell[0];
    canvas.height = rows * cell[1];
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', `${title}, ${rows} by ${cols}: arrow keys walk from number to number`);
    box.style.width = square ? '196px' : few ? `min(100vw - 4rem, ${cols * 56}px)` : '100%';
    if (!few && !square) canvas.style.height = Math.min(rows * cell[1], rows === 1 ? 24 : 240) + 'px';
    box.append(canvas);
    figure.append(head, box);
    figure.classList.toggle('few', few || square);
    parent.append(figure);
    const p = pictures[key] = { key, rows, cols, values, made, canvas, box, few, cell };
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
    if (!p.few) return;
    ctx.font = '21px system-ui, sans-serif';
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    v.forEach((x, k) => {
      ctx.fillStyle = x / most > 0.2 ? '#111' : '#fff';
      ctx.fillText(brief(x), (k % p.cols + 0.5) * w, ((k / p.cols | 0) + 0.5) * h, w - 12);
    });
  }

  // select shows what made element (i, j), in words and as frames.
  let chosen = null;
  function select(p, i, j) {
    i = Math.min(Math.max(i, 0), p.rows - 1);
    j = Math.min(Math.max(j, 0), p.cols - 1);
    chosen = { p, i, j };
    at('step-at').classList.add('told');
    document.querySelectorAll('#step .mark').forEach(el => el.remove());
    const mark = (q, r, c, cls) => { // r and c are −1 for all
      const el = make('i', 'mark ' + cls), span = (n, of) => n < 0 ? [0, 100] : [100 * n / of, 100 / of];
      const [top, high] = span(r, q.rows), [left, wide] = span(c, q.cols);
      Object.assign(el.style, { top: top + '%', height: high + '%', left: left + '%', width: wide + '%' });
      q.box.append(el);
    };
    mark(p, i, j, 'here');
    const { says, from } = p.made(i * p.cols + j, i, j);
    for (const [key, r, c] of from) {
      const q = pictures[key];
      if (q && key === 'x' && c >= 0) mark(q, c / q.cols | 0, c % q.cols, 'from'); // a picture's inputs are rows of pixels
      else if (q) mark(q, r, c, 'from');
    }
    at('step-at').textContent = says;
  }

  function build() {
    at('step-layers').textContent = '';
    const d = net.sizes[0], square = net.width && net.width * net.height === d;
    const group = title => {
      const div = make('div', 'layer'), h = make('h3');
      h.textContent = title;
      div.append(h);
      at('step-layers').append(div);
      return div;
    };
    const inputs = k => lesson.inputs && lesson.inputs[k] ? `${lesson.inputs[k]}` : `x${low(k + 1)}`;
    picture(group('The sample'), 'x', 'X', square ? net.height : 1, square ? net.width : d, () => x,
      k => ({ says: `${inputs(k)} = ${text(x[k])}, as the network sees it`, from: [['g1', k, -1]] }));
    layers.forEach(({ g }, l) => {
      const n = net.sizes[l + 1], m = net.sizes[l], i = l + 1, L = low(i), f = () => found.layers[l];
      const last = l === layers.length - 1, before = l ? 'a' + l : 'x', below = l ? 'A' + low(l) : 'X';
      const div = group(`Layer ${i}: ${m} → ${n}, ${g}`);
      picture(div, 'w' + i, 'W' + L, m, n, () => layers[l].w, (k, r, c) => ({
        says: `W${L}[${r + 1},${c + 1}], from ${r + 1} to ${c + 1}: ${text(layers[l].w[k], 9)}`, from: [[before, 0, r], ['z' + i, 0, c]] }));
      picture(div, 'z' + i, 'Z' + L, 1, n, () => f().z, j => ({
        says: `Z${L}[${j + 1}] = Σ ${below}·(column ${j + 1} of W${L}) + b = ${text(f().z[j] - layers[l].b[j])} + ${bracket(layers[l].b[j])} = ${text(f().z[j], 9)}`,
        from: [[before, -1, -1], ['w' + i, -1, j]] }));
      picture(div, 'a' + i, 'A' + L, 1, n, () => f().a, j => ({
        says: `A${L}[${j + 1}] = ${g}(${text(f().z[j])}) = ${text(f().a[j], 9)}`, from: [['z' + i, 0, j]] }));
      picture(div, 'd' + i, 'δ' + L, 1, n, () => f().delta, j => {
        const prime = slope[g](f().a[j]), { delta, a } = f();
        if (!last) {
          return { says: `(2) δ${L}[${j + 1}] = (Σ δ${low(i + 1)}·(row ${j + 1} of W${low(i + 1)})) · g′ = ${prime ? bracket(delta[j] / prime) : '(…)'} · ${text(prime)} = ${text(delta[j], 9)}`,
            from: [['d' + (i + 1), -1, -1], ['w' + (i + 1), j, -1], ['a' + i, 0, j]] };
        }
        const factor = net.cancels ? '' : ` · ${text(prime)}`;
        return { says: `(1) δ${L}[${j + 1}] = ${gradient(a, y, j)}${factor} = ${text(delta[j], 9)}`, from: [['a' + i, 0, net.answer === 'softmax' ? -1 : j]] };
      });
      picture(div, 'g' + i, `∂C/∂W${L}`, m, n, () => f().grad, (k, r, c) => ({
        says: `(3) ∂C/∂W${L}[${r + 1},${c + 1}] = ${below}[${r + 1}] · δ${L}[${c + 1}] = ${bracket(f().x[r])} · ${bracket(f().delta[c])} = ${text(f().grad[k], 9)}`,
        from: [[before, 0, r], ['d' + i, 0, c]] }));
    });
  }

  function show() {
    found = passes(layers, x, y);
    if (costs[costs.length - 1] !== found.cost) costs.push(found.cost);
    Object.values(pictures).forEach(paint);
    if (chosen) select(chosen.p, chosen.i, chosen.j);
    at('step-sample').textContent = name;
    const recent = costs.slice(-4).map(c => text(c, 9)).join(' → ');
    at('step-cost').textContent = `C = ${costs.length > 4 ? '… → ' : ''}${recent}` +
      (costs.length > 1 && found.cost > costs[costs.length - 2] ? ': it has risen, the rate is too high for this sample' : '');
    const top = Math.max(...costs) || 1, points = costs.slice(-60);
    at('step-line').setAttribute('points', points.map((c, k) => `${4 + 152 * k / Math.max(points.length - 1, 1)},${40 - 36 * c / top}`).join(' '));
    if (plane) plane();
  }
  function take(k) {
    number = (k + lesson.x.length) % lesson.x.length;
    x = Float64Array.from(lesson.x[number]);
    y = Float64Array.from(lesson.y[number]);
    name = ` Sample ${number + 1} of ${lesson.x.length}${lesson.names[number] && ': ' + lesson.names[number]} `;
    costs = [];
    show();
  }
  function restart(with_) {
    layers = with_;
    costs = [];
    show();
  }
  function go(steps) {
    const rate = +at('step-rate').value;
    for (let k = 0; k < steps; k++) {
      descend(layers, found, rate);
      found = passes(layers, x, y);
      if (k < steps - 1) costs.push(found.cost);
    }
    show();
  }

  // random draws first weights as the program does by default, N(0, 2/in); not the same ones.
  const random = () => layers.map(({ w, b, g }, l) => ({ g, b: new Float64Array(b.length), w: Float64Array.from(w, () =>
    Math.sqrt(2 / net.sizes[l]) * Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())) }));

  // Two inputs: the plane, with what the network answers where.
  let plane = null;
  if (net.sizes[0] === 2) {
    const size = 120, figure = make('figure'), box = make('div', 'cells'), canvas = make('canvas'), caption = make('figcaption');
    canvas.width = canvas.height = 2 * size;
    canvas.tabIndex = 0;
    canvas.id = 'step-regions';
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', 'The plane of the two inputs, with what the network answers where. A click, or the arrow keys, move the sample.');
    box.style.width = 'min(100%, 320px)';
    caption.textContent = 'The plane of the two inputs: what the network answers where. Press on a place to take it as the sample’s.';
    box.append(canvas);
    figure.append(caption, box);
    at('step-plane').append(figure);
    const range = [0, 1].map(k => {
      const v = lesson.x.map(s => s[k]), lo = Math.min(...v), hi = Math.max(...v), room = (hi - lo || 1) * 0.25;
      return [lo - room, hi + room];
    });
    const toX = (px, k) => range[k][0] + (k ? 1 - px : px) * (range[k][1] - range[k][0]);
    const toPx = (v, k) => { const t = (v - range[k][0]) / (range[k][1] - range[k][0]); return 2 * size * (k ? 1 - t : t); };
    const hues = [[11, 95, 165], [200, 100, 20], [26, 122, 82], [139, 58, 139], [140, 125, 0], [176, 42, 76]];
    const classOf = a => a.length === 1 ? +(a[0] > 0.5) : a.indexOf(Math.max(...a));
    plane = () => {
      const ctx = canvas.getContext('2d'), image = ctx.createImageData(2 * size, 2 * size);
      const dots = net.sizes.reduce((s, n) => s + n) > 300 ? 4 : 2; // large networks: fewer places
      for (let r = 0; r < 2 * size; r += dots)
        for (let c = 0; c < 2 * size; c += dots) {
          const a = forward(layers, [toX((c + dots / 2) / (2 * size), 0), toX((r + dots / 2) / (2 * size), 1)]).pop().a;
          const rgb = net.classes || a.length > 1 || net.answer === 'probability' ? hues[classOf(a) % 6].map(v => 255 - (255 - v) * (a.length === 1 ? 0.15 + 0.7 * Math.abs(2 * a[0] - 1) : 0.45)) : colour(a[0] / 2);
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
      lesson.x.forEach((s, k) => dot(s, `rgb(${hues[classOf(lesson.y[k]) % 6]})`, '#fff', 5));
      dot(x, `rgb(${hues[classOf(y) % 6]})`, '#000', 8);
    };
    const move = (a, b) => {
      x = Float64Array.of(a, b);
      name = ' A place of your own ';
      costs = [];
      show();
    };
    const press = e => {
      const r = canvas.getBoundingClientRect();
      move(toX((e.clientX - r.left) / r.width, 0), toX((e.clientY - r.top) / r.height, 1));
    };
    canvas.addEventListener('pointerdown', press);
    canvas.addEventListener('keydown', e => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key];
      if (!way) return;
      e.preventDefault();
      move(x[0] + way[0] * (range[0][1] - range[0][0]) / 40, x[1] + way[1] * (range[1][1] - range[1][0]) / 40);
    });
  }

  at('step-rate').value = lesson.rate;
  at('step-previous').addEventListener('click', () => take(number - 1));
  at('step-next').addEventListener('click', () => take(number + 1));
  at('step-go').addEventListener('click', () => go(1));
  at('step-ten').addEventListener('click', () => go(10));
  at('step-trained').addEventListener('click', () => restart(copied(net.layers)));
  at('step-random').addEventListener('click', () => restart(random()));
  const drawn = at('step-drawn');
  if (drawn) {
    net.classes.forEach((c, k) => at('step-class').append(new Option(c, k)));
    const list = at('step-class');
    let taken = null; // the bytes of the drawing
    const takeDrawn = () => {
      x = Float64Array.from(taken, (v, i) => (v - net.shift[i]) * net.factor[i]);
      y = Float64Array.from(net.classes, (_, k) => +(k === +list.value));
      name = ` The drawing, as a ${net.classes[list.value]} `;
      costs = [];
      show();
    };
    drawn.addEventListener('click', () => {
      if (!onPad) {
        at('step-at').textContent = 'Nothing is drawn yet, under “Draw one yourself”.';
        return;
      }
      taken = onPad.bytes;
      list.value = onPad.class;
      takeDrawn();
    });
    list.addEventListener('change', () => { if (taken && name.startsWith(' The drawing')) takeDrawn(); });
  }
  build();
  take(0);
})();
