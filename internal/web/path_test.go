package web

import "testing"

func TestPathsThatCannotBeServed(t *testing.T) {
	for p, good := range map[string]bool{
		"/metrics": true, "/m": true, "/a/b-c.d": true,
		"": false, "metrics": false, "/": false, "//": false, "/metrics/": false, "/a/../b": false, "/sd": false, "/config": false, "/-/healthy": false, "/-/reload": false,
		"/{x}": false, "/{$}": false, "/a b": false, "/x?y": false, "/x#y": false, "/%2f": false, "GET /x": false, "/a\n": false,
	} {
		if err := CheckPath(p); (err == nil) != good {
			t.Errorf("%q: %v", p, err)
		}
		if good {
			Handler(Options{MetricsPath: p}) // a path that can't be served panics
		}
	}
}
