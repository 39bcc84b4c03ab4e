(() => {
  const channels = (c) => (c.match(/[\d.]+/g) || []).map(Number);
  const seen = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility === "visible";

  // The colour behind an element: of the nearest ancestors that have one.
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const [r, g, b, a = 1] = channels(getComputedStyle(e).backgroundColor);
      if (a === 1) return [r, g, b];
      if (a > 0) return null; // nothing on the page shines through
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ? [0, 0, 0] : [255, 255, 255];
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };

  const width = document.documentElement.clientWidth; // a phone widens innerWidth to what there is
  const out = { overflow: document.documentElement.scrollWidth - width, outside: [], contrast: 21, worst: "", texts: 0 };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    const text = n.textContent.trim(), e = n.parentElement;
    if (!text || !seen(e)) continue;
    out.texts++;
    const style = getComputedStyle(e), under = behind(e);
    const c = under && style.opacity === "1" ? contrast(channels(style.color), under) : 0;
    if (c < out.contrast) [out.contrast, out.worst] = [c, text];
    const range = document.createRange();
    range.selectNodeContents(n);
    if (range.getBoundingClientRect().right > width + 1 && style.overflow !== "hidden") out.outside.push(text);
  }
  out.scripts = document.scripts.length;
  const text = (e, s) => (e.querySelector(s) || { textContent: "" }).textContent.trim();
  out.rows = [...document.querySelectorAll("tbody tr")].map((tr) => ({
    name: text(tr, ".name"), class: tr.className, tint: String(behind(tr.querySelector(".state"))),
    text: text(tr, ".state"), age: text(tr, ".age"), next: text(tr, ".next"),
    visible: [".name", ".state", ".age", ".next"].every((s) => seen(tr.querySelector(s))),
  }));
  const links = [...document.links];
  out.links = [...new Set(links.map((a) => a.href).filter((h) => !h.includes("#")))];
  out.anchors = links.filter((a) => a.hash && !document.getElementById(a.hash.slice(1))).map((a) => a.href);
  const verdict = document.querySelector(".verdict");
  out.verdict = text(verdict, "p");
  out.top = verdict.querySelector("p").getBoundingClientRect().bottom / innerHeight;
  return out;
})()
