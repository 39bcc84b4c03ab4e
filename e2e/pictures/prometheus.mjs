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

  // dataOf answers every query of a dashboard: {range, step, variables, results: {panel id: [{target, result}]}}.
  async dataOf(dashboard, chosen) {
    const step = 5;
    const to = Math.floor(this.to / step) * step;
    const variables = await this.variables(dashboard, chosen);
    const results = {};
    for (const panel of dashboard.panels.filter((p) => p.targets)) {
      results[panel.id] = [];
      for (const target of panel.targets) {
        const query = this.filled(target.expr, variables);
        const result = target.instant ? await this.instant(query)
          : (await this.get('query_range', { query, start: to - this.seconds, end: to, step })).result;
        results[panel.id].push({ target, result });
      }
    }
    return { from: to - this.seconds, to, step, variables, results };
  }

  // variables chooses All, or of those with one value the one that was asked for, or the first.
  async variables(dashboard, chosen) {
    const out = {};
    for (const v of dashboard.templating.list.filter((v) => v.type === 'query')) {
      if (v.includeAll) {
        out[v.name] = { text: 'All', value: v.allValue };
        continue;
      }
      const [, selector, label] = /^label_values\((.*), (\w+)\)$/.exec(v.definition);
      const values = (await this.instant(`group by (${label}) (${this.filled(selector, out)})`)).map((s) => s.metric[label]).sort();
      const value = chosen[v.name] || values[0] || '';
      out[v.name] = { text: value, value };
    }
    return out;
  }

  filled(query, variables) {
    return query.replaceAll('$__rate_interval', `${4 * scrapeInterval}s`).replaceAll('$__range', `${this.seconds}s`)
      .replace(/\$(\w+)/g, (whole, name) => variables[name]?.value ?? whole);
  }
}
