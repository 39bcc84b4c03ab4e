package livevox

import "github.com/contactcenter-exporter/contactcenter_exporter/internal/api"

// listed is one of the vendor's large answers, read as it arrives: a list of
// records under a name of the method's own, or the error object in its place.
type listed[T any] struct {
	fault
	list    *api.List[T] // nil if there is none
	token   api.Text     // of a feed
	updated api.Time     // when the vendor's agent service was

	name string // of the list, in lower case
	read func(*api.Decoder, *api.List[T]) error
}

// listOf returns an answer without anything in it.
func listOf[T any, R interface {
	*T
	api.FieldReader
}](name string) *listed[T] {
	return &listed[T]{name: name, read: api.ReadList[T, R]}
}

// ReadField implements api.FieldReader.
func (a *listed[T]) ReadField(name []byte, d *api.Decoder) error {
	switch string(name) {
	case a.name:
		a.list = &api.List[T]{}
		return a.read(d, a.list)
	case "code":
		return a.Code.Read(d)
	case "message":
		return a.Message.Read(d)
	case "token":
		return a.token.Read(d)
	case "timestamp":
		return a.updated.Read(d)
	}
	return d.Skip()
}

// records returns the list.
func (a *listed[T]) records(got api.Answer, endpoint string) (api.List[T], error) {
	return records(a.fault, got, endpoint, a.list)
}
