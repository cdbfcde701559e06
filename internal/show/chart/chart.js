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
