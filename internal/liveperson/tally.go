package liveperson

import "github.com/contactcenter-exporter/contactcenter_exporter/internal/api"

// tally counts the records of an answer's pages against what the pages say: half an
// answer is not taken for all of it.
type tally struct {
	endpoint string
	offset   int  // records of the pages so far, with those that were repeated
	total    int  // the newest count above the length of its page; 0 without one
	follows  bool // the newest page says that another one follows
	// own is true once the count of a page before others is its own length; then one
	// that is larger, here or there, is no total: its page lacks records.
	own bool
}

// note takes a page with a number of records, of which as many as were asked for count:
// a page that repeats records is longer.
func (t *tally) note(count api.Number, records, asked int, follows bool) {
	t.offset += min(records, asked)
	t.follows = follows
	switch {
	case !count.Valid:
	case int(count.Value) > records:
		t.total = int(count.Value)
	case follows:
		t.own = true
	}
}

// add is note for pages of which none is empty where there are records behind it. The
// error is of class truncated.
func (t *tally) add(count api.Number, records, asked int, follows bool) error {
	announced := t.follows || follows
	t.note(count, records, asked, follows)
	if records == 0 && (t.lacks() || announced && t.total == 0) {
		return t.half()
	}
	return nil
}

// lacks reports whether the pages have fewer records than they say.
func (t *tally) lacks() bool { return t.offset < t.total || t.own && t.total > 0 }

// more reports whether the pages say that there are records behind them.
func (t *tally) more() bool { return t.follows || t.lacks() }

// half returns the error of pages that end before the answer does.
func (t *tally) half() error {
	switch {
	case t.total == 0:
		return api.Truncated.Errorf("%s: the page that is said to follow %d records brings no other ones", t.endpoint, t.offset)
	case t.own:
		return api.Truncated.Errorf("%s: a page has fewer records than the %d that it counts", t.endpoint, t.total)
	}
	return api.Truncated.Errorf("%s: the answer has %d of %d records", t.endpoint, t.offset, t.total)
}
