// Takes a picture of each dashboard: reads dashboards/*.json, asks a Prometheus for what their panels show, lays the
// panels out on a page with Grafana's own components, and has Chromium photograph it.
//
//   node take.mjs --prometheus=http://localhost:9090 --minutes=90 --out=../../docs [--only=overview] [--agent=ID] [--width=1600] [--theme=dark]
//     [--kiosk: without the head, on a screen of 1920 by 1080 pixels]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

import { build } from 'esbuild';

import { Prometheus } from './prometheus.mjs';

const here = import.meta.dirname;
const { values: flags } = parseArgs({
  options: {
    prometheus: { type: 'string', default: 'http://localhost:9090' },
    minutes: { type: 'string', default: '90' },
    out: { type: 'string', default: join(here, '../../docs') },
    only: { type: 'string', default: '' },
    agent: { type: 'string', default: '' },
    width: { type: 'string', default: '1600' },
    theme: { type: 'string', default: 'dark' },
    kiosk: { type: 'boolean', default: false },
    chromium: { type: 'string', default: 'chromium' },
  },
});

// heightOf is that of the page: rows of 30 pixels with gaps of 8, as Grafana has them, below the head.
function heightOf(dashboard) {
  const bottom = Math.max(...dashboard.panels.map((p) => p.gridPos.y + p.gridPos.h));
  return bottom * 38 + 120;
}

async function bundle(folder) {
  await build({
    entryPoints: [join(here, 'src/page.jsx')], outfile: join(folder, 'page.js'), bundle: true, format: 'iife', minify: true,
    jsx: 'automatic', define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
    loader: { '.svg': 'text', '.woff': 'empty', '.ttf': 'empty', '.woff2': 'dataurl' }, logLevel: 'error',
    // Their ES modules import the default of CommonJS packages in a way of which bundlers think differently.
    alias: Object.fromEntries(['data', 'ui'].map((p) => [`@grafana/${p}`, join(here, `node_modules/@grafana/${p}/dist/cjs/index.cjs`)])),
  });
}

function photograph(folder, dashboard, data, file) {
  const page = join(folder, `${dashboard.uid}.html`);
  const json = JSON.stringify({ dashboard, data, theme: flags.theme, kiosk: flags.kiosk }).replaceAll('<', '\\u003c');
  writeFileSync(page, `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="page.css"><div id="page"></div><script>window.picture=${json}</script><script src="page.js"></script>`);
  execFileSync(flags.chromium, [
    '--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--allow-file-access-from-files', '--virtual-time-budget=15000',
    `--window-size=${flags.kiosk ? '1920,1080' : `${flags.width},${heightOf(dashboard)}`}`, `--screenshot=${file}`, `file://${page}`,
  ], { stdio: 'ignore', timeout: 120_000 });
}

function shrink(file) {
  execFileSync('pngquant', ['--force', '--skip-if-larger', '--speed=1', '--output', file, '128', file]);
  execFileSync('optipng', ['-quiet', '-o5', '-strip', 'all', file]);
}

const prometheus = new Prometheus(flags.prometheus, Number(flags.minutes) * 60);
const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
try {
  await bundle(folder);
  for (const name of readdirSync(join(here, '../../dashboards')).map((f) => basename(f, '.json'))) {
    if (flags.only && flags.only !== name) continue;
    const dashboard = JSON.parse(readFileSync(join(here, '../../dashboards', `${name}.json`)));
    const file = join(flags.out, `dashboard-${name}${flags.kiosk ? '-kiosk' : ''}.png`);
    photograph(folder, dashboard, await prometheus.dataOf(dashboard, { agent: flags.agent }), file);
    shrink(file);
    console.log(file);
  }
} finally {
  rmSync(folder, { recursive: true });
}
