package command

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/pprof"
	"slices"
	"strings"
	"testing"
)

// taint plants personal data wherever a vendor could send some: in every field
// that names people, in unknown fields, in headers and in the bodies
// of errors. What it plants begins with canary and the name of the place.
type taint struct{ next http.RoundTripper }

const canary = "Quetzal"

// in returns what is planted in a place.
func in(place, value string) string { return canary + "." + place + "." + value }

func (t taint) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err != nil {
		return resp, err
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	switch {
	case resp.StatusCode != http.StatusOK:
		b = append(b, in("body", "x")...)
		resp.Header.Set("WWW-Authenticate", `OAuth oauth_problem="`+in("problem", "x")+`"`)
		resp.Header.Set("Location", "https://"+in("location", "example.com")+"/?x="+canary)
	case d.Decode(&v) == nil && !strings.Contains(r.URL.Path, "csds"):
		fields := personal
		if namesGroups(r) {
			fields = slices.DeleteFunc(slices.Clone(personal), func(field string) bool { return field == "name" })
		}
		b, _ = json.Marshal(tainted(v, fields))
	}
	resp.Header.Set("X-Debug", in("header", "x"))
	resp.Header.Add("Set-Cookie", "who="+in("cookie", "x"))
	resp.Body = io.NopCloser(bytes.NewReader(b))
	resp.ContentLength = int64(len(b))
	resp.Header.Del("Content-Length")
	return resp, nil
}

// namesGroups reports whether the answer names skills and groups, which are no persons.
func namesGroups(r *http.Request) bool { return strings.Contains(r.URL.Path, "/configuration/") }

// tainted plants personal data in v, in the fields that name people among others.
func tainted(v any, fields []string) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = tainted(v[i], fields)
		}
	case map[string]any:
		for k, item := range v {
			text, isText := item.(string)
			switch {
			case isText && text != "" && k != "account" && k != "sessionId" && slices.Contains(fields, k):
				v[k] = in(k, text)
			case !isText:
				v[k] = tainted(item, fields)
			}
		}
		if len(v) > 1 {
			v["emailOfSomebody"] = in("unknown", "somebody@example.com")
			v["transcript"] = []any{map[string]any{"text": in("unknown", "555-0142")}}
		}
	}
	return v
}

// forms are the shapes in which a text could leak.
func forms(text string) []string {
	half := len(text) / 2
	numbers := strings.Trim(fmt.Sprintf("%d", []byte(text)), "[]")
	reversed := []byte(text)
	slices.Reverse(reversed)
	var escaped strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&escaped, `\u%04x`, c)
	}
	all := []string{
		text, text[:half], text[half:], url.QueryEscape(text), escaped.String(),
		hex.EncodeToString([]byte(text)), strings.ToUpper(hex.EncodeToString([]byte(text))),
		string(reversed), string(reversed[:half]), string(reversed[half:]),
		strings.ReplaceAll(numbers, " ", ", "), numbers,
	}
	for shift := range 3 { // where the text stands within another one
		e := base64.RawStdEncoding.EncodeToString(append(make([]byte, shift), text...))
		e = e[(shift*8+5)/6 : len(e)-1]
		all = append(all, e, strings.NewReplacer("+", "-", "/", "_").Replace(e))
	}
	return slices.DeleteFunc(all, func(s string) bool { return len(s) < 6 })
}

func TestFormsAreFound(t *testing.T) {
	const secret = "pw-04c85742101d37"
	for i := range 3 {
		leak := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", i+6) + secret + "tail"))
		if !slices.ContainsFunc(forms(secret), func(f string) bool { return strings.Contains(leak, f) }) {
			t.Errorf("base64 at offset %d isn't found", i)
		}
	}
	for _, leak := range []string{fmt.Sprintf("%x", secret), fmt.Sprintf("%v", []byte(secret)), "73d101" + "24758c40-wp"} {
		if !slices.ContainsFunc(forms(secret), func(f string) bool { return strings.Contains(leak, f) }) {
			t.Errorf("%s isn't found", leak)
		}
	}
}

// mustHide reports each of secrets that shows in any form. The word canary stands
// in everything that was planted.
func mustHide(t *testing.T, shown string, secrets ...string) {
	t.Helper()
	shown = once(shown)
	for _, s := range secrets {
		for _, form := range forms(s) {
			if at := strings.Index(shown, form); at >= 0 {
				t.Errorf("%.20q… shows as %q in …%.160q", s, form, shown[max(0, at-80):])
			}
		}
	}
}

// once returns each line of a text once: pages are much the same each time.
func once(text string) string {
	met := map[string]bool{}
	var out strings.Builder
	for line := range strings.Lines(text) {
		if !met[line] {
			met[line] = true
			out.WriteString(line)
		}
	}
	return out.String()
}

// addProfiles adds what the profiler would show.
func addProfiles(t *testing.T, shown io.Writer) {
	t.Helper()
	for _, p := range pprof.Profiles() {
		for _, debug := range []int{0, 1, 2} {
			if err := p.WriteTo(shown, debug); err != nil {
				t.Error(err)
			}
		}
	}
}
