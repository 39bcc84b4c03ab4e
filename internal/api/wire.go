package api

import "strings"

// wireFault is an error of net/http that is recognised by its text. It is shown with
// another text, since its own may cite what the vendor wrote.
type wireFault struct {
	class Class
	text  string
	parts []string // of the texts of net/http
}

func wireFaults() []wireFault {
	return []wireFault{
		{TooLarge, "the header of the answer is too large", []string{
			"headers exceeded", "header list larger", "too many 1xx",
		}},
		{Schema, "the answer is not HTTP as it should be", []string{
			"malformed", "multiple Content-Length", "invalid byte in chunk length", "transfer encoding", "bad Content-Length",
		}},
		{TLS, "the vendor answers in plain HTTP where TLS belongs", []string{"HTTP response to HTTPS client"}},
	}
}

// wireFaultOf finds what an error of net/http is; ok is false for another one.
func wireFaultOf(err error) (wireFault, bool) {
	text := err.Error()
	for _, f := range wireFaults() {
		for _, part := range f.parts {
			if strings.Contains(text, part) {
				return f, true
			}
		}
	}
	return wireFault{}, false
}

// uncited replaces an error of net/http that may cite what the vendor wrote.
func uncited(err error) error {
	if f, ok := wireFaultOf(err); ok && classOfTransport(err) == f.class {
		return f.class.Errorf("%s", f.text)
	}
	return err
}
