// Heat maps: the parameter under the pointer, in words. Its value is read from its colour.
for (const svg of document.querySelectorAll('svg.heat')) {
  const { columns, rows, inputs, limit } = svg.dataset, image = svg.querySelector('image');
  const [epochs, places] = [svg.dataset.epochs, svg.dataset.places].map(list => list.slice(1, -1).split(' ').map(Number));
  const pixel = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
  const source = Object.assign(new Image(), { src: image.getAttribute('href') });
  svg.addEventListener('pointermove', e => {
    const r = image.getBoundingClientRect();
    const x = Math.floor((e.clientX - r.left) / r.width * columns), y = Math.floor((e.clientY - r.top) / r.height * rows);
    if (x < 0 || y < 0 || x >= columns || y >= rows || !source.complete) return;
    pixel.drawImage(source, x, y, 1, 1, 0, 0, 1, 1);
    const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
    const w = (blue > red ? -(247 - red) / (247 - 33) : (247 - green) / (247 - 24)) * limit;
    const place = places.length === +rows ? places[y] : y, neuron = Math.floor(place / (+inputs + 1)) + 1, input = place % (+inputs + 1);
    const name = input ? `weight ${input}→${neuron}` : `bias of ${neuron}`;
    svg.parentNode.querySelector('output').textContent = `epoch ${epochs[x]}: ${name} ${Math.abs(w) >= limit ? 'beyond ' : 'about '}${w.toPrecision(2)}`;
  });
}
