package page

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
)

// selection is the part of the page that a request asks for.
type selection struct {
	accounts []string        // in order, each once; nil for all and the exporter itself
	names    map[string]bool // of metrics; nil for all
}

// The errors of a query that selects nothing of the page.
var (
	errQuery   = errors.New("the query is malformed")
	errAccount = errors.New("no account of this name is configured")
)

// selectionOf reads the query of a request. Only accounts of st are taken, so that
// nothing is made for a name that a client invents.
func selectionOf(r *http.Request, st *pageState) (sel selection, err error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return sel, errQuery
	}
	for _, account := range query["account"] {
		if !st.accounts[account] {
			return sel, errAccount
		}
	}
	sel.accounts = query["account"]
	slices.Sort(sel.accounts)
	sel.accounts = slices.Compact(sel.accounts)
	if names := query["name[]"]; len(names) > 0 {
		sel.names = make(map[string]bool, len(names))
		for _, name := range names {
			sel.names[name] = true
		}
	}
	return sel, nil
}

// hasName reports whether the selection has the metric of a name.
func (sel selection) hasName(name string) bool { return sel.names == nil || sel.names[name] }
