package api

import (
	"bytes"
	"encoding/json"
)

// List is an array whose records are read one by one: one that can't be read
// is skipped and counted, the others stay. null and an object instead of the
// array are an empty list.
type List[T any] struct {
	Items   []T
	Skipped int
}

// mostRecords bounds what a list keeps; records beyond are skipped. It is more
// than ten times what any answer is known to have.
const mostRecords = 200_000

// Beyond the first so many records a list keeps one for so many bytes of the
// answer: the shortest that the vendors write are twice as long, and millions of
// empty ones would fill the memory.
const (
	freeRecords = 1000
	leastRecord = 24
)

// fits reports whether a list of n records that were read from size bytes may
// have one more.
func fits(n int, size int64) bool {
	return n < freeRecords || n < mostRecords && int64(n)*leastRecord < size
}

// UnmarshalJSON fails only if b is neither array, object nor null.
func (l *List[T]) UnmarshalJSON(b []byte) error {
	*l = List[T]{}
	if b = bytes.TrimSpace(b); len(b) > 0 && (b[0] == '{' || b[0] == 'n') {
		return nil
	}
	if len(b) == 0 || b[0] != '[' {
		return &json.UnmarshalTypeError{Value: "something else than an array"}
	}
	var records []json.RawMessage
	if err := json.Unmarshal(b, &records); err != nil {
		return err
	}
	l.Items = make([]T, 0, min(len(records), freeRecords))
	for _, r := range records {
		var one T
		if !fits(len(l.Items), int64(len(b))) || string(r) == "null" || json.Unmarshal(r, &one) != nil {
			l.Skipped++
			continue
		}
		l.Items = append(l.Items, one)
	}
	return nil
}

// ReadList reads an array into l as it arrives, by the rules of List. It fails
// only if the value is neither array, object nor null.
func ReadList[T any, R interface {
	*T
	FieldReader
}](d *Decoder, l *List[T]) error {
	*l = List[T]{}
	switch d.peek() {
	case '[':
		d.pos++
	case '{', 'n':
		return d.Skip()
	default:
		return d.misfit()
	}
	l.Items = []T{}
	from := d.offset()
	d.deeper()
	for first := true; d.next(first, ']'); first = false {
		if d.peek() != '{' || !fits(len(l.Items), d.offset()-from) {
			_ = d.Skip() // an error stays in d
			l.Skipped++
			continue
		}
		var none T
		if len(l.Items) == 0 {
			l.Items = make([]T, 0, d.expected())
		}
		l.Items = append(l.Items, none)
		last := len(l.Items) - 1
		if d.Object(R(&l.Items[last])) != nil {
			l.Items = l.Items[:last]
			l.Skipped++
		}
	}
	d.depth--
	d.listed(len(l.Items))
	return d.err
}
