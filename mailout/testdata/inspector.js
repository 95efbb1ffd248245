// Lays out each of mails at two widths and writes what is wrong into #out.
const findings = [];
let pages = 0;

function channel(v) { v /= 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); }
function luminance(c) { return 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]); }
function ratio(a, b) { const x = luminance(a), y = luminance(b); return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05); }
function rgba(s) { return s.match(/[\d.]+/g).map(Number); }
function inverted(c) { return c.slice(0, 3).map(v => 255 - v); }

// ground is the colour behind an element.
function ground(view, el) {
  for (; el; el = el.parentElement) {
    const c = rgba(view.getComputedStyle(el).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c;
  }
  return [255, 255, 255];
}

// texts are the visible pieces of text with their boxes.
function texts(doc, view) {
  const out = [], walker = doc.createTreeWalker(doc.body, NodeFilter.SHOW_TEXT);
  for (let n = walker.nextNode(); n; n = walker.nextNode()) {
    if (!n.data.replace(/[\s\u00a0\u200b]/g, '')) continue;
    const range = doc.createRange();
    range.selectNodeContents(n);
    const boxes = [...range.getClientRects()].filter(b => b.width > 0 && b.height > 0);
    if (boxes.length) out.push({node: n, el: n.parentElement, style: view.getComputedStyle(n.parentElement), boxes});
  }
  return out;
}

function overlaps(a, b) {
  // The box of a line of text is higher than its letters.
  const squeeze = r => ({left: r.left + 1, right: r.right - 1, top: r.top + r.height * 0.22, bottom: r.bottom - r.height * 0.22});
  const x = squeeze(a), y = squeeze(b);
  return x.left < y.right && y.left < x.right && x.top < y.bottom && y.top < x.bottom;
}

function checkTexts(all, width, report) {
  for (const t of all) {
    const size = parseFloat(t.style.fontSize), bold = parseInt(t.style.fontWeight) >= 600, words = t.node.data.trim().slice(0, 40);
    if (size < 12) report('small: ' + size + 'px ' + words);
    const view = t.el.ownerDocument.defaultView, fg = rgba(t.style.color), bg = ground(view, t.el);
    const wanted = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
    if (ratio(fg, bg) < wanted) report('contrast ' + ratio(fg, bg).toFixed(2) + ': ' + words);
    if (ratio(inverted(fg), inverted(bg)) < wanted) report('contrast inverted ' + ratio(inverted(fg), inverted(bg)).toFixed(2) + ': ' + words);
    for (const b of t.boxes) if (b.right > width + 1 || b.left < -1) report('outside: ' + words);
    const cell = t.el.closest('td,th');
    if (cell) {
      const c = cell.getBoundingClientRect();
      for (const b of t.boxes) if (b.right > c.right + 2 || b.left < c.left - 2) report('out of its cell: ' + words);
    }
    checkKeys(t, report);
  }
}

// A key stands on one line.
function checkKeys(t, report) {
  for (const m of t.node.data.matchAll(/\b[A-Z]{2,10}-\d+\b/g)) {
    const range = t.el.ownerDocument.createRange();
    range.setStart(t.node, m.index);
    range.setEnd(t.node, m.index + m[0].length);
    const tops = new Set([...range.getClientRects()].filter(b => b.width > 0).map(b => Math.round(b.top)));
    if (tops.size > 1) report('key broken: ' + m[0]);
  }
}

function checkOverlap(all, report) {
  const boxes = all.flatMap(t => t.boxes.map(b => ({b, t}))).sort((x, y) => x.b.top - y.b.top);
  for (let i = 0; i < boxes.length; i++) {
    for (let j = i + 1; j < boxes.length && boxes[j].b.top < boxes[i].b.bottom; j++) {
      if (overlaps(boxes[i].b, boxes[j].b)) report('overlap: ' + boxes[i].t.node.data.trim().slice(0, 30) + ' / ' + boxes[j].t.node.data.trim().slice(0, 30));
    }
  }
}

function checkButtons(doc, report) {
  const rects = [...doc.querySelectorAll('a')].map(a => a.getBoundingClientRect());
  rects.forEach((r, i) => {
    if (r.height < 44) report('button ' + r.height + 'px high');
    for (const o of rects.slice(i + 1)) {
      const x = Math.max(r.left, o.left) - Math.min(r.right, o.right), y = Math.max(r.top, o.top) - Math.min(r.bottom, o.bottom);
      if (Math.max(x, y) < 7.5) report('close: buttons ' + Math.max(x, y).toFixed(1) + 'px apart');
    }
  });
}

function checkPlaces(doc, view, all, width, report) {
  if (doc.documentElement.scrollWidth > width) report('scrolls: ' + doc.documentElement.scrollWidth);
  for (const h of doc.querySelectorAll('h1')) if (parseFloat(view.getComputedStyle(h).fontSize) < 16) report('headline under 16px');
  for (const el of doc.querySelectorAll('body *')) {
    const s = view.getComputedStyle(el);
    if (s.overflowX !== 'visible' && s.display !== 'none' && el.clientWidth > 0 && el.scrollWidth > el.clientWidth) report('clipped: ' + el.textContent.trim().slice(0, 40));
  }
  const fold = width < 500 ? 812 : 600;
  for (const t of all) {
    if (/^needs a decision$/i.test(t.node.data.trim()) && t.boxes[0].top > fold) report('too far down: ' + Math.round(t.boxes[0].top));
  }
}

function inspectPage(name, html, width) {
  return new Promise(done => {
    const frame = document.createElement('iframe');
    frame.style.cssText = 'border:0;width:' + width + 'px;height:6000px';
    frame.onload = () => {
      const doc = frame.contentDocument, view = frame.contentWindow, seen = new Set();
      const report = what => { if (!seen.has(what)) { seen.add(what); findings.push({name, width, what}); } };
      const all = texts(doc, view);
      checkTexts(all, width, report);
      checkOverlap(all, report);
      checkButtons(doc, report);
      checkPlaces(doc, view, all, width, report);
      pages++;
      frame.remove();
      done();
    };
    frame.srcdoc = html;
    document.body.append(frame);
  });
}

(async () => {
  for (const [name, html] of Object.entries(mails)) for (const width of [640, 375]) await inspectPage(name, html, width);
  document.getElementById('out').textContent = JSON.stringify({pages, findings: findings.slice(0, 200)});
})();
