// The alerts, rules and dashboards of the exporter as a mixin. They stand in ../alerts and ../dashboards; without a change of
// _config the mixin is equal to them.
local file = std.parseYaml(importstr '../alerts/contactcenter.rules.yml');
local hasAlert(group) = std.any([std.objectHas(rule, 'alert') for rule in group.rules]);

{
  _config+:: {
    // Labels that every alert gets besides its own, such as {team: 'floor'}.
    alertLabels: {},
    // Names of alerts to leave out.
    dropAlerts: [],
    // What the links to the runbooks begin with; the name of the alert in lower case follows.
    runbookURLPrefix: 'https://github.com/contactcenter-exporter/contactcenter_exporter/blob/main/docs/runbooks.md#',
    // Where Grafana is, such as https://grafana.example.com: alerts then have an annotation dashboard_url.
    grafanaURL: '',
    // Tags of every dashboard.
    dashboardTags: ['contactcenter'],
  },

  local config = self._config,
  local alert(rule) = if !std.objectHas(rule, 'alert') then rule else rule {
    labels+: config.alertLabels,
    annotations+: { runbook_url: config.runbookURLPrefix + std.asciiLower(rule.alert) } +
                  if config.grafanaURL == '' then {} else { dashboard_url: config.grafanaURL + super.dashboard_path },
  },
  local kept(rule) = !std.member(config.dropAlerts, std.get(rule, 'alert', '')),

  prometheusAlerts+:: {
    groups+: [group { rules: [alert(rule) for rule in super.rules if kept(rule)] } for group in file.groups if hasAlert(group)],
  },
  prometheusRules+:: {
    groups+: [group for group in file.groups if !hasAlert(group)],
  },

  grafanaDashboards+:: {
    [name]: dashboards[name] { tags: config.dashboardTags }
    for name in std.objectFields(dashboards)
  },
  local dashboards = {
    'agent.json': import '../dashboards/agent.json',
    'exporter.json': import '../dashboards/exporter.json',
    'intervals.json': import '../dashboards/intervals.json',
    'liveperson.json': import '../dashboards/liveperson.json',
    'livevox.json': import '../dashboards/livevox.json',
    'overview.json': import '../dashboards/overview.json',
    'staffing.json': import '../dashboards/staffing.json',
    'wallboard.json': import '../dashboards/wallboard.json',
  },
}
