// Package e2e proves dashboards, alerts, pushes and compose.yaml: against the metrics that the exporter declares, with the
// parser and the rule engine of Prometheus, and (run.sh) with the real programs. It is a module of its own, so that no user
// who uses the exporter downloads Prometheus. It imports nothing of the exporter and only runs its binary.
package e2e
