// Charts: the values nearest to the pointer, or to the arrow keys, in words below.
for (const svg of document.querySelectorAll('svg.chart')) {
  const dots = [...svg.querySelectorAll('.dot')].map(el => ({ el, x: +el.dataset.x, y: el.getBBox().y, text: el.querySelector('title').textContent }));
  const out = svg.parentNode.querySelector('output');
  const at = (x, y) => {
    if (!dots.length) return;
    const near = dots.reduce((a, b) => Math.abs(b.x - x) < Math.abs(a.x - x) ? b : a).x;
    let found = dots.filter(d => d.x === near);
    if (found.length > 4) found = [found.reduce((a, b) => Math.abs(b.y - y) < Math.abs(a.y - y) ? b : a)];
    dots.forEach(d => d.el.classList.toggle('at', found.includes(d)));
    out.textContent = found.map((d, i) => i ? d.text.replace(/^[^:]*: /, '') : d.text).join(', ');
    svg.dataset.near = near;
  };
  svg.addEventListener('pointermove', e => {
    const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse());
    at(p.x, p.y);
  });
  svg.addEventListener('keydown', e => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
    if (!step) return;
    e.preventDefault();
    const xs = [...new Set(dots.map(d => d.x))].sort((a, b) => a - b), now = xs.indexOf(+svg.dataset.near);
    at(xs[Math.min(Math.max(now + step, 0), xs.length - 1)], 0);
  });
}
// Heat maps: the parameter under the pointer, whose value is read from its colour.
for (const svg of document.querySelectorAll('svg.heat')) {
  const { columns, rows, inputs, most, at, followed } = svg.dataset, image = svg.querySelector('image');
  const epochs = at.slice(1, -1).split(' '), places = followed.length > 2 ? followed.slice(1, -1).split(' ') : null;
  const pixel = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
  const source = Object.assign(new Image(), { src: image.getAttribute('href') });
  svg.addEventListener('pointermove', e => {
    const r = image.getBoundingClientRect();
    const x = Math.floor((e.clientX - r.left) / r.width * columns), y = Math.floor((e.clientY - r.top) / r.height * rows);
    if (x < 0 || y < 0 || x >= columns || y >= rows || !source.complete) return;
    pixel.drawImage(source, x, y, 1, 1, 0, 0, 1, 1);
    const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
    const w = (blue > red ? -(247 - red) / (247 - 33) : (247 - green) / (247 - 24)) * most;
    const place = places ? +places[y] : y, neuron = Math.floor(place / (+inputs + 1)) + 1, input = place % (+inputs + 1);
    const name = input ? `weight ${input}→${neuron}` : `bias of ${neuron}`;
    svg.parentNode.querySelector('output').textContent = `epoch ${epochs[x]}: ${name} ${Math.abs(w) >= most ? 'beyond ' : 'about '}${w.toPrecision(2)}`;
  });
}
