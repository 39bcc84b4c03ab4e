// Package dashboard describes the Grafana dashboards in as few words as they need, and renders them as dashboards/*.json.
// A dashboard is rows of panels on a grid of 24 columns; a change here and `go test ./... -update` in e2e/ change the file.
package dashboard

// Dashboard is one page.
type Dashboard struct {
	Name      string // of the file, and after "contactcenter-" the uid
	Title     string
	About     string
	Vendor    string // the only vendor that it shows; empty: both
	From      string // start of the time range; default now-6h
	Refresh   string // default 30s
	Variables []Variable
	Rows      []Row
}

// Variable is a choice at the head of a dashboard.
type Variable struct {
	Name, Label string
	Vendor      string // the only vendor that it knows; empty: both
	Query       string // label_values(...) or query_result(...)
	Regex       string // picks text and value out of a query_result
	One         bool   // one value, where otherwise several and all can be chosen
}

// Row is a heading with panels below it, left to right, wrapped at 24 columns.
type Row struct {
	Title  string
	Panels []Panel
	Closed bool // opened by a click, and queried only then
}

// Panel shows the results of queries.
type Panel struct {
	Title, About string
	Kind         string // stat, timeseries, state-timeline, table or bargauge
	Unit         string // Grafana's name of it; none is a count, shown without decimals
	Width        int    // default 12
	Height       int    // default 9
	Queries      []Query
	Steps        []Step            // thresholds, from the lowest; none: a plain colour
	Texts        map[int]Text      // what values are called
	Stacked      bool              // areas on top of each other
	Bars         bool              // of half hours, each to the left of the time at which it ends
	Late         bool              // of data that come hours late, or rates of an hour that cost much: a point for each half hour
	Lines        []string          // names of series that are lines among the bars
	Max          float64           // end of the axis; 0: by the data
	Empty        string            // why a healthy demo may have no data here
	Nothing      string            // what stands there instead of no data; default a dash
	Colors       map[string]string // of series by their names; a name may be a /regular expression/
	Columns      []Column          // of a table
	Intervals    bool              // a table has a line for each half hour
	Sorted       []string          // titles of the columns that a table begins sorted by; with - before it, from the highest
	Link         *Link             // of each series
	Hours        string            // selector of the groups whose opening hours are a band behind the lines: the share of them that is open
	Today        bool              // shows all of today, what is to come too, whatever period is chosen
}

// Column is a label, or the value of a query, in a table.
type Column struct {
	From  string // label, or Value; Value #A, Value #B and so on where there are several queries; Time
	Title string // empty: the column is left out
	Unit  string
	Width int               // in pixels, at least what the title needs; 0: what is left
	Steps []Step            // colours of a value
	Texts map[string]string // colours of a label's values
	Names map[int]Text      // what values are called
	Link  *Link
	Inner bool // a link needs the column, and it isn't shown
}

// Query is an expression with the name of its series.
type Query struct{ Expr, Legend string }

// Step is a colour from a value on.
type Step struct {
	From  float64
	Color string
}

// Text is the name and colour of a value.
type Text struct{ Name, Color string }

// Link leads from a series or a line of a table to a dashboard.
type Link struct{ Title, URL string }
