package liveperson

import (
	"net/url"
	"strconv"

	"github.com/contactcenter-exporter/contactcenter_exporter/internal/api"
)

// maxPages bounds the pages of one answer, whatever the vendor says.
const maxPages = 1000

// page is one page of an answer, and what it says of the number of records.
type page[T any] struct {
	records   api.List[T]
	count     api.Number
	follows   bool // it says that another one follows
	tellsNext bool // it says whether another one follows
}

// distinct are the records of an answer, each of them once.
type distinct[T any] struct {
	list []T
	seen map[api.Text]bool
	key  func(*T) api.Text
	api.Extent
}

// take appends the records of a page that are new by their key, and says how many those
// are and how many were known. A record without a key is skipped.
func (d *distinct[T]) take(page api.List[T]) (fresh, known int) {
	if d.seen == nil {
		d.seen = map[api.Text]bool{}
	}
	d.Skipped += page.Skipped
	for i := range page.Items {
		switch k := d.key(&page.Items[i]); {
		case k == "":
			d.Skipped++
		case d.seen[k]:
			known++
		default:
			d.seen[k] = true
			d.list = append(d.list, page.Items[i])
			fresh++
		}
	}
	return fresh, known
}

// received is how many records were taken, those that are skipped included.
func (d *distinct[T]) received() int { return len(d.seen) + d.Skipped }

// pages reads the pages of an answer one after another.
type pages struct {
	tally
	limit  int // how many records a page has at most
	bound  int // what offset and limit may come to; 0 for no bound
	number int // of pages that have been read
	// full is true at the bound, cut where there is more than the vendor delivers.
	full, cut bool
}

// asked returns how many records to ask for.
func (p *pages) asked() int {
	if p.bound > 0 {
		return min(p.limit, p.bound-p.offset)
	}
	return p.limit
}

// readPages asks for pages until they hold the answer, or until stop, if it is not nil,
// says so after a page that has a number of records that were known. Where nothing was
// known a page that only repeats earlier ones is none of the answer.
func readPages[T any](p *pages, all *distinct[T], stop func(known int) bool, ask func(url.Values) (page[T], []string, error)) error {
	again := len(all.seen) > 0
	for p.number < maxPages {
		asked := p.asked()
		one, malformed, err := ask(url.Values{"offset": {strconv.Itoa(p.offset)}, "limit": {strconv.Itoa(asked)}})
		if err != nil {
			return err
		}
		p.number++
		all.Malformed = append(all.Malformed, malformed...)
		fresh, known := all.take(one.records)
		if stop != nil && stop(known) {
			return nil
		}
		received := one.records.Received()
		err = p.add(one.count, received, asked, one.follows)
		switch {
		case err != nil || p.ends(received, asked, one.tellsNext):
			return err
		case p.bound > 0 && p.offset >= p.bound:
			p.full, p.cut = true, p.follows || p.total > p.bound
			return nil
		case fresh == 0 && known > 0 && !again:
			return p.truncated()
		}
	}
	return api.Truncated.Errorf("%s: more than %d pages", p.endpoint, maxPages)
}

// tally counts the records of an answer's pages against what the pages say: half an
// answer is not taken for all of it.
type tally struct {
	endpoint string
	offset   int  // records of the pages so far, with those that were repeated
	total    int  // the newest count above the length of its page; 0 without one
	follows  bool // the newest page says that another one follows
	// ownCounts is true once the count of a page before others is its own length; then one
	// that is larger, here or there, is no total: its page lacks records.
	ownCounts bool
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
		t.ownCounts = true
	}
}

// add is note for pages of which none is empty where there are records behind it. The
// error is of class truncated.
func (t *tally) add(count api.Number, records, asked int, follows bool) error {
	announced := t.follows || follows
	t.note(count, records, asked, follows)
	if records == 0 && (t.lacks() || announced && t.total == 0) {
		return t.truncated()
	}
	return nil
}

// lacks reports whether the pages have fewer records than they say.
func (t *tally) lacks() bool { return t.offset < t.total || t.ownCounts && t.total > 0 }

// more reports whether the pages say that there are records behind them.
func (t *tally) more() bool { return t.follows || t.lacks() }

// ends reports whether a page that add has taken is the last one. tellsNext is true where pages
// say whether another one follows.
func (t *tally) ends(records, asked int, tellsNext bool) bool {
	return records == 0 || !t.more() && (tellsNext || records < asked)
}

// truncated returns the error of pages that end before the answer does.
func (t *tally) truncated() error {
	switch {
	case t.total == 0:
		return api.Truncated.Errorf("%s: the page behind %d records brings no other ones", t.endpoint, t.offset)
	case t.ownCounts:
		return api.Truncated.Errorf("%s: a page has fewer records than the %d that it counts", t.endpoint, t.total)
	}
	return api.Truncated.Errorf("%s: the answer has %d of %d records", t.endpoint, t.offset, t.total)
}
