package api

import (
	"unsafe"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// List is an array whose records are read one by one: one that is no object, or
// has a form that makes it useless, is skipped and counted; the others stay. null
// and an object instead of the array are an empty list, anything else is an error.
type List[T any] struct {
	Items   []T
	Skipped int
	// Present reports whether there was such a field that was not null.
	Present bool

	budget *budget // of the Decoder; nil without one
}

func (l *List[T]) use(b *budget) { l.budget = b }

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (l *List[T]) UnmarshalJSONFrom(in *jsontext.Decoder) error {
	before := l.Items[:0] // in whose memory they are read
	*l = List[T]{Present: true, budget: l.budget}
	switch kind := in.PeekKind(); kind {
	case '[':
	case '{', 'n':
		l.Present = kind == '{'
		return in.SkipValue()
	default:
		return wrongType(in, kind)
	}
	if _, err := in.ReadToken(); err != nil {
		return err
	}
	if l.Items = before; before == nil {
		l.Items = []T{}
	}
	for in.PeekKind() != ']' {
		if err := l.next(in); err != nil {
			return err
		}
	}
	_, err := in.ReadToken()
	return err
}

// next reads one record.
func (l *List[T]) next(in *jsontext.Decoder) error {
	if in.PeekKind() != '{' {
		l.Skipped++
		return in.SkipValue()
	}
	var none T
	if err := l.budget.take(int(unsafe.Sizeof(none))); err != nil {
		return err
	}
	depth, n := in.StackDepth(), len(l.Items)
	l.Items = append(l.Items, none)
	err := json.UnmarshalDecode(in, &l.Items[n])
	if err == nil || !isForm(err) {
		return err
	}
	l.Items = l.Items[:n]
	l.Skipped++
	return leave(in, depth)
}

// Extent says how much of an answer, or of several, could be read.
type Extent struct {
	// Skipped counts the records that could not be used.
	Skipped int
	// Partial is true where the vendor says that an answer is not complete, or where
	// nothing says that it is.
	Partial bool
	// Malformed names the fields with values that could not be read, once per value.
	Malformed []string
}

// Add adds what is said of another answer.
func (e *Extent) Add(o Extent) {
	e.Skipped += o.Skipped
	e.Partial = e.Partial || o.Partial
	e.Malformed = append(e.Malformed, o.Malformed...)
}

// Received is how many records the array has.
func (l List[T]) Received() int { return len(l.Items) + l.Skipped }

// Map is an object that has records by id, which are read one by one: one that is no
// object, or no array where T is a List, is skipped and counted. Anything else instead of
// the object is no record.
type Map[T any] struct {
	Items   map[string]T // nil without an object
	Skipped int
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (m *Map[T]) UnmarshalJSONFrom(in *jsontext.Decoder) error {
	*m = Map[T]{}
	if in.PeekKind() != '{' {
		return in.SkipValue()
	}
	if _, err := in.ReadToken(); err != nil {
		return err
	}
	m.Items = map[string]T{}
	for in.PeekKind() == '"' {
		id, err := in.ReadToken()
		if err != nil {
			return err
		}
		if err := m.next(in, id.String()); err != nil {
			return err
		}
	}
	_, err := in.ReadToken()
	return err
}

// next reads one record.
func (m *Map[T]) next(in *jsontext.Decoder, id string) error {
	var record T
	form := jsontext.Kind('{')
	if _, isList := any(&record).(interface{ use(*budget) }); isList {
		form = '['
	}
	if in.PeekKind() != form || id == "" {
		m.Skipped++
		return in.SkipValue()
	}
	err := json.UnmarshalDecode(in, &record)
	m.Items[id] = record
	return err
}

// leave passes over what is left of a value that was begun at a depth.
func leave(in *jsontext.Decoder, depth int) error {
	for in.StackDepth() > depth {
		if _, err := in.ReadToken(); err != nil {
			return err
		}
	}
	return nil
}

// wrongType passes over a value of another type than documented.
func wrongType(in *jsontext.Decoder, kind jsontext.Kind) error {
	if err := in.SkipValue(); err != nil {
		return err
	}
	return &json.SemanticError{JSONKind: kind}
}

// Object is an object that may be missing: null and an array, which some write for
// an empty object, leave what an earlier field of the name had. Anything else is an
// error.
type Object[T any] struct {
	Value T
	// Present reports whether the field was there, whatever it held, but null.
	Present bool
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (o *Object[T]) UnmarshalJSONFrom(in *jsontext.Decoder) error {
	kind := in.PeekKind()
	o.Present = o.Present || kind != 'n'
	switch kind {
	case '{':
		return json.UnmarshalDecode(in, &o.Value)
	case '[', 'n':
		return in.SkipValue()
	}
	return wrongType(in, kind)
}
