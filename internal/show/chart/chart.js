// Charts: the values nearest to the pointer, in words below the chart. The arrow keys go from value to value.
for (const svg of document.querySelectorAll('svg.chart')) {
  const dots = [...svg.querySelectorAll('.dot')].map(el => ({ el, x: +el.dataset.x, y: el.getBBox().y, text: el.querySelector('title').textContent }));
  const output = svg.parentNode.querySelector('output');
  const showNearest = (x, y) => {
    if (!dots.length) return;
    const nearest = (list, k, to) => list.reduce((a, b) => Math.abs(b[k] - to) < Math.abs(a[k] - to) ? b : a);
    const near = nearest(dots, 'x', x).x;
    let found = dots.filter(d => d.x === near);
    if (found.length > 4) found = [nearest(found, 'y', y)];
    dots.forEach(d => d.el.classList.toggle('at', found.includes(d)));
    output.textContent = found.map((d, i) => i ? d.text.replace(/^[^:]*: /, '') : d.text).join(', ');
    svg.dataset.near = near;
  };
  svg.addEventListener('pointermove', e => {
    const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse());
    showNearest(p.x, p.y);
  });
  svg.addEventListener('keydown', e => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
    if (!step) return;
    e.preventDefault();
    const xs = [...new Set(dots.map(d => d.x))].sort((a, b) => a - b), now = xs.indexOf(+svg.dataset.near);
    showNearest(xs[Math.min(Math.max(now + step, 0), xs.length - 1)], 0);
  });
}
