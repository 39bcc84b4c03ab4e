package api

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// List is an array whose records are read one by one: one that is no object, or
// has a form that makes it useless, is skipped and counted; the others stay. null
// and an object instead of the array are an empty list, anything else is an error.
type List[T any] struct {
	Items   []T
	Skipped int
}

// maxRecords bounds what a list keeps; records beyond are skipped. It is more
// than ten times what any answer is known to have.
const maxRecords = 200_000

// Beyond the first freeRecords records a list keeps one for minRecordBytes bytes of
// the answer: the shortest that the vendors write are twice as long, and millions
// of empty ones would fill the memory.
const (
	freeRecords    = 1000
	minRecordBytes = 24
)

// mayGrow reports whether a list of n records that were read from size bytes may
// have one more.
func mayGrow(n int, size int64) bool {
	return n < freeRecords || n < maxRecords && int64(n)*minRecordBytes < size
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (l *List[T]) UnmarshalJSONFrom(in *jsontext.Decoder) error {
	*l = List[T]{}
	switch kind := in.PeekKind(); kind {
	case '[':
	case '{', 'n':
		return in.SkipValue()
	default:
		return wrongType(in, kind)
	}
	if _, err := in.ReadToken(); err != nil {
		return err
	}
	l.Items = []T{}
	for start := in.InputOffset(); in.PeekKind() != ']'; {
		if err := l.next(in, in.InputOffset()-start); err != nil {
			return err
		}
	}
	_, err := in.ReadToken()
	return err
}

// next reads one record of a list of which size bytes have been read.
func (l *List[T]) next(in *jsontext.Decoder, size int64) error {
	if in.PeekKind() != '{' || !mayGrow(len(l.Items), size) {
		l.Skipped++
		return in.SkipValue()
	}
	depth, n := in.StackDepth(), len(l.Items)
	var none T
	l.Items = append(l.Items, none)
	err := json.UnmarshalDecode(in, &l.Items[n])
	if err == nil || !isForm(err) {
		return err
	}
	l.Items = l.Items[:n]
	l.Skipped++
	return leave(in, depth)
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
