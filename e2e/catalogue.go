package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
)

// catalogue is what the exporter declares: the type of each metric by its name.
type catalogue map[string]string

// declared is a metric as the exporter describes it.
type declared struct {
	Name, Type string
	Labels     []string
	Unused     string `json:"unused_because"`
}

// readCatalogue asks the exporter's source for the types of its metrics.
func readCatalogue(ctx context.Context) (catalogue, error) {
	all, err := readDeclared(ctx)
	c := catalogue{}
	for _, m := range all {
		c[m.Name] = m.Type
	}
	return c, err
}

// readDeclared asks the exporter's source for its metrics, each once.
func readDeclared(ctx context.Context) ([]declared, error) {
	run := exec.CommandContext(ctx, "go", "run", ".", "metrics", "--format", "json")
	run.Dir = ".."
	out, err := run.Output()
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	var sections []struct {
		Metrics []declared
	}
	if err := json.Unmarshal(out, &sections); err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	seen, all := map[string]bool{}, []declared{}
	for _, s := range sections {
		for _, m := range s.Metrics {
			if !seen[m.Name] {
				all = append(all, m)
			}
			seen[m.Name] = true
		}
	}
	return all, nil
}

// knows says whether a page of the exporter can hold a series of the name.
func (c catalogue) knows(series string) bool {
	if _, ok := c[series]; ok {
		return true
	}
	for _, suffix := range []string{"_bucket", "_sum", "_count"} {
		if n := len(series) - len(suffix); n > 0 && series[n:] == suffix && c[series[:n]] == "histogram" {
			return true
		}
	}
	return false
}

// prometheusOwn are series that Prometheus or its client library makes itself.
func prometheusOwn(series string) bool {
	return series == "up" || series == "ALERTS" || series == "ALERTS_FOR_STATE" || series == "process_start_time_seconds"
}
