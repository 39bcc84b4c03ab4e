package config

import "testing"

func TestMetricsAreChosenByPatterns(t *testing.T) {
	for name, c := range map[string]struct {
		metrics Metrics
		want    map[string]bool
	}{
		"nothing is said": {Metrics{}, map[string]bool{"a_total": true}},
		"drop":            {Metrics{Drop: []Pattern{"a_*", "b?"}}, map[string]bool{"a_total": false, "bc": false, "b": true, "ba_": true, "xa_total": true}},
		"keep":            {Metrics{Keep: []Pattern{"a_*"}}, map[string]bool{"a_total": true, "b": false}},
		"drop with keep":  {Metrics{Drop: []Pattern{"a_*"}, Keep: []Pattern{"a_total"}}, map[string]bool{"a_total": true, "a_b": false, "b": true}},
		"a whole name":    {Metrics{Drop: []Pattern{"a"}}, map[string]bool{"a": false, "a_total": true}},
		"everything":      {Metrics{Drop: []Pattern{"*"}}, map[string]bool{"a": false}},
		"all but one":     {Metrics{Drop: []Pattern{"*"}, Keep: []Pattern{"a"}}, map[string]bool{"a": true, "b": false}},
		"keep wins":       {Metrics{Drop: []Pattern{"a"}, Keep: []Pattern{"*"}}, map[string]bool{"a": true}},
	} {
		t.Run(name, func(t *testing.T) {
			for metric, want := range c.want {
				if got := c.metrics.Shows(metric); got != want {
					t.Errorf("%s: shown %v", metric, got)
				}
			}
		})
	}
}
