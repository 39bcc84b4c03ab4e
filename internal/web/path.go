package web

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// CheckPath reports why the metrics can't be served at a path: it must be one that
// clients ask for as it is written, and none of the other pages.
func CheckPath(p string) error {
	if !strings.HasPrefix(p, "/") || path.Clean(p) != p || strings.ContainsAny(p, "{}?#% \t\r\n\\") {
		return fmt.Errorf("%q is no path such as /metrics", p)
	}
	if slices.Contains([]string{"/", "/config", "/sd"}, p) || strings.HasPrefix(p, "/-/") {
		return fmt.Errorf("%q is another page's path", p)
	}
	return nil
}
