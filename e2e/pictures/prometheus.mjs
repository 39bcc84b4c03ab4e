// What a dashboard asks of Prometheus, in the way that Grafana asks it.

const scrapeInterval = 15; // Grafana's default; $__rate_interval is four of them

export class Prometheus {
  constructor(url, seconds) {
    this.url = url;
    this.seconds = seconds;
    this.to = Math.floor(Date.now() / 1000);
  }

  async get(path, parameters) {
    const response = await fetch(`${this.url}/api/v1/${path}`, { method: 'POST', body: new URLSearchParams(parameters) });
    const answer = await response.json();
    if (answer.status !== 'success') throw new Error(`${parameters.query}: ${answer.error}`);
    return answer.data;
  }

  instant(query) {
    return this.get('query', { query, time: this.to }).then((d) => d.result);
  }

  // dataOf answers every query of a dashboard: {variables, ranges: {panel id: {from, to}}, results: {panel id: [{target, points, result}]}}.
  // Panels with an interval, such as half hours, have points at whole ones.
  async dataOf(dashboard, chosen) {
    const step = Math.max(5, Math.ceil(this.seconds / 720));
    const variables = await this.variables(dashboard, chosen);
    const ranges = {};
    const results = {};
    for (const panel of dashboard.panels.filter((p) => p.targets)) {
      results[panel.id] = [];
      const { from, to } = this.rangeOf(panel, step);
      ranges[panel.id] = { from, to };
      for (const target of panel.targets) {
        const query = this.filled(target.expr, variables, to - from);
        const own = panel.interval ? 60 * Number.parseInt(panel.interval, 10) : step;
        const points = { start: Math.ceil(from / own) * own, end: Math.floor(to / own) * own, step: own };
        const result = target.instant ? await this.instant(query) : (await this.get('query_range', { query, ...points })).result;
        results[panel.id].push({ target, points, result });
      }
    }
    return { variables, ranges, results };
  }

  // rangeOf is the chosen period, or all of today in UTC where a panel has a period of its own.
  rangeOf(panel, step) {
    const day = 86400;
    const midnight = Math.floor(this.to / day) * day;
    const to = Math.floor(this.to / step) * step;
    return panel.timeFrom ? { from: midnight, to: midnight + day } : { from: to - this.seconds, to };
  }

  // variables chooses All, or of those with one value the one that was asked for, or the first.
  async variables(dashboard, chosen) {
    const out = {};
    for (const v of dashboard.templating.list.filter((v) => v.type === 'query')) {
      if (v.includeAll) {
        out[v.name] = { text: 'All', value: v.allValue };
        continue;
      }
      // query_result(expression): one line for each series, out of which the regular expression takes text and value.
      const [, expression] = /^query_result\((.*)\)$/s.exec(v.definition);
      const regex = new RegExp(v.regex.slice(1, -1));
      const options = (await this.instant(this.filled(expression, out)))
        .map(({ metric }) => regex.exec(`{${Object.keys(metric).sort().map((l) => `${l}="${metric[l]}"`).join(', ')}}`)?.groups)
        .filter(Boolean).sort((a, b) => a.text.localeCompare(b.text));
      out[v.name] = options.find((o) => o.value === chosen[v.name]) ?? options[0] ?? { text: '', value: '' };
    }
    return out;
  }

  filled(query, variables, seconds = this.seconds) {
    return query.replaceAll('$__rate_interval', `${4 * scrapeInterval}s`).replaceAll('$__range_s', seconds).replaceAll('$__range', `${seconds}s`)
      .replace(/\$(\w+)/g, (whole, name) => variables[name]?.value ?? whole);
  }
}
