// The page of one dashboard: its head, its headings and its panels on Grafana's grid of 24 columns.
import { createTheme, ThemeContext } from '@grafana/data';
import { GlobalStyles } from '@grafana/ui';
import { createRoot } from 'react-dom/client';

import '@fontsource/inter/400.css';
import '@fontsource/inter/500.css';
import 'uplot/dist/uPlot.min.css';

import { framesOf } from './frames';
import { Panel } from './panel';

const { dashboard, data, theme: mode, kiosk } = window.picture;
const theme = createTheme({ colors: { mode } });
const margin = 16;
const column = (window.innerWidth - 2 * margin + 8) / 24;
const row = 38;

const place = ({ x, y, w, h }) => ({ position: 'absolute', left: x * column, top: y * row, width: w * column - 8, height: h * row - 8 });

function Head() {
  const shown = Object.entries(data.variables).map(([name, { text }]) => [dashboard.templating.list.find((v) => v.name === name).label, text]);
  const box = { border: `1px solid ${theme.colors.border.medium}`, padding: '4px 8px', background: theme.colors.background.secondary };
  return (
    <div style={{ height: 84, paddingTop: 12 }}>
      <div style={{ fontSize: 20, marginBottom: 10 }}>{dashboard.title}</div>
      <div style={{ display: 'flex', gap: 16 }}>
        {shown.map(([label, text]) => (
          <div key={label}><span style={{ ...box, borderRight: 0 }}>{label}</span><span style={{ ...box, background: theme.colors.background.canvas }}>{text}</span></div>
        ))}
      </div>
    </div>
  );
}

function Page({ frames }) {
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <div style={{ padding: `0 ${margin}px`, color: theme.colors.text.primary, background: theme.colors.background.canvas }}>
        {kiosk ? <div style={{ height: margin }} /> : <Head />}
        <div style={{ position: 'relative' }}>
          {dashboard.panels.map((p) => (
            <div key={p.id} style={place(p.gridPos)}>
              {p.type === 'row'
                ? <div style={{ padding: 4, fontSize: 16, fontWeight: 500 }}>{p.collapsed ? '›' : '⌄'} {p.title}</div>
                : <Panel panel={p} frames={frames[p.id]} data={data} theme={theme} width={p.gridPos.w * column - 8} height={p.gridPos.h * row - 8} />}
            </div>
          ))}
        </div>
      </div>
    </ThemeContext.Provider>
  );
}

const asked = dashboard.panels.filter((p) => p.targets);
const fonts = Promise.all([400, 500].map((weight) => document.fonts.load(`${weight} 14px Inter`)));
fonts.then(() => Promise.all(asked.map(async (p) => [p.id, await framesOf(p, data, theme)]))).then((entries) => {
  createRoot(document.getElementById('page')).render(<Page frames={Object.fromEntries(entries)} />);
});

// A mistake shows in the picture, where it is seen.
window.addEventListener('unhandledrejection', ({ reason }) => document.body.append(`${reason}`));
